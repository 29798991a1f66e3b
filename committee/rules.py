"""Whether the committee may go on: quorum, agenda, minutes; one function, one sentence, one article."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.translation import gettext_lazy as _

from committee.reference import Rules
from committee.states import OVER, Presence, SessionState
from requests_app.rule import rule
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
    return bool(session.papers.filter(kind="minutes").exists())
