"""Invoices as pages and files read them: what is planned for a dossier, what awaits the fee manager, what the accountant takes away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, DecimalField, OuterRef, Prefetch, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from fees.invoices.models import HolderBill, Installment, Invoice, Payment
from fees.invoices.states import InvoiceKind
from requests_app.models import Dossier

#: The list of credit notes beside the states of invoices.
CREDITS = "avoirs"


def installments_of(dossier: Dossier) -> list[Installment]:
    """What is planned for a dossier and what is invoiced of it, in order; four queries."""
    rows = Installment.objects.kept().filter(schedule__quote__dossier=dossier).select_related("schedule__quote")
    bills = Prefetch("holder_bills", HolderBill.objects.select_related("buyer").order_by("pk"))
    return list(rows.prefetch_related("invoices", "pauses", bills).order_by("schedule", "position"))


def invoices_of(dossier: Dossier) -> list[Invoice]:
    """Every document of a dossier with what was paid and credited, the first one first; one query."""
    return list(Invoice.objects.filter(dossier=dossier).for_reading().annotate(**sums()).order_by("issued_at", "pk"))


def sums() -> dict[str, Any]:
    """What was paid and what was credited of each invoice of a list, beside its columns."""
    return {
        "paid_sum": _sum_of(Payment.objects.filter(invoice=OuterRef("pk")), "invoice", "amount"),
        "credited_sum": _sum_of(Invoice.objects.filter(corrects=OuterRef("pk")), "corrects", "gross"),
    }


def _sum_of(rows: Any, whose: str, column: str) -> Any:
    whole = DecimalField(max_digits=14, decimal_places=2)
    return Coalesce(Subquery(rows.order_by().values(whose).annotate(whole=Sum(column)).values("whole")), Value(0), output_field=whole)


def seen_dossiers(user: Any) -> Any:
    """The dossiers that somebody of the staff sees, as a subquery."""
    return Dossier.objects.visible_to(user).order_by().values("pk")


def ready_for(user: Any, today: date) -> Any:
    """The installments that may be invoiced now, of the dossiers that the person sees; the first planned first."""
    rows = Installment.objects.ready(today).filter(schedule__quote__dossier__in=seen_dossiers(user))
    return rows.select_related("schedule__quote__dossier__content").order_by("planned_on", "pk")


def invoices_at_work(user: Any, asked: str = "") -> Any:
    """The invoices of the dossiers that the person sees, in a state, or the credit notes."""
    rows = Invoice.objects.filter(dossier__in=seen_dossiers(user)).for_reading().annotate(**sums())
    if asked == CREDITS:
        rows = rows.filter(kind=InvoiceKind.CREDIT_NOTE)
    elif asked:
        rows = rows.invoices().filter(state=asked)
    return rows.order_by("-issued_at", "-pk")


def counts_at_work(user: Any) -> dict[str, int]:
    """How many invoices there are in each state, and how many credit notes; one query."""
    rows = Invoice.objects.filter(dossier__in=seen_dossiers(user)).order_by().values_list("kind", "state").annotate(found=Count("pk"))
    counts: dict[str, int] = {}
    for kind, state, found in rows:
        key = CREDITS if kind == InvoiceKind.CREDIT_NOTE else state
        counts[key] = counts.get(key, 0) + found
    return counts
