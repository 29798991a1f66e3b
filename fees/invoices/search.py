"""What search finds of the invoices: their numbers, who pays, its order and the accountant's reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.invoices.models import Invoice
from requests_app.searchable import BILLS, Found, Source

KIND = "invoice"


def texts_of(rows: Sequence[int]) -> dict[int, Found]:
    """The words of these invoices and credit notes, by their key."""
    columns = ("pk", "dossier", "number", "buyer__name", "order_reference", "accounting_reference")
    found = Invoice.objects.filter(pk__in=list(rows)).order_by("pk").values_list(*columns)
    return {pk: Found(dossier, "\n".join(filter(None, words)), BILLS) for pk, dossier, *words in found}


def read(row: int) -> Found | None:
    """The words of one invoice."""
    return texts_of([row]).get(row)


def keys() -> Iterable[int]:
    """Every invoice and credit note."""
    return Invoice.objects.order_by("pk").values_list("pk", flat=True).iterator()


def address(reference: str, row: int) -> str:
    """Its page."""
    number = Invoice.objects.filter(pk=row).values_list("number", flat=True).first()
    return reverse("invoices:invoice", args=[reference, number]) if number else reverse("quotes:dossier", args=[reference])


INVOICES = Source(KIND, 71, _("Invoice"), read, keys, address, texts_of, BILLS)
