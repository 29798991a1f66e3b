"""What the pages of linkage tables show: to the depositor alone the page of the deposit; to the desk and the team, where each table is."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.second_factor import address_for
from extractions.deposits import confirming, rules, words
from extractions.deposits.models import Attempt, Deposit, DepositRequest, PurgeCertificate
from extractions.deposits.uploads import SealingHandler
from extractions.linkage.templates import described
from extractions.linkage.words import FORMATS
from extractions.models import Ticket
from extractions.policies import MAY, WORKER
from extractions.reading import standing, ticket_for, ticket_roles, ticket_to
from extractions.states import MATCHING_DIRECTLY, TicketState
from requests_app.policies import TEAM_ROLES
from workflow.periods import paris_day
from workflow.refusals import NotAllowed

#: Of the places of errors, so many stand on the page; the file has them all.
SHOWN = 100
_ROWS = DepositRequest.objects.select_related("ticket__dossier__content__controller", "ticket__organisation", "depositor", "key")


@dataclass(frozen=True)
class Row:
    """One table that is asked for, on the page of its ticket."""

    asked: DepositRequest
    deposit: Deposit | None
    earlier: list[Deposit]
    is_late: bool
    is_mine: bool


def ticket_part(request: HttpRequest, ticket: Ticket) -> dict[str, Any] | None:
    """On the page of a ticket: each table that is asked for, where it stands, and what the reader may do about it."""
    if ticket.kind not in MATCHING_DIRECTLY:
        return None
    roles, day = ticket_roles(request, ticket), paris_day(request_moment())
    requests = DepositRequest.objects.filter(ticket=ticket).select_related("depositor", "key").order_by("pk")
    if not roles & (TEAM_ROLES | MAY["see_work"]):  # a depositor from outside sees their own only
        requests = requests.filter(depositor=request.user.pk)
    asked = list(requests.prefetch_related("deposits__certificate", "deposits__fetched_by"))
    rows = [_row(one, request.user, day) for one in asked if one.ended_at is None or one.deposits.all()]
    if not rows:
        return None
    awaits = ticket.state == TicketState.AWAITING_DEPOSIT
    told = {"rows": rows, "fetches": WORKER in roles, "refuses": WORKER in roles and ticket.state in rules.REFUSABLE}
    return told | {"asks": awaits and bool(roles & MAY["ask_deposit"])}


def request_moment() -> datetime:
    """Now, for a page whose part takes no moment."""
    from django.utils import timezone

    return timezone.now()


def _row(asked: DepositRequest, user: Any, day: Any) -> Row:
    every = list(asked.deposits.all())
    asked.__dict__["standing"] = next((one for one in every if not one.purge_reason), None)
    earlier = [one for one in every if one.purge_reason]
    late = asked.standing is None and asked.ended_at is None and asked.has_expired(day)
    return Row(asked, asked.standing, earlier, late, asked.depositor_id == user.pk)


def mine(request: HttpRequest, number: str, pk: int) -> DepositRequest:
    """The table that is asked of the reader, and of nobody else, whoever they are; 404 for others. The second factor comes first."""
    found: DepositRequest = get_object_or_404(_ROWS, pk=pk, ticket__number=number, depositor=request.user.pk)
    if not ticket_roles(request, found.ticket) & MAY["receive_deposit"]:
        raise Http404
    return found


def verified(request: HttpRequest, number: str, pk: int) -> DepositRequest:
    """The same, for somebody who has given their second factor; raises NotAllowed otherwise."""
    found = mine(request, number, pk)
    if not request.user.is_verified():  # type: ignore[union-attr]
        raise NotAllowed(_("Give the code of your second factor first."))
    return found


def deposit_context(request: HttpRequest, asked: DepositRequest, now: datetime, form: Any = None) -> dict[str, Any]:
    """The page of a deposit: what is asked for, what happens to the table, the next step, and what came before."""
    day = paris_day(now)
    awaited = asked.ended_at is None and asked.ticket.state == TicketState.AWAITING_DEPOSIT and asked.standing is None
    is_verified = request.user.is_verified()  # type: ignore[union-attr]
    told = standing(request, asked.ticket) | {
        "asked": asked,
        "columns": columns_shown(asked),
        "form": form,
        "most": settings.DEPOSIT_MAX_BYTES,
    }
    told |= {"deposit": asked.standing, "has_expired": asked.has_expired(day), "awaited": awaited}
    told |= {"second_factor": "" if is_verified else address_for(request.user, asked.get_absolute_url())}
    told["sends"] = is_verified and awaited and confirming.confirmed(request.session, asked, at=now) is not None
    told["attempt"] = attempt_shown(asked) if is_verified and asked.standing is None else None
    told["warnings"] = warnings_shown(asked) if asked.standing else []
    told["destroyed"] = list(PurgeCertificate.objects.filter(deposit__request=asked).select_related("deposit"))
    return told


def columns_shown(asked: DepositRequest) -> list[tuple[Any, str]]:
    """The columns with the words of their formats."""
    return [(one, _(FORMATS[one.format])) for one in described(asked.asked)]


def attempt_shown(asked: DepositRequest) -> dict[str, Any] | None:
    """The last table that was not kept: counts by kind of fault, and the first places."""
    last = Attempt.objects.filter(request=asked).order_by("-pk").first()
    if last is None:
        return None
    counts = [(words.column_named(asked.asked, column), words.meaning(code), count) for column, code, count in last.counts]
    places = [(line, words.column_named(asked.asked, column), words.meaning(code)) for line, column, code in last.places[:SHOWN]]
    return {
        "attempt": last,
        "why": words.meaning(last.code) if last.code else "",
        "counts": counts,
        "places": places,
        "more": len(last.places),
    }


def warnings_shown(asked: DepositRequest) -> list[tuple[str, str, int]]:
    """What somebody should weigh in a table that was kept."""
    counts = asked.standing.receipt["warnings"]["counts"]
    return [(words.column_named(asked.asked, column), words.meaning(code), count) for column, code, count in counts]


def errors_as_csv(asked: DepositRequest) -> bytes:
    """The places of the errors of the last table that was not kept; 404 without one."""
    last = Attempt.objects.filter(request=asked).order_by("-pk").first()
    if last is None:
        raise Http404
    text = io.StringIO()
    written = csv.writer(text, delimiter=";")
    written.writerow([_("Line"), _("Column"), _("Code"), _("What is wrong")])
    for line, column, code in last.places:
        written.writerow([line, words.column_named(asked.asked, column), code, words.meaning(code)])
    return text.getvalue().encode("utf-8-sig")


def receiving(request: HttpRequest, number: str, pk: int, now: datetime) -> SealingHandler:
    """What takes the table in, for the depositor who has just given a code; everything is checked before a byte of the body is read."""
    asked = verified(request, number, pk)
    rules.require_depositable(asked, request.user, paris_day(now))
    rules.require_usable(asked.key, paris_day(now))
    encoding = confirming.confirmed(request.session, asked, at=now)
    if encoding is None:
        raise NotAllowed(_("Your code was given more than ten minutes ago: give another one, then send the table."))
    return SealingHandler(asked, encoding, on=paris_day(now), most=settings.DEPOSIT_MAX_BYTES)


def one_of_ticket(request: HttpRequest, number: str, pk: int, action: str) -> DepositRequest:
    """A table that is asked for under this ticket, for who may do this; 404 for others."""
    ticket = ticket_to(request, number, action)
    found: DepositRequest = get_object_or_404(_ROWS, pk=pk, ticket=ticket)
    found.ticket = ticket
    return found


def deposit_of_ticket(request: HttpRequest, number: str, pk: int, action: str) -> Deposit:
    """A deposit of this ticket, for who may do this; 404 for others."""
    ticket = ticket_to(request, number, action)
    found: Deposit = get_object_or_404(Deposit.objects.select_related("request__key"), pk=pk, request__ticket=ticket)
    found.request.ticket = ticket
    return found


def certificate_for(request: HttpRequest, number: str, pk: int) -> PurgeCertificate:
    """The certificate of a deposit, for its depositor, the team and the desk; 404 for others."""
    ticket = ticket_for(request, number)
    found: PurgeCertificate = get_object_or_404(PurgeCertificate, deposit=pk, deposit__request__ticket=ticket)
    if not ticket_roles(request, ticket) & (TEAM_ROLES | MAY["see_work"]) and found.deposit.request.depositor_id != request.user.pk:
        raise Http404
    return found


def receipt_text(asked: DepositRequest) -> str:
    """The receipt of the deposit that stands, to keep; 404 without one."""
    deposit = asked.standing
    if deposit is None:
        raise Http404
    rows = [
        (_("Receipt of a linkage table"), f"{asked.ticket.number}/{deposit.pk}"),
        (_("Received"), deposit.received_at.isoformat(timespec="seconds")),
        (_("Lines"), deposit.lines),
        (_("Size in bytes"), deposit.bytes),
        (_("SHA-256 of the table"), deposit.sha256),
        (_("SHA-256 of the encrypted file"), deposit.sealed_sha256),
        (_("Encrypted to the key"), f"{asked.key.fingerprint} ({asked.key.label})"),
    ]
    return "".join(f"{name}{_(': ')}{value}\n" for name, value in rows)


def opening(request: HttpRequest, number: str) -> Ticket:
    """The ticket for which tables are asked, for its desk and the secretariat; 404 for others and for other kinds."""
    ticket = ticket_to(request, number, "open_deposit")
    if ticket.kind not in MATCHING_DIRECTLY:
        raise Http404
    return ticket
