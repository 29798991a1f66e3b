"""Invoices of the demonstration, from its accepted quotes: one partly paid, one that is late, one paid and credited in part; made up."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import User
from config.demo.dossiers import replaying
from fees.invoices.documents.delivery import LANGUAGES
from fees.invoices.models import Installment, Invoice
from fees.invoices.services import crediting, issuing, paying, scheduling
from fees.invoices.services.paying import Noted
from fees.invoices.splitting import Step, upfront
from fees.invoices.states import InvoiceState, Mode, Trigger
from fees.quotes.models import Quote
from fees.quotes.states import QuoteState
from workflow.outbox import queue
from workflow.periods import paris_day

BECAUSE = "Exemple de démonstration : deux mois d’espace projet non utilisés."
HALVES = (Step(Trigger.ACCEPTANCE, Decimal("0.5")), Step(Trigger.DELIVERY, Decimal("0.5")))


def furnish(people: dict[str, User], now: datetime) -> None:
    """Plan and invoice the accepted quotes of the demonstration; running it again changes nothing."""
    if Invoice.objects.filter(dossier__is_demonstration=True).exists():
        return
    accepted = Quote.objects.filter(dossier__is_demonstration=True, state=QuoteState.ACCEPTED, accepted_at__isnull=False)
    with replaying():
        for place, quote in enumerate(accepted.order_by("accepted_at", "pk")):
            _tell(place, quote, people["redevances"], now)
    for invoice in Invoice.objects.filter(dossier__is_demonstration=True).order_by("pk"):
        for language in LANGUAGES:
            queue("invoice_paper", f"invoice_paper:{invoice.pk}:{language}", invoice=invoice.pk, language=language)


@transaction.atomic
def _tell(place: int, quote: Quote, manager: User, now: datetime) -> None:
    """The first one is late, the second paid and credited in part, the others invoiced by halves and partly paid."""
    steps: tuple[Step, ...] = tuple(upfront()) if place == 0 else HALVES
    at = (quote.accepted_at or now) + timedelta(hours=place + 1)
    schedule = scheduling.plan(quote, Mode.UPFRONT if place == 0 else Mode.MILESTONES, steps, by=manager, at=at)
    ready = Installment.objects.ready(paris_day(now)).filter(schedule=schedule).order_by("position")
    invoices = [invoice for one in ready for invoice in issuing.issue(one, by=manager, at=min(at + timedelta(days=place), now))]
    if not invoices:
        return
    first = invoices[0]
    if place == 0:
        _let_late(first, now)
        return
    part = first.gross if place == 1 else Decimal("500.00")
    told = Noted(paris_day(now), f"TIT-{paris_day(now).year}-{place:04d}")
    paying.note_payment(first, min(part, first.gross), told, by=manager, at=now)
    if place == 1:
        group: Any = first.vat_groups.order_by("-taxable", "pk").first()
        crediting.credit(first, {group.pk: min(Decimal("680.00"), group.taxable)}, BECAUSE, by=manager, at=now)


def _let_late(invoice: Invoice, now: datetime) -> None:
    if invoice.due_on is not None and invoice.due_on < paris_day(now) and invoice.state == InvoiceState.ISSUED:
        invoice.fall_overdue(by=User.objects.system(), at=now)
