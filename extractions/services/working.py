"""Who works at a ticket, for when it is announced, and moves made on the ticket as it was read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from extractions.models import Ticket
from extractions.policies import WORKER, roles_on
from workflow.engine import lock_and_reread, moves_of, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState


def read_at(ticket: Ticket) -> str:
    """What a page keeps of the ticket that it shows, so that a move is made on that one."""
    return ticket.moved_at.isoformat() if ticket.moved_at else ""


@transaction.atomic
def move_as_read(ticket: Ticket, move: str, seen: str, *, by: Any, at: datetime, **said: Any) -> None:
    """Make a move unless another one was made since the page was read: neither undoes the other unseen.

    Raises NotAllowed, WrongState, RuleBroken.
    """
    lock_and_reread(ticket)
    if seen and seen != read_at(ticket) and ticket.state in {str(one) for one in moves_of(ticket)[move].sources}:
        raise RuleBroken(Broken(_("This ticket has moved on since you opened this page: open the ticket again and read what is new.")))
    getattr(ticket, move)(by=by, at=at, **said)


@transaction.atomic
def claim(ticket: Ticket, *, by: Any, at: datetime) -> None:
    """Take a ticket that nobody has. Raises NotAllowed, WrongState when somebody was faster."""
    _lock(ticket)
    if ticket.agent_id is not None and ticket.agent_id != by.pk:
        raise WrongState(_("%(agent)s has taken this ticket meanwhile.") % {"agent": ticket.agent})
    record(ticket, "claim", by=by, at=at, facts={"agent": by.pk})
    _write(ticket, agent=by)


@transaction.atomic
def assign(ticket: Ticket, agent: Any, *, by: Any, at: datetime) -> None:
    """Give a ticket to somebody of the same desk, or to nobody. Raises NotAllowed, RuleBroken."""
    _lock(ticket)
    if agent is not None and WORKER not in roles_on(agent, ticket):
        raise RuleBroken(Broken(_("This person does not work at the desk of this ticket."), where="agent"))
    record(ticket, "assign", by=by, at=at, facts={"agent": agent.pk if agent else None})
    _write(ticket, agent=agent)


@transaction.atomic
def expect(ticket: Ticket, on: date | None, *, by: Any, at: datetime) -> None:
    """Announce the day for which the work is expected. Raises NotAllowed, RuleBroken for a day that has passed."""
    _lock(ticket)
    if on is not None and on < paris_day(at):
        raise RuleBroken(Broken(_("This day has passed already."), where="expected_on"))
    record(ticket, "expect", by=by, at=at, facts={"expected_on": on})
    _write(ticket, expected_on=on)


def _lock(ticket: Ticket) -> None:
    lock_and_reread(ticket)
    if not ticket.is_open:
        raise WrongState(_("This ticket has ended: nothing is changed any more."))


def _write(ticket: Ticket, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=list(columns))
