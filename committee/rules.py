"""Whether the committee may go on: quorum, agenda, minutes; one function, one sentence, one article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.utils.translation import gettext_lazy as _

from committee.reference import Rules
from committee.states import OVER, Presence, SessionState
from requests_app.rule import rule
from ui.words import day_in_words
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken

QUORUM_LAW = "décret 2019-536, art. 92"
RULES_OF_PROCEDURE = "règlement intérieur du CESREES, arrêté du 5 mai 2021"


@dataclass(frozen=True)
class RollCall:
    """Who is there: how many members are in mandate, how many must be present, and how many count."""

    seats: int
    quorum: int
    counted: int

    @property
    def is_met(self) -> bool:
        """Is the quorum reached?"""
        return self.counted >= self.quorum


def quorum_of(seats: int, figures: Rules) -> int:
    """How many of so many members must be there: half of an odd number is rounded up; nobody is never enough."""
    return max(1, ceil(seats * figures.quorum_share))


def counts(presence: str, figures: Rules) -> bool:
    """Does a member who is there in this way count for the quorum?"""
    return presence == Presence.PRESENT or (presence == Presence.REPRESENTED and figures.proxies_count_for_quorum)


def require_quorum(call: RollCall) -> None:
    """Raise RuleBroken when too few members are there."""
    if not call.is_met:
        sentence = _("The quorum is not reached: %(quorum)s of %(seats)s members must be present, %(counted)s are.") % {
            "quorum": call.quorum,
            "seats": call.seats,
            "counted": call.counted,
        }
        raise RuleBroken(Broken(sentence, QUORUM_LAW, "presence"))


@dataclass(frozen=True)
class Stand:
    """How one member stands in a session: there or not, and who speaks in their name."""

    presence: str
    represented_by: int | None = None
    remote: bool = False


def require_proxies(stands: Mapping[int, Stand], figures: Rules, *, in_session: bool) -> None:
    """Raise RuleBroken, with a sentence for each, when the proxy of a represented member does not stand."""
    wrong = {pk: wrong_proxy(pk, stands, figures, in_session=in_session) for pk in stands}
    broken = [Broken(sentence, RULES_OF_PROCEDURE, f"proxy_{pk}") for pk, sentence in wrong.items() if sentence]
    if broken:
        raise RuleBroken(*broken)


def wrong_proxy(pk: int, stands: Mapping[int, Stand], figures: Rules, *, in_session: bool) -> Any:
    """Why nobody may speak for this member as things are; empty when nothing is wrong.

    The proxy is another member in mandate, carries no more proxies than allowed, and is there: before the session, at least expected.
    """
    if stands[pk].presence != Presence.REPRESENTED:
        return ""
    proxy = stands[pk].represented_by
    if proxy is None or proxy == pk or proxy not in stands:
        return _("A represented member names another member in mandate.")
    if stands[proxy].presence not in ({Presence.PRESENT} if in_session else {Presence.PRESENT, Presence.EXPECTED}):
        return _("Who represents a member must be there.")
    if sum(stand.represented_by == proxy for stand in stands.values()) > figures.proxies_each:
        return _("A member represents at most %(most)d other members.") % {"most": figures.proxies_each}
    return ""


def require_its_day(session: Any, at: datetime) -> None:
    """Raise RuleBroken before the day for which the members were convened."""
    if paris_day(at) < paris_day(session.starts_at):
        words = _("The session is convened for %(day)s: it opens on that day, or is moved first.") % {
            "day": day_in_words(session.starts_at)
        }
        raise RuleBroken(Broken(words, RULES_OF_PROCEDURE, "starts_at"))


def short_notice(session: Any, starts_at: datetime, at: datetime, figures: Rules) -> list[Any]:
    """What moving a convened session to this moment leaves too little time for: the convocation, the papers; empty when neither.

    Who was convened for that day already, or for an earlier hour of it, needs no new notice.
    """
    if session.state != SessionState.CONVENED or (paris_day(starts_at) == session.day and starts_at >= session.starts_at):
        return []
    told: dict[str, Any] = {"day": day_in_words(starts_at), "days": figures.convocation_days_before, "hours": figures.papers_hours_before}
    found = []
    if paris_day(starts_at) != session.day and (paris_day(starts_at) - paris_day(at)).days < figures.convocation_days_before:
        found.append(_("The members are convened at least %(days)d days before: for %(day)s they would learn of it too late.") % told)
    if starts_at - at < timedelta(hours=figures.papers_hours_before):
        found.append(_("The papers are open to the members at least %(hours)d hours before: the session would begin sooner.") % told)
    return found


def require_chair(session: Any, chair: Any) -> None:
    """Raise RuleBroken unless who takes the chair is present and holds an office."""
    present = session.attendances.filter(member=chair, presence=Presence.PRESENT).exists()
    if not present or not chair.offices.filter(ended_at=None).exists():
        raise RuleBroken(
            Broken(_("The session is led by the president, the vice-president or the delegate, who must be present."), QUORUM_LAW, "chair")
        )


def require_later(session: Any, within: Any) -> None:
    """Raise RuleBroken unless the minutes are approved by a session that began later."""
    if within.pk == session.pk or within.starts_at <= session.starts_at or within.state not in (SessionState.OPEN, *OVER):
        raise RuleBroken(Broken(_("Minutes are approved by a later session, once it is open."), RULES_OF_PROCEDURE, "within"))


def require_read_minutes(session: Any, number: str) -> None:
    """Raise RuleBroken unless these are the last minutes that were made: what nobody has read is not approved."""
    if session.last_minutes().number != number:
        words = _("The minutes were made again meanwhile: read the last ones, then approve them.")
        raise RuleBroken(Broken(words, RULES_OF_PROCEDURE, "minutes"))


@rule(_("Put at least one dossier on the agenda before the members are convened."), law=RULES_OF_PROCEDURE, where="agenda")
def has_an_agenda(session: Any) -> bool:
    """There is something to examine."""
    return bool(session.items.exists())


@rule(_("A dossier of the agenda has neither its vote nor been put off."), law=RULES_OF_PROCEDURE, where="agenda")
def every_item_has_ended(session: Any) -> bool:
    """Nothing is left undecided."""
    return not session.items.filter(ending="").exists()


@rule(_("Make the minutes before they are approved."), law=RULES_OF_PROCEDURE, where="minutes")
def has_minutes(session: Any) -> bool:
    """The minutes exist as a paper."""
    return session.last_minutes() is not None
