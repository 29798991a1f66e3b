"""Interests in one dossier: what each member declares, what the president decides on a doubt, who withdraws, who is let back in."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Examination, InterestAnswer, Member, OfficeHeld, Recusal
from committee.policies import may_on_site
from committee.services.conflicts import circle_of, conflicts_of, known_of, let_back_into, reasons
from committee.services.examining import lift_recusal, recuse
from committee.services.interest_letters import tell_of_doubt, tell_settled
from committee.services.standing_in import president_is_away
from committee.states import Answer, Ground, Office
from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES, is_interested, roles_on
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState
from workflow.seals import text_digest

LAW = "règlement intérieur du CESREES, arrêté du 5 mai 2021, titre 4"


def withdraw_conflicted(dossier: Dossier, line: JournalLine) -> None:
    """Reaction: the committee has received the dossier; whoever has a known interest in it withdraws before they can open it."""
    recuse_conflicted(dossier, line.at)


def recuse_conflicted(dossier: Dossier, at: datetime) -> int:
    """Take out of a dossier every member and expert who has a known interest in it; the answer is how many were."""
    members = list(Member.objects.reporting(paris_day(at)).exclude(recusals__in=Recusal.objects.filter(dossier=dossier, lifted_at=None)))
    if not members:
        return 0
    found = conflicts_of(members, dossier)
    for member in members:
        _recuse_for(dossier, member, found[member.pk], at)
    return sum(bool(one) for one in found.values())


def recuse_from_open(member: Member, at: datetime) -> int:
    """Take a member out of each dossier under examination in which they have a known interest: they declared a link, or came in."""
    known, taken = known_of([member])[member.pk], 0
    under_way = Examination.objects.open().exclude(dossier__recusals__in=Recusal.objects.filter(member=member, lifted_at=None))
    for examination in under_way.select_related("dossier__content").order_by("dossier"):
        dossier = examination.dossier
        found = reasons(member, known, circle_of(dossier))
        if found and member.pk not in let_back_into(dossier):
            _recuse_for(dossier, member, found, at)
            taken += 1
    return taken


def _recuse_for(dossier: Dossier, member: Member, found: list[Any], at: datetime) -> None:
    if found:
        words = " ; ".join(dict.fromkeys(reason.body for reason in found if reason.body))
        recuse(dossier, member, found[0].ground, by=User.objects.system(), at=at, words=words)


@transaction.atomic
def declare(examination: Examination, member: Member, *, answer: str, by: User, at: datetime, words: str = "") -> InterestAnswer:
    """Declare one's interest in a dossier, or that there is none; with an interest one withdraws at once.

    Raises NotAllowed, WrongState, RuleBroken.
    """
    if by.pk != member.user_id:
        raise NotAllowed(_("Each member declares their own interests."))
    dossier = _open_dossier(examination)
    _require_answer(examination, member, answer, words.strip())
    salt = secrets.token_hex(16) if words.strip() else ""
    facts = {"member": member.pk, "answer": answer, "text_sha256": text_digest(salt, words.strip()) if salt else ""}
    told = {"answer": answer, "words": words.strip(), "salt": salt, "at": at}
    if answer == Answer.CONFLICT:
        recuse(dossier, member, Ground.DECLARED, by=by, at=at, words=words)
    else:
        record(dossier, "declare_interest", by=by, at=at, facts=facts)
    made = InterestAnswer.objects.create(examination=examination, member=member, **told)
    if answer == Answer.DOUBT:
        tell_of_doubt(made)
    return made


@transaction.atomic
def declare_none(examinations: QuerySet[Examination], member: Member, *, by: Any, at: datetime) -> int:
    """Declare that one has no interest in these dossiers, each journalled by itself; the answer is how many they were."""
    found = list(examinations.order_by("dossier"))
    for examination in found:
        declare(examination, member, answer=Answer.NONE, by=by, at=at)
    return len(found)


def _open_dossier(examination: Examination) -> Dossier:
    """The locked dossier of an examination that is still open; raises WrongState."""
    dossier = Dossier.objects.get(pk=examination.dossier_id)
    lock_and_reread(dossier)
    if not Examination.objects.open().filter(pk=examination.pk).exists():
        raise WrongState(_("The examination of this dossier is over."))
    return dossier


def _require_answer(examination: Examination, member: Member, answer: str, words: str) -> None:
    if answer not in Answer.values:
        raise RuleBroken(Broken(_("Choose an answer."), where="answer"))
    if answer != Answer.NONE and not words:
        raise RuleBroken(Broken(_("Say which link it is."), LAW, "words"))
    if answer != Answer.CONFLICT and pending_doubts(examination).filter(member=member).exists():
        raise RuleBroken(
            Broken(_("You have declared a link: the president decides on it. You may withdraw without waiting."), LAW, "answer")
        )


def last_answers(examination: Examination) -> QuerySet[InterestAnswer]:
    """What holds: the last answer of each member on this dossier."""
    later = InterestAnswer.objects.filter(examination=OuterRef("examination"), member=OuterRef("member")).order_by("-at", "-pk")
    found = InterestAnswer.objects.filter(examination=examination, pk=Subquery(later.values("pk")[:1]))
    return found.select_related("member__user", "noted_by")


def pending_doubts(examination: Examination) -> QuerySet[InterestAnswer]:
    """The links on which the president has not decided yet; those who withdrew since then have decided themselves."""
    withdrawn = Recusal.objects.filter(dossier=examination.dossier_id, lifted_at=None).values("member")
    return last_answers(examination).filter(answer=Answer.DOUBT, settled_at=None).exclude(member__in=withdrawn)


@transaction.atomic
def clear_doubt(doubt: InterestAnswer, *, words: str, by: User, at: datetime) -> InterestAnswer:
    """Decide that a declared link does not keep the member from taking part, and why. Raises NotAllowed, WrongState, RuleBroken."""
    examination = Examination.objects.get(pk=doubt.examination_id)
    dossier = _open_dossier(examination)
    require_judge(doubt.member, by, dossier)
    held = pending_doubts(examination).filter(pk=doubt.pk).first()
    if held is None:
        raise WrongState(_("Nothing is left to decide on this declaration."))
    if not words.strip():
        raise RuleBroken(Broken(_("Say why the person may take part after all."), LAW, "words"))
    facts = {"member": held.member_id, "text_sha256": text_digest(held.salt, words.strip())}
    record(dossier, "settle_interest", by=by, at=at, facts=facts)
    held.settled_at, held.settled_by, held.settled_words = at, by, words.strip()
    held.save(update_fields=["settled_at", "settled_by", "settled_words"])
    tell_settled(held.member, dossier, "cleared")
    return held


@transaction.atomic
def invite_to_withdraw(examination: Examination, member: Member, *, words: str, by: User, at: datetime) -> Recusal:
    """Ask a member to leave a dossier, with the reason; it holds at once. Raises NotAllowed, WrongState, RuleBroken."""
    dossier = _open_dossier(examination)
    require_judge(member, by, dossier)
    doubts = list(pending_doubts(examination).filter(member=member).values_list("pk", flat=True))
    recusal = recuse(dossier, member, Ground.INVITED, by=by, at=at, words=words)
    InterestAnswer.objects.filter(pk__in=doubts).update(settled_at=at, settled_by=by, settled_words=words.strip())
    tell_settled(member, dossier, "invited")
    return recusal


@transaction.atomic
def let_back(recusal: Recusal, *, because: str, by: User, at: datetime) -> Recusal:
    """Let somebody take part after all, with the reason. Raises NotAllowed, WrongState, RuleBroken."""
    require_judge(recusal.member, by, recusal.dossier)
    person = recusal.member.user
    if is_interested(person, recusal.dossier, roles_on(person, recusal.dossier) & TEAM_ROLES):
        sentence = _("This person stands on the applicant’s side of the dossier: as long as they do, they cannot take part.")
        raise RuleBroken(Broken(sentence, LAW, "words"))
    lifted = lift_recusal(recusal, by=by, at=at, because=because)
    tell_settled(lifted.member, recusal.dossier, "back")
    return lifted


def judged_by(by: Any, members: Iterable[Member], dossier: Dossier) -> frozenset[int]:
    """On whose interests a person decides: the president on the others', a delegate on the president's, nobody on their own.

    Where the president withdrew from the dossier, the delegate decides on everybody's.
    """
    presiding = set(OfficeHeld.objects.filter(office=Office.PRESIDENT, ended_at=None).values_list("member", flat=True))
    of_others, of_president = may_on_site(by, "judge_interests"), may_on_site(by, "judge_president")
    of_others = of_others or (of_president and president_is_away(dossier))
    among = [one for one in members if one.user_id != by.pk]
    return frozenset(one.pk for one in among if (of_president if one.pk in presiding else of_others))


def require_judge(member: Member, by: User, dossier: Dossier) -> None:
    """Raise NotAllowed unless this person decides on the member's interests."""
    if member.pk not in judged_by(by, [member], dossier):
        raise NotAllowed(_("The president decides on the interests of the others, a delegate on the president's; nobody on their own."))
