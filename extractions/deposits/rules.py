"""When a table may be asked for, deposited and fetched, and which keys are taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from extractions.deposits.models import DepositRequest, ServiceKey
from extractions.deposits.sets import written_sets
from extractions.linkage.sealing import BadRecipient, recipients_from
from extractions.rules import NIR
from extractions.states import TicketState
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

#: How long a table may be asked for at most.
LONGEST = timedelta(days=180)
#: From its first table on until the matching, a ticket may have tables that are refused.
REFUSABLE = frozenset({TicketState.DEPOSITED, TicketState.FORMAT_CHECK, TicketState.PSEUDONYMISATION})


def public_key(text: str) -> str:
    """The public key of age, trimmed; raises RuleBroken for anything else, and for a private key says what to do about it."""
    said = "".join(text.split())
    if said.upper().startswith("AGE-SECRET-KEY"):
        sentence = _(
            "This is a PRIVATE key. It must never come here: take it as disclosed, and make another pair on the service's machine."
        )
        raise RuleBroken(Broken(sentence, where="recipient"))
    try:
        recipients_from([said])
    except BadRecipient:
        raise RuleBroken(Broken(_("This is not a public key of age (age1…)."), where="recipient")) from None
    return said


def require_days(since: date, until: date | None) -> None:
    """Raise RuleBroken when a key would end before it begins."""
    if until is not None and until < since:
        raise RuleBroken(Broken(_("The last day comes before the first."), where="valid_until"))


def require_last_day(on: date, day: date) -> None:
    """Raise RuleBroken for a last day that has passed, or that is too far away."""
    if on < day:
        raise RuleBroken(Broken(_("This day has passed already."), where="expires_on"))
    if on > day + LONGEST:
        raise RuleBroken(Broken(_("A table is asked for during %(days)s days at most.") % {"days": LONGEST.days}, where="expires_on"))


def require_usable(key: ServiceKey, day: date) -> None:
    """Raise RuleBroken for a key that nobody else confirmed, that has ended, or that is outside its days."""
    if not ServiceKey.objects.usable(day).filter(pk=key.pk).exists():
        raise RuleBroken(Broken(_("This key is not in use: choose another one."), where="key"))


def require_set(code: str) -> dict[str, Any]:
    """The set of columns of this code as plain data; raises RuleBroken without one."""
    found = written_sets().get(code)
    if found is None:
        raise RuleBroken(Broken(_("Choose the columns of the table."), where="columns"))
    return found


def require_depositable(asked: DepositRequest, by: Any, day: date) -> None:
    """Raise NotAllowed, WrongState or RuleBroken when this person cannot deposit this table now."""
    if asked.depositor_id != by.pk:
        raise NotAllowed(_("This table is awaited from somebody else."))
    if asked.ended_at is not None or asked.ticket.state != TicketState.AWAITING_DEPOSIT:
        raise WrongState(_("This table is not awaited any more."))
    if asked.has_expired(day):
        raise RuleBroken(Broken(_("The last day to deposit this table has passed: ask the desk for another one."), NIR))
    if asked.deposits.filter(purge_reason="").exists():
        raise WrongState(_("This table was deposited already."))
    if missing := asked.ticket.gate_missing(day):
        raise RuleBroken(*missing)


def missing_requests(ticket: Any) -> Iterable[Broken]:
    """What keeps a ticket from awaiting tables: nobody was named."""
    if not DepositRequest.objects.live().filter(ticket=ticket).exists():
        yield Broken(_("Name at least one person who deposits a table."), NIR)


def missing_deposits(ticket: Any) -> Iterable[Broken]:
    """What keeps the last table from having come: those that are still awaited."""
    awaited = DepositRequest.objects.live().filter(ticket=ticket).exclude(deposits__purge_reason="").count()
    if awaited:
        yield Broken(_("Tables are still awaited: %(count)s.") % {"count": awaited}, NIR)
    elif not DepositRequest.objects.live().filter(ticket=ticket).exists():
        yield Broken(_("No table was asked for."), NIR)
