"""The moves of a session, from its planning to the approval of its minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from committee import rules
from committee.states import SessionState
from requests_app.rule import require
from workflow.engine import Subject, move
from workflow.refusals import Broken, RuleBroken

RULES = "règlement intérieur du CESREES, arrêté du 5 mai 2021"


class SessionMoves(Subject):
    """A session of the committee."""

    subject_type: ClassVar[str] = "session"
    # The facts that moves write; the columns stand in `models.sessions`.
    roll_call: Any
    convened_at: Any
    opened_at: Any
    closed_at: Any
    chair: Any
    seats: Any
    quorum: Any
    approved_in: Any
    last_minutes: Any
    cancelled_because: Any

    class Meta:
        abstract = True

    @move(source=[SessionState.PLANNED], target=SessionState.CONVENED, label=_("Convene"), law=RULES)
    def convene(self, *, by: Any, at: datetime) -> None:
        """The members are convened, with the agenda."""
        require(self, rules.has_an_agenda)
        self.convened_at = at

    @move(source=[SessionState.CONVENED], target=SessionState.OPEN, label=_("Open the session"), law="décret 2019-536, art. 92")
    def open_session(self, *, by: Any, at: datetime, chair: Any) -> None:
        """Half of the members at least are there: the session begins, and the roll is noted."""
        rules.require_its_day(self, at)
        call = self.roll_call(at)
        rules.require_quorum(call)
        rules.require_chair(self, chair)
        self.opened_at, self.chair, self.seats, self.quorum = at, chair, call.seats, call.quorum
        self.jot(chair=chair.pk, seats=call.seats, quorum=call.quorum, present=call.counted)

    @move(source=[SessionState.OPEN], target=SessionState.HELD, label=_("Close the session"), law=RULES)
    def close_session(self, *, by: Any, at: datetime) -> None:
        """Every dossier of the agenda has its vote, or was put off."""
        require(self, rules.every_item_has_ended)
        self.closed_at = at

    @move(source=[SessionState.HELD], target=SessionState.APPROVED, label=_("Approve the minutes"), law=RULES)
    def approve_minutes(self, *, by: Any, at: datetime, within: Any, minutes: str) -> None:
        """A later session approves the minutes of this one, named by their number: the last that were made."""
        require(self, rules.has_minutes)
        rules.require_read_minutes(self, minutes)
        rules.require_later(self, within)
        self.approved_in = within
        self.jot(within=within.pk, paper_number=minutes)

    @move(source=[SessionState.PLANNED, SessionState.CONVENED], target=SessionState.CANCELLED, label=_("Cancel the session"), grave=True)
    def cancel(self, *, by: Any, at: datetime, because: str) -> None:
        """The session will not take place; its dossiers go back to those that are ready."""
        if not because.strip():
            raise RuleBroken(Broken(_("Say why the session is cancelled: it is published."), where="because"))
        self.cancelled_because = because.strip()
