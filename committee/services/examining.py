"""The passage of a dossier through the committee: opened when it is received, closed by its opinion; and who withdraws from it."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import User
from committee.models import Allocation, Examination, Item, Member, Recusal
from committee.services.unpresided import tell_after_withdrawal
from committee.states import Ending, Ground
from requests_app.models import Dossier
from requests_app.policies import RAPPORTEUR, RECUSED
from requests_app.states import State
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.refusals import Broken, RuleBroken, WrongState
from workflow.seals import text_digest


def examination_of(dossier: Dossier) -> Examination | None:
    """The passage that is open, or else the last one."""
    found: Examination | None = Examination.objects.filter(dossier=dossier).order_by("-number").first()
    return found


def open_examination(dossier: Dossier, line: JournalLine) -> None:
    """Reaction: the committee has received the dossier."""
    _open(dossier, line.at)


def _open(dossier: Dossier, received_at: datetime) -> None:
    number = Examination.objects.filter(dossier=dossier).count() + 1
    Examination.objects.create(dossier=dossier, number=number, received_at=received_at, urgent=dossier.urgent)


def open_missing() -> int:
    """Open the passage of each dossier that was before the committee already when it began to work here; the answer is how many."""
    waiting = Dossier.objects.filter(state=State.WITH_COMMITTEE).exclude(pk__in=Examination.objects.open().values("dossier"))
    found = list(waiting.order_by("pk"))
    for dossier in found:
        with transaction.atomic():
            lock_and_reread(dossier)
            received = dossier.sent_to_committee_at
            if received and dossier.state == State.WITH_COMMITTEE and not Examination.objects.open().filter(dossier=dossier).exists():
                _open(dossier, received)
    return len(found)


#: Why a dossier leaves an agenda on which it still stood, by what ended its examination.
WHY_STRUCK = {
    "deem_favourable": _("The period has ended without an opinion: silence makes it favourable."),
    "record_opinion": _("The opinion was given meanwhile."),
    "withdraw": _("The applicant has withdrawn the dossier."),
}


def close_examination(dossier: Dossier, line: JournalLine) -> None:
    """Reaction: there is an opinion, or the dossier was withdrawn; what is left of it leaves every agenda, and rapporteurs are free."""
    Examination.objects.open().filter(dossier=dossier).update(closed_at=line.at)
    pending = Item.objects.pending().filter(examination__dossier=dossier)
    with translation.override(settings.LANGUAGE_CODE):  # the agenda and the minutes repeat it
        pending.update(ending=Ending.STRUCK, ended_at=line.at, ending_reason=str(WHY_STRUCK.get(line.action, "")))
    for member in Member.objects.filter(allocations__examination__dossier=dossier, allocations__ended_at=None).select_related("user"):
        remove_perm(RAPPORTEUR, member.user, dossier)


@transaction.atomic
def recuse(dossier: Dossier, member: Member, ground: str, *, by: User, at: datetime, words: str = "") -> Recusal:
    """Take a member out of a dossier, at once and wholly: access, report, vote. The journal keeps who, and the ground.

    `by` is the member who declares it, the president, or the system. Raises NotAllowed, RuleBroken, WrongState.
    """
    lock_and_reread(dossier)
    if Recusal.objects.filter(dossier=dossier, member=member, lifted_at=None).exists():
        raise WrongState(_("This person has withdrawn from the dossier already."))
    if ground == Ground.INVITED and not words.strip():
        raise RuleBroken(Broken(_("Say why the person is invited to withdraw."), where="words"))
    salt = secrets.token_hex(16) if words.strip() else ""
    facts = {"member": member.pk, "ground": ground, "text_sha256": text_digest(salt, words.strip()) if salt else ""}
    record(dossier, "declare_interest" if by.pk == member.user_id else "recuse", by=by, at=at, facts=facts)
    recusal = Recusal.objects.create(dossier=dossier, member=member, ground=ground, words=words.strip(), salt=salt, at=at, by=by)
    _end_allocations(dossier, member, at)
    remove_perm(RAPPORTEUR, member.user, dossier)
    assign_perm(RECUSED, member.user, dossier)
    tell_after_withdrawal(member)
    return recusal


@transaction.atomic
def lift_recusal(recusal: Recusal, *, by: User, at: datetime, because: str) -> Recusal:
    """Let somebody back in, for a reason that is kept. Raises NotAllowed, RuleBroken, WrongState."""
    dossier = Dossier.objects.get(pk=recusal.dossier_id)
    lock_and_reread(dossier)
    held = Recusal.objects.select_related("member__user").get(pk=recusal.pk)
    if held.lifted_at is not None:
        raise WrongState(_("This withdrawal was lifted already."))
    if not because.strip():
        raise RuleBroken(Broken(_("Say why the person may take part after all."), where="because"))
    record(dossier, "lift_recusal", by=by, at=at, facts={"member": held.member_id})
    held.lifted_at, held.lifted_by, held.lifted_because = at, by, because.strip()
    held.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
    remove_perm(RECUSED, held.member.user, dossier)
    return held


def _end_allocations(dossier: Dossier, member: Member, at: datetime) -> None:
    Allocation.objects.filter(examination__dossier=dossier, member=member, ended_at=None).update(
        ended_at=Greatest(Value(at), F("allocated_at")), ended_because=str(RECUSED)
    )
