"""What the calendar does to invoices: who is reminded, once a day. That an invoice falls overdue is the clocks' business."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from fees.invoices.models import Invoice, InvoicePaper
from fees.invoices.notifications import remind as write
from fees.invoices.states import InvoiceState
from files import orphans
from workflow.periods import paris_day

#: How long before the last day those who pay are reminded.
BEFORE = timedelta(days=7)
#: How often they are reminded of an invoice that is overdue.
EVERY = timedelta(days=30)


@shared_task(name="fees.invoices.tasks.remind")
def remind() -> int:
    """Remind those whose invoice is due within a week, and every month those whose invoice is overdue; the answer is how many invoices."""
    today = paris_day(timezone.now())
    rows = list(Invoice.objects.for_reading().awaited().filter(due_on__isnull=False).order_by("pk"))
    told = [occasion for invoice in rows if (occasion := _occasion(invoice, today))]
    for invoice, about, when in told:
        write(invoice, about, when)
    return len(told)


@shared_task(name="fees.invoices.tasks.sweep_orphan_papers")
def sweep_orphan_papers() -> int:
    """Delete the files of invoices that no row knows and that are a day old; the answer is how many."""
    return orphans.sweep(InvoicePaper, "invoices", before=timezone.now() - timedelta(days=1))


def _occasion(invoice: Invoice, today: date) -> tuple[Invoice, str, str] | None:
    """Of what an invoice is to be reminded today, and which time it is; None for most."""
    due: Any = invoice.due_on
    if invoice.state == InvoiceState.OVERDUE:
        months = (today - due) // EVERY
        return (invoice, "fall_overdue", f"month {months}") if months else None
    return (invoice, "due", str(due)) if today <= due <= today + BEFORE else None
