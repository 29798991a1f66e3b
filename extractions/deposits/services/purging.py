"""Destroying encrypted tables: decided in a transaction, done behind the site's back, proved by a certificate.

Locks are taken in one order: tickets, the oldest first, then their deposits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from extractions.deposits import rules
from extractions.deposits.models import Deposit, DepositRequest, PurgeCertificate
from extractions.deposits.models.deposits import PurgeReason, standing_of
from extractions.deposits.notifications import tell
from extractions.models import Ticket
from extractions.states import MATCHING_DIRECTLY, Kind, TicketState
from requests_app.models import Dossier
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.outbox import queue
from workflow.periods import PARIS, paris_day

KIND = "purge_deposit"


@transaction.atomic
def ask_purge(deposits: Iterable[Deposit], reason: PurgeReason, at: datetime) -> int:
    """Decide that these tables are destroyed, and say how many; the files go once the transaction stands.

    What was decided meanwhile stays as it was decided.
    """
    rows = Deposit.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in deposits]).order_by("pk")
    asked = [one for one in rows if not one.purge_reason]
    for deposit in asked:
        deposit.purge_reason, deposit.purge_asked_at = reason, at
        deposit.save(update_fields=["purge_reason", "purge_asked_at"])
        queue(KIND, f"{KIND}:{deposit.pk}", deposit=deposit.pk)
    return len(asked)


@transaction.atomic
def refuse_one(deposit: Deposit, because: str, *, by: Any, at: datetime) -> None:
    """Refuse one of several tables; the others stand. Raises NotAllowed, RuleBroken, WrongState."""
    ticket = deposit.request.ticket
    lock_and_reread(ticket)
    ask_purge([deposit], PurgeReason.REFUSED, at)
    ticket.refuse_table(by=by, at=at, because=because)


def drop_refused(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to a refusal: the tables are destroyed and asked for again; where one was named, the others stand."""
    if not list(rules.missing_deposits(ticket)):
        ask_purge(standing_of(ticket), PurgeReason.REFUSED, line.at)
    for asked in DepositRequest.objects.live().filter(ticket=ticket).exclude(deposits__purge_reason=""):
        tell("again", [asked.depositor_id], asked, f"{line.pk}:{asked.pk}")


def purge_delivered(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to the acceptance of a delivery: the tables of the matchings that led to it have no use any more."""
    matchings = Ticket.objects.filter(dossier=ticket.dossier_id, kind__in=sorted(MATCHING_DIRECTLY))
    for matching in matchings.select_for_update(of=("self",)).order_by("pk"):
        if _is_delivered(matching):
            ask_purge(standing_of(matching), PurgeReason.DELIVERED, line.at)


def purge_ended(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to the rejection or cancellation of a ticket: its tables are destroyed; it may have been the last delivery."""
    if ticket.kind == Kind.DELIVERY:
        purge_delivered(ticket, line)
    ask_purge(standing_of(ticket), PurgeReason.ENDED, line.at)


def purge_of_dossier(dossier: Dossier, line: JournalLine) -> None:
    """Reaction to the end of a project: no table of it is kept."""
    standing = Deposit.objects.filter(request__ticket__dossier=dossier, purge_reason="").select_related("request").order_by("pk")
    ask_purge(standing, PurgeReason.ENDED, line.at)


def _is_delivered(matching: Ticket) -> bool:
    """Is every delivery that rests on this matching over, and one of them accepted? Without links, every delivery of the dossier counts."""
    deliveries = Ticket.objects.filter(dossier=matching.dossier_id, kind=Kind.DELIVERY)
    following = deliveries.filter(pk__in=_after(matching.pk))
    states = set((following if following.exists() else deliveries).values_list("state", flat=True))
    return TicketState.CLOSED in states and states <= {TicketState.CLOSED, TicketState.CANCELLED, TicketState.REJECTED}


def _after(pk: int) -> set[int]:
    """The tickets to which a chain of links leads."""
    found: set[int] = set()
    last = {pk}
    while last:
        last = set(Ticket.objects.filter(links_before__before__in=last).values_list("pk", flat=True)) - found
        found |= last
    return found


@transaction.atomic
def certify(deposit: Deposit, *, at: datetime) -> PurgeCertificate:
    """Write down that the file of a deposit is destroyed; what another worker has written down meanwhile is the answer."""
    asked, day = deposit.request, paris_day(at)
    lock_and_reread(asked.ticket)
    locked = Deposit.objects.select_for_update(of=("self",)).get(pk=deposit.pk)
    if locked.destroyed is not None:
        return locked.destroyed
    deposit.purge_reason = locked.purge_reason
    deposit.purged_at = at
    deposit.save(update_fields=["purged_at"])
    number = f"DES-{day.year}-{deposit.pk:05d}"
    with translation.override(settings.LANGUAGE_CODE):  # it is kept: not in the language of whoever is about
        text = _words(deposit, number, at)
    made = PurgeCertificate.objects.create(
        deposit=deposit, number=number, made_at=at, text=text, sha256=hashlib.sha256(text.encode()).hexdigest()
    )
    facts = {"deposit": deposit.pk, "certificate": number, "certificate_sha256": made.sha256}
    record(asked.ticket, "purge_deposit", by=User.objects.system(), at=at, facts=facts)
    tell("destroyed", [asked.depositor_id], asked, f"{deposit.pk}", deposit=deposit.pk)
    return made


def _words(deposit: Deposit, number: str, at: datetime) -> str:
    """The words of a certificate: what was destroyed, when and why."""
    ticket = deposit.request.ticket
    rows = [
        (_("Certificate of destruction"), number),
        (_("Site"), f"{settings.SITE_NAME} – {settings.OPERATOR_NAME}"),
        (_("Ticket"), f"{ticket.number} ({ticket.dossier.reference})"),
        (_("Linkage table received on"), _moment(deposit.received_at)),
        (_("Lines"), str(deposit.lines)),
        (_("SHA-256 of the table"), deposit.sha256),
        (_("SHA-256 of the encrypted file"), deposit.sealed_sha256),
        (_("Encrypted to the key"), deposit.request.key.fingerprint),
        (_("Reason"), str(PurgeReason(deposit.purge_reason).label)),
        (_("Destroyed on"), _moment(at)),
    ]
    colon = _(": ")
    last = _("The encrypted file is deleted from this site. The site never held the table in clear, nor the key that opens it.")
    return "\n".join([*(f"{name}{colon}{value}" for name, value in rows), "", last, ""])


def _moment(at: datetime) -> str:
    there = at.astimezone(PARIS)
    return f"{date_format(there, 'DATE_FORMAT')} {there:%H:%M}"
