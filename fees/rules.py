"""Whether a version of a grid may go on: sound content, no gap and no overlap of periods, somebody else's approval."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.policies import has_second_factor
from fees.findings import ENGINE_VERSION, Finding, findings_of
from fees.states import GridState
from ui.words import day_in_words
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken


def engine() -> str:
    """The version of the calculator that a published version is checked with."""
    return ENGINE_VERSION


def said(words: str, otherwise: Any) -> str:
    """The reason, trimmed. Raises RuleBroken when there is none."""
    if not words.strip():
        raise RuleBroken(Broken(otherwise, where="because"))
    return words.strip()


def require_sound(version: Any) -> None:
    """Raise RuleBroken with every finding of the linter that is not a mere note, and where it stands."""
    _refuse(found for found in findings_of(version) if found.blocks)


def require_calculable(version: Any) -> None:
    """Raise RuleBroken with what keeps a draft from pricing anything: tiers without an end, a circle, a fact that is not registered."""
    _refuse(found for found in findings_of(version) if found.breaks)


def require_change_said(version: Any) -> None:
    """Raise RuleBroken when a version that follows another does not say, in French at least, what it changes."""
    if version.number > 1 and not version.change_note_fr.strip():
        raise RuleBroken(Broken(_("Say what this version changes: the note is published with it."), where="change_note_fr"))


def require_second_factor(by: Any) -> None:
    """Raise RuleBroken for somebody without a second factor: publishing binds."""
    if not has_second_factor(by):
        raise RuleBroken(Broken(_("Publishing a grid asks for a second factor: set it up in your account first.")))


def require_publishable(version: Any, decision_ref: str) -> None:
    """Raise RuleBroken with everything that stands against the publication: findings, periods, the missing decision.

    The grid is locked first: of two versions that are published at once, the second is judged beside the first.
    """
    version.grid = type(version.grid)._base_manager.select_for_update().get(pk=version.grid_id)
    broken = [_as_broken(found) for found in findings_of(version) if found.blocks]
    if not decision_ref.strip():
        broken.append(Broken(_("Name the decision that sets this tariff: a deliberation, an order, its date."), where="decision_ref"))
    broken += broken_periods(version)
    if broken:
        raise RuleBroken(*broken)


def broken_periods(version: Any) -> list[Broken]:
    """What is wrong with the period beside those of the published versions: an overlap, or a gap."""
    others = list(version.grid.versions.published().exclude(pk=version.pk))
    taken = [other for other in others if _overlaps(other, version) and not gives_way(other, version)]
    if taken:
        sentence = _("Version %(number)s is in force in this period: two versions never hold on the same day.")
        return [Broken(sentence % {"number": other.number}, where="since") for other in taken]
    return _gaps(version, others)


def gives_way(other: Any, version: Any) -> bool:
    """Is the other one in force without end, and begun before: then it ends where the new one begins."""
    return other.until is None and other.since < version.since


def _overlaps(one: Any, other: Any) -> bool:
    return (other.until is None or one.since < other.until) and (one.until is None or other.since < one.until)


def _gaps(version: Any, others: Iterable[Any]) -> list[Broken]:
    before = [other.until for other in others if other.until and other.until <= version.since]
    after = [other.since for other in others if version.until and other.since >= version.until]
    broken = []
    if before and max(before) < version.since and not any(gives_way(other, version) for other in others):
        broken.append(_gap(max(before), version.since, "since"))
    if version.until and after and min(after) > version.until:
        broken.append(_gap(version.until, min(after), "until"))
    return broken


def _gap(since: date, until: date, where: str) -> Broken:
    sentence = _("No version would hold from %(since)s until %(until)s, exclusive: no amount could be worked out for those days.")
    return Broken(sentence % {"since": day_in_words(since), "until": day_in_words(until)}, where=where)


def make_room(version: Any, *, by: Any, at: datetime) -> None:
    """End the version in force where this one begins; the journal of both says so. Raises RuleBroken for a day gone by."""
    for other in version.grid.versions.filter(state=GridState.PUBLISHED).exclude(pk=version.pk).order_by("pk"):
        if gives_way(other, version):
            end(other, version.since, "give_way", by=by, at=at)


def end(version: Any, day: date, action: str, *, by: Any, at: datetime) -> None:
    """Give a published version its end, once, for a day to come: the first on which it no longer holds. Raises RuleBroken, NotAllowed."""
    lock_and_reread(version)
    if version.state != GridState.PUBLISHED or version.until is not None:
        raise RuleBroken(Broken(_("The end of a version is set once."), where="until"))
    if day <= paris_day(at) or day <= version.since:
        raise RuleBroken(Broken(_("A version in force can only end on a day to come."), where="since" if action == "give_way" else "until"))
    record(version, action, by=by, at=at, facts={"until": day})
    version.valid = type(version.valid)(version.since, day)
    version.save(update_fields=["valid"])


def _refuse(found: Iterable[Finding]) -> None:
    broken = [_as_broken(one) for one in found]
    if broken:
        raise RuleBroken(*broken)


def _as_broken(found: Finding) -> Broken:
    return Broken(found.sentence_and_place, where=found.where)
