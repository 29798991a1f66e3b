"""What the holders of catalogue databases are asked, for ten days, and what they remark."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import organisations_with
from accounts.roles import Role
from catalogue.models import Database, Level
from committee.models import Consultation, Examination, Remark, RemarkFile
from committee.rules import RULES_OF_PROCEDURE
from committee.services.telling import tell_holder
from files.checks import Inspected, inspect
from files.quarantine import admit, first_state
from requests_app.models import Dossier
from workflow import clocks
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.periods import expiry
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

LONGEST = 10_000
MOST_FILES = 5
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


def file_remark(consultation: Consultation, words: str, *, by: User, at: datetime, uploads: Iterable[Any] = ()) -> Remark:
    """File what the holder remarks, with files; it joins the papers as it is; once every holder has, their period is met.

    Raises NotAllowed, WrongState, RuleBroken for an empty text or a refused file: then nothing is kept.
    """
    said, files = _checked(words), [(upload, inspect(upload)) for upload in _few(uploads)]
    kept: list[RemarkFile] = []
    try:
        with transaction.atomic():
            remark = _file(consultation, said, by=by, at=at)
            for upload, found in files:
                kept.append(_enclose(remark, upload, found, at))
            facts: dict[str, Any] = {"consultation": consultation.pk}
            if kept:
                facts |= {"files": [one.pk for one in kept], "files_sha256": [one.sha256 for one in kept]}
            record(consultation.examination.dossier, "file_remark", by=by, at=at, law=RULES_OF_PROCEDURE, facts=facts)
            _meet_period(consultation, at)
    except BaseException:
        for one in kept:
            one.file.delete(save=False)
        raise
    return remark


def _file(consultation: Consultation, said: str, *, by: User, at: datetime) -> Remark:
    lock_and_reread(consultation.examination.dossier)
    if consultation.organisation_id not in organisations_with(by, Role.DATA_CONTROLLER_AGENT.value):
        raise NotAllowed(_("Only the holder of this database files remarks on it."))
    if Examination.objects.filter(pk=consultation.examination_id, closed_at__isnull=False).exists():
        raise WrongState(_("The committee has given its opinion: remarks are no longer taken."))
    remark: Remark = Remark.objects.create(consultation=consultation, words=said, filed_at=at, filed_by=by)
    return remark


def _checked(words: str) -> str:
    said = words.strip()
    if not said:
        raise RuleBroken(Broken(_("Write your remarks first."), where="words"))
    if len(said) > LONGEST:
        raise RuleBroken(Broken(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST}, where="words"))
    return said


def _few(uploads: Iterable[Any]) -> list[Any]:
    sent = list(uploads)
    if len(sent) > MOST_FILES:
        raise RuleBroken(Broken(_("At most %(most)d files with one remark.") % {"most": MOST_FILES}, where="file"))
    return sent


def _enclose(remark: Remark, upload: Any, found: Inspected, at: datetime) -> RemarkFile:
    """Keep a file that came with a remark, in quarantine if there is a scanner."""
    kept = RemarkFile(remark=remark, added_at=at, scan_state=first_state(), **found.columns())
    kept.file.save(found.storage_name, upload, save=False)
    kept.save()
    admit(kept)
    return kept


def _meet_period(consultation: Consultation, at: datetime) -> None:
    if not Consultation.objects.filter(examination=consultation.examination_id, remarks=None).exists():
        clocks.end(consultation.examination.dossier, PERIOD, at)
