"""What the holders of catalogue databases are asked, for ten days, and what they remark."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import organisations_with
from accounts.roles import Role
from catalogue.models import Database, Level
from committee.models import Consultation, Examination, Remark
from committee.rules import RULES_OF_PROCEDURE
from committee.services.telling import tell_holder
from requests_app.models import Dossier
from workflow import clocks
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.periods import expiry
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

LONGEST = 10_000
#: The period of the holders.
PERIOD = "K-DATA"


def consult_holders(dossier: Dossier, line: JournalLine) -> None:
    """Reaction: the committee has received the dossier; the holder of each catalogue database that it asks for has ten days."""
    clock = clocks.of(dossier).filter(code=PERIOD, start_line=line).first()
    examination = Examination.objects.open().filter(dossier=dossier).first()
    if clock is None or examination is None:
        return
    for database in _held(dossier):
        row = Consultation.objects.create(
            examination=examination,
            database=database,
            organisation_id=database.holder_id,
            sent_at=line.at,
            due_at=expiry(clock.due_on),
        )
        facts = {"consultation": row.pk, "database": database.pk, "due_on": clock.due_on}
        record(dossier, "consult_holder", by=User.objects.system(), at=line.at, law=RULES_OF_PROCEDURE, facts=facts)
        tell_holder(row, "consulted")


def _held(dossier: Dossier) -> list[Database]:
    """The databases of the catalogue that the dossier asks for and that somebody holds on this site."""
    asked = dossier.content.sources.values("database")
    return list(Database.objects.filter(pk__in=asked, level=Level.CATALOGUE, holder__isnull=False).order_by("pk"))


@transaction.atomic
def file_remark(consultation: Consultation, words: str, *, by: User, at: datetime) -> Remark:
    """File what the holder remarks; it joins the papers as it is. Raises NotAllowed, RuleBroken, WrongState."""
    dossier = consultation.examination.dossier
    lock_and_reread(dossier)
    if consultation.organisation_id not in organisations_with(by, Role.DATA_CONTROLLER_AGENT.value):
        raise NotAllowed(_("Only the holder of this database files remarks on it."))
    if Examination.objects.filter(pk=consultation.examination_id, closed_at__isnull=False).exists():
        raise WrongState(_("The committee has given its opinion: remarks are no longer taken."))
    said = words.strip()
    if not said:
        raise RuleBroken(Broken(_("Write your remarks first."), where="words"))
    if len(said) > LONGEST:
        raise RuleBroken(Broken(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST}, where="words"))
    record(dossier, "file_remark", by=by, at=at, law=RULES_OF_PROCEDURE, facts={"consultation": consultation.pk})
    remark: Remark = Remark.objects.create(consultation=consultation, words=said, filed_at=at, filed_by=by)
    return remark
