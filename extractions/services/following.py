"""What follows a ticket's moves: its clock stands still while the applicant has the next word, what ends takes its questions with it."""

from __future__ import annotations

from extractions.models import Ticket
from extractions.services.opening import PERIOD
from extractions.states import Side
from workflow import clocks
from workflow.models import JournalLine

#: Why the clock stands still, as the journal of clocks names it.
REASON = "applicant"


def follow_turn(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to every move and question: the clock stands still exactly while the applicant has the next word."""
    clock = clocks.running(ticket, PERIOD)
    if clock is None:
        return
    ticket.__dict__.pop("open_wait", None)
    with_applicant, paused = ticket.side == Side.APPLICANT, clocks.is_paused(clock)
    if with_applicant and not paused:
        clocks.suspend(ticket, PERIOD, line.at, REASON)
    elif paused and not with_applicant:
        clocks.resume(ticket, PERIOD, line.at)
