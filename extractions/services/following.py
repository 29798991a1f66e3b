"""What follows a ticket's moves: its clock stands still while the applicant has the next word, or another ticket comes first."""

from __future__ import annotations

from extractions.models import Ticket
from extractions.services.opening import PERIOD
from extractions.states import Side
from workflow import clocks
from workflow.models import JournalLine

#: Why the clock stands still, as the journal of clocks names it.
REASON, BEFORE = "applicant", "ticket_before"


def follow_turn(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to every move and question: the clock runs exactly while the desk of this ticket has the next word."""
    clock = clocks.running(ticket, PERIOD)
    if clock is None:
        return
    ticket.__dict__.pop("open_wait", None)
    with_applicant, paused = ticket.side == Side.APPLICANT, clocks.is_paused(clock)
    stands = with_applicant or any(True for _one in ticket.unfinished_before())
    if stands and not paused:
        clocks.suspend(ticket, PERIOD, line.at, REASON if with_applicant else BEFORE)
    elif paused and not stands:
        clocks.resume(ticket, PERIOD, line.at)


def wake_next(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to the end of a ticket: what waited for it alone runs on its own clock from now on."""
    for later in Ticket.objects.filter(links_before__before=ticket).under_way().order_by("pk"):
        follow_turn(later, line)
