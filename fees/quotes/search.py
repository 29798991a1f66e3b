"""What search finds of the quotes: the numbers of those that were issued, the orders of who pays, and who pays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.quotes.models import Quote
from requests_app.searchable import FEES, Found, Source

KIND = "quote"


def texts_of(rows: Sequence[int]) -> dict[int, Found]:
    """The words of these quotes, by their key; a draft has none yet."""
    found = Quote.objects.filter(pk__in=list(rows)).exclude(issued_at=None).without_text().prefetch_related("payers__organisation")
    return {quote.pk: Found(quote.dossier_id, _words(quote), FEES) for quote in found.order_by("pk")}


def _words(quote: Quote) -> str:
    told = [quote.number]
    for payer in quote.payers_read():
        told += [str(payer.organisation), payer.order_reference]
    return "\n".join(filter(None, told))


def read(row: int) -> Found | None:
    """The words of one quote."""
    return texts_of([row]).get(row)


def keys() -> Iterable[int]:
    """Every issued quote."""
    return Quote.objects.exclude(issued_at=None).order_by("pk").values_list("pk", flat=True).iterator()


def address(reference: str, row: int) -> str:
    """Its page."""
    number = Quote.objects.filter(pk=row).values_list("number", flat=True).first()
    return reverse("quotes:quote", args=[reference, number]) if number else reverse("quotes:dossier", args=[reference])


QUOTES = Source(KIND, 70, _("Quote"), read, keys, address, texts_of, FEES)
