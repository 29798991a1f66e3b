"""Asking for tables: of whom, until when, encrypted to which key; and taking one back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from extractions.deposits import rules
from extractions.deposits.models import DepositRequest, ServiceKey
from extractions.deposits.models.deposits import PurgeReason, standing_of
from extractions.deposits.notifications import tell
from extractions.deposits.services.purging import ask_purge
from extractions.models import Ticket
from extractions.states import TicketState
from workflow.engine import lock_and_reread, record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken, WrongState


@dataclass(frozen=True)
class Named:
    """Somebody who deposits a table, and for which centre."""

    depositor: User
    centre: str = ""


@dataclass(frozen=True)
class Terms:
    """What goes for every table of a request: its columns, the service that can open it, its last day."""

    columns: str
    key: ServiceKey
    expires_on: date


@transaction.atomic
def open_deposit(ticket: Ticket, named: Iterable[Named], terms: Terms, *, by: Any, at: datetime) -> list[DepositRequest]:
    """Ask these persons for a table each; what was asked before is taken back. Raises NotAllowed, RuleBroken, WrongState."""
    lock_and_reread(ticket)
    for earlier in DepositRequest.objects.live().filter(ticket=ticket):
        _end(earlier, by=by, at=at)
    ask_purge(standing_of(ticket), PurgeReason.REPLACED, at)
    made = [_ask(ticket, one, terms, by=by, at=at) for one in named]
    ticket.open_deposit(by=by, at=at)
    return made


@transaction.atomic
def add_depositor(ticket: Ticket, named: Named, terms: Terms, *, by: Any, at: datetime) -> DepositRequest:
    """Ask one more person for a table, while tables are awaited. Raises NotAllowed, RuleBroken, WrongState."""
    _awaiting(ticket)
    made = _ask(ticket, named, terms, by=by, at=at)
    record(ticket, "ask_deposit", by=by, at=at, facts={"request": made.pk})
    return made


@transaction.atomic
def extend(asked: DepositRequest, on: date, *, by: Any, at: datetime) -> None:
    """Give a table another last day. Raises NotAllowed, RuleBroken, WrongState."""
    _live(asked)
    rules.require_last_day(on, paris_day(at))
    record(asked.ticket, "ask_deposit", by=by, at=at, facts={"request": asked.pk, "expires_on": on})
    asked.expires_on = on
    asked.save(update_fields=["expires_on"])
    tell("asked", [asked.depositor_id], asked, f"{asked.pk}:{on}")


@transaction.atomic
def withdraw(asked: DepositRequest, *, by: Any, at: datetime) -> None:
    """Take a request back; the last of a ticket stays, and is replaced first. Raises NotAllowed, RuleBroken, WrongState."""
    _live(asked)
    others = DepositRequest.objects.live().filter(ticket=asked.ticket).exclude(pk=asked.pk)
    if not others.exists():
        raise RuleBroken(Broken(_("This is the only table that is asked for: name another person first.")))
    record(asked.ticket, "withdraw_deposit", by=by, at=at, facts={"request": asked.pk})
    _end(asked, by=by, at=at)
    ask_purge(asked.deposits.filter(purge_reason=""), PurgeReason.WITHDRAWN, at)
    take_in(asked.ticket, at=at)


def take_in(ticket: Ticket, *, at: datetime) -> None:
    """The system notes that the last table has come, once none is awaited any more."""
    if ticket.state == TicketState.AWAITING_DEPOSIT and not list(rules.missing_deposits(ticket)):
        ticket.receive_deposit(by=User.objects.system(), at=at)


def _ask(ticket: Ticket, named: Named, terms: Terms, *, by: Any, at: datetime) -> DepositRequest:
    day = paris_day(at)
    rules.require_usable(terms.key, day)
    rules.require_last_day(terms.expires_on, day)
    if not named.depositor.is_active:
        raise RuleBroken(Broken(_("This account is closed."), where="depositor"))
    told = {"depositor": named.depositor, "centre": named.centre.strip()}
    if DepositRequest.objects.live().filter(ticket=ticket, **told).exists():
        raise RuleBroken(Broken(_("This person is named twice for the same centre."), where="depositor"))
    told |= {"key": terms.key, "columns": rules.require_set(terms.columns), "expires_on": terms.expires_on}
    made: DepositRequest = DepositRequest.objects.create(ticket=ticket, opened_at=at, opened_by=by, **told)
    tell("asked", [named.depositor.pk], made, f"{made.pk}:{terms.expires_on}")
    return made


def _end(asked: DepositRequest, *, by: Any, at: datetime) -> None:
    asked.ended_at, asked.ended_by = at, by
    asked.save(update_fields=["ended_at", "ended_by"])


def _awaiting(ticket: Ticket) -> None:
    lock_and_reread(ticket)
    if ticket.state != TicketState.AWAITING_DEPOSIT:
        raise WrongState(_("No table is awaited for this ticket."))


def _live(asked: DepositRequest) -> None:
    _awaiting(asked.ticket)
    asked.refresh_from_db(fields=["ended_at"])
    if asked.ended_at is not None:
        raise WrongState(_("This table is not asked for any more."))
