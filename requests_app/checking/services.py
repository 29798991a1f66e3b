"""What an officer does in a check: give a verdict, find the rest fine, ask for everything at once, declare complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from requests_app.checking.message import language_of, message_of, words_of
from requests_app.checking.models import CheckRound, Judgement, ReusableReason, RoundOutcome, Verdict
from requests_app.checking.sheet import Standing, open_round, sheet_of
from requests_app.models import Dossier
from requests_app.policies import may
from requests_app.states import State
from requests_app.transitions.base import Recorded
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.outbox import is_muted
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

LAW = "décret 2019-536, art. 88 et 89"

#: How a move ends the round under way.
ENDS = {
    "ask_for_complement": RoundOutcome.COMPLEMENT,
    "declare_complete": RoundOutcome.COMPLETE,
    "withdraw": RoundOutcome.STOPPED,
}


@dataclass(frozen=True)
class Said:
    """What an officer says of one item."""

    judgement: str
    reasons: Iterable[ReusableReason] = field(default=())
    text: str = ""


@dataclass(frozen=True)
class Kept:
    """What became of a verdict: kept, or met by another that was given meanwhile."""

    verdict: Verdict
    conflict: bool = False


def require_checkable(dossier: Dossier, by: Any) -> None:
    """Raise NotAllowed or WrongState unless the person may check this dossier now."""
    if not may(by, "check", dossier):
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    if dossier.state != State.SUBMITTED:
        raise WrongState(Broken(_("The completeness of this dossier is not being checked at this stage."), LAW))


@transaction.atomic
def keep_verdict(dossier: Dossier, item: str, said: Said, *, by: Any, at: datetime, seen: int) -> Kept:
    """Keep what is found of an item, unless somebody judged it since revision `seen`: then change nothing and show theirs.

    Raises NotAllowed, WrongState, and RuleBroken for an item that the dossier does not have, or a verdict without its reason.
    """
    lock_and_reread(dossier)
    require_checkable(dossier, by)
    reasons = list(said.reasons)
    standing = sheet_of(dossier).of(item)
    if standing is None:
        raise RuleBroken(Broken(_("The dossier has no such item any more.")))
    _require_reason(said, reasons, standing)
    if standing.verdict is not None and standing.revision != seen:
        return Kept(standing.verdict, conflict=not _says_the_same(standing.verdict, said, reasons))
    return Kept(_write(_round_under_way(dossier, by=by, at=at), standing, said, reasons, by=by, at=at))


def _require_reason(said: Said, reasons: list[ReusableReason], standing: Standing) -> None:
    if said.judgement not in Judgement.values:
        raise RuleBroken(Broken(_("Choose what you find of this item."), where="judgement"))
    if said.judgement != Judgement.FINE and not reasons and not said.text.strip():
        raise RuleBroken(Broken(_("Say why: choose a reason, or write a word."), where="text"))
    if not all(reason.suits(standing.item.kind, standing.item.code) for reason in reasons):
        raise RuleBroken(Broken(_("One of these reasons is not meant for this item."), where="reasons"))


def _says_the_same(verdict: Verdict, said: Said, reasons: list[ReusableReason]) -> bool:
    chosen = {reason.pk for reason in verdict.reasons.all()}
    return (verdict.judgement, verdict.text, chosen) == (said.judgement, said.text.strip(), {reason.pk for reason in reasons})


def _write(check: CheckRound, standing: Standing, said: Said, reasons: list[ReusableReason], *, by: Any, at: datetime) -> Verdict:
    told = _told(standing, said, by=by, at=at)
    verdict, _new = Verdict.objects.update_or_create(round=check, item=standing.item.code, defaults=told)
    verdict.reasons.set([] if said.judgement == Judgement.FINE else reasons)
    return verdict


def _told(standing: Standing, said: Said, *, by: Any, at: datetime) -> dict[str, Any]:
    """The columns of a verdict on an item as it stands."""
    text = "" if said.judgement == Judgement.FINE else said.text.strip()
    told = {"judgement": said.judgement, "text": text, "digest": standing.item.digest, "asked": ""}
    return told | {"revision": standing.revision + 1, "given_by": by, "given_at": at}


def _write_fine(check: CheckRound, standings: list[Standing], *, by: Any, at: datetime) -> None:
    """Judge many items fine, in one go."""
    columns = [(one.item.code, _told(one, Said(Judgement.FINE), by=by, at=at)) for one in standings]
    rows = [Verdict(round=check, item=code, **told) for code, told in columns]
    Verdict.objects.bulk_create(rows, update_conflicts=True, unique_fields=["round", "item"], update_fields=list(columns[0][1]))
    reasons = Verdict.reasons.through.objects.filter(verdict__round=check, verdict__item__in=[code for code, _columns in columns])
    reasons.delete()


def _round_under_way(dossier: Dossier, *, by: Any, at: datetime) -> CheckRound:
    """The open round, or a new one, whose beginning the journal notes."""
    found = open_round(dossier)
    if found is not None:
        return found
    version = dossier.versions.order_by("-number").values_list("number", flat=True).first() or 0
    check = CheckRound.objects.create(dossier=dossier, version=version, begun_at=at, begun_by=by)
    record(dossier, "check", by=by, at=at, law=LAW, facts={"version": version})
    return check


@transaction.atomic
def find_the_rest_fine(dossier: Dossier, *, by: Any, at: datetime) -> int:
    """Judge fine what was not looked at yet and is not empty (that needs a look of its own); the answer is how many."""
    lock_and_reread(dossier)
    require_checkable(dossier, by)
    rest = [one for one in sheet_of(dossier).unsettled if not one.item.is_empty]
    if rest:
        _write_fine(_round_under_way(dossier, by=by, at=at), rest, by=by, at=at)
    return len(rest)


@transaction.atomic
def ask_for_everything(dossier: Dossier, *, by: Any, at: datetime, added: str = "") -> None:
    """Send the one message that lists every item to complete, and let the applicant change the content. Raises RuleBroken when none is."""
    lock_and_reread(dossier)
    require_checkable(dossier, by)
    text = message_of(dossier, added=added)
    if not text:
        raise RuleBroken(Broken(_("No item is to complete: there is nothing to ask for."), LAW))
    dossier.ask_for_complement(by=by, at=at, act=Recorded(text=text))


@transaction.atomic
def conclude_complete(dossier: Dossier, *, by: Any, at: datetime, note: str = "") -> None:
    """Declare complete a dossier whose every item was looked at. Raises RuleBroken with what is left."""
    lock_and_reread(dossier)
    require_checkable(dossier, by)
    if broken := _left_to_check(dossier):
        raise RuleBroken(broken)
    dossier.declare_complete(by=by, at=at, act=Recorded(text=note.strip()))


def must_be_checked(dossier: Any) -> bool:
    """Is this dossier declared complete by its check alone? Not one filed before the check was, nor history that is replayed."""
    day: date | None = settings.CHECKED_SINCE
    return day is not None and dossier.submitted_at is not None and paris_day(dossier.submitted_at) >= day and not is_muted()


def check_is_finished(dossier: Any) -> Iterable[Broken]:
    """What stands against declaring a dossier complete from any page: items that its check has not come to."""
    if (must_be_checked(dossier) or open_round(dossier) is not None) and (broken := _left_to_check(dossier)):
        yield broken


def cautions(move: str, dossier: Any, _said: Mapping[str, Any], _by: Any) -> Iterable[str]:
    """What is odd in asking for a complement from its plain page: items that nobody has looked at, so that a second request may follow."""
    left = len(sheet_of(dossier).unsettled) if move == "ask_for_complement" and must_be_checked(dossier) else 0
    if left:
        sentence = ngettext(
            "%(count)d item was not checked yet: the tab “Completeness” asks for everything in one message.",
            "%(count)d items were not checked yet: the tab “Completeness” asks for everything in one message.",
            left,
        )
        yield sentence % {"count": left}


def _left_to_check(dossier: Any) -> Broken | None:
    """How many items are still to be checked; an item that has changed since its verdict is one of them."""
    left = len(sheet_of(dossier).unsettled)
    sentence = ngettext("%(count)d item is still to be checked.", "%(count)d items are still to be checked.", left)
    return Broken(sentence % {"count": left}, LAW) if left else None


def nothing_is_to_complete(dossier: Any) -> Iterable[Broken]:
    """What stands against declaring a dossier complete: items to complete. An officer who thinks otherwise says so on the item."""
    count = len(_asked_of(dossier))
    if count:
        sentence = ngettext(
            "%(count)d item is still to complete: ask the applicant, or find it fine or not applicable.",
            "%(count)d items are still to complete: ask the applicant, or find them fine or not applicable.",
            count,
        )
        yield Broken(sentence % {"count": count}, LAW)


def _asked_of(dossier: Any) -> list[Standing]:
    """The items to complete; the whole sheet is laid out only if one was ever found so."""
    ever = Verdict.objects.filter(round__dossier=dossier, judgement=Judgement.TO_COMPLETE)
    return sheet_of(dossier).to_complete if ever.exists() else []


def close_round(dossier: Dossier, line: JournalLine) -> None:
    """Reaction: what the secretariat concluded ends the round; what is asked is kept as it was sent."""
    outcome = ENDS[line.action]
    if outcome == RoundOutcome.COMPLEMENT:
        _keep_what_is_asked(dossier, line)
    # A decision dated back to the day it was taken may come before the first verdict was written down.
    CheckRound.objects.filter(dossier=dossier, closed_at=None).update(closed_at=Greatest("begun_at", Value(line.at)), outcome=outcome)


def _keep_what_is_asked(dossier: Dossier, line: JournalLine) -> None:
    """Each item to complete, with its words; one that was asked before and has not changed is asked again in this round."""
    asked, language = _asked_of(dossier), language_of(dossier)
    if not asked:
        return
    check = open_round(dossier) or CheckRound.objects.create(
        dossier=dossier, version=dossier.versions.count(), begun_at=line.at, begun_by=line.actor
    )
    for standing in asked:
        verdict = standing.verdict
        assert verdict is not None, "only what was judged is to complete"
        if verdict.round_id != check.pk:
            said = Said(verdict.judgement, list(verdict.reasons.all()), verdict.text)
            verdict = _write(check, standing, said, list(said.reasons), by=verdict.given_by, at=verdict.given_at)
        Verdict.objects.filter(pk=verdict.pk).update(asked=words_of(verdict, language))
