"""The file of a quote: PDF/A-3, tagged, with its snapshot inside, so that anybody can calculate it again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from fees.quotes.models import Quote
from fees.quotes.shown import changes_between, shown_parts, shown_quote
from files.printing import Enclosed, archived_pdf_of
from ui.words import day_in_words

TEMPLATE = "quotes/paper.html"


def pdf_of_quote(quote: Quote) -> bytes:
    """The file of an issued quote in the present language; the same quote gives the same bytes. Raises CannotPrint."""
    name, words = f"{quote.number}.json", _("The quote as data: facts, grids, VAT and result")
    enclosed = Enclosed(quote.snapshot.encode(), name, words, quote.issued_at or quote.drawn_up_at)
    return archived_pdf_of(TEMPLATE, {"paper": paper_of(quote)}, enclosed)


def paper_of(quote: Quote) -> dict[str, Any]:
    """What the file shows."""
    dossier = quote.dossier
    before = quote.previous.kept.result if quote.previous is not None else None
    return {
        "quote": quote,
        "purpose": quote.get_purpose_display(),
        "reference": dossier.reference,
        "title": dossier.title,
        "operator": settings.OPERATOR_NAME,
        "issued_on": day_in_words(quote.issued_at) if quote.issued_at else "",
        "valid_until": day_in_words(quote.valid_until) if quote.valid_until else "",
        "price": shown_quote(quote),
        "parts": shown_parts(quote),
        "changes": changes_between(before, quote.kept.result) if before is not None else [],
        "previous": quote.previous.number if quote.previous is not None else "",
        "check_at": check_address(quote),
    }


def check_address(quote: Quote) -> str:
    """Where anybody checks a quote by its number and its hash."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('quotes:check')}?numero={quote.number}&empreinte={quote.snapshot_sha256}"
