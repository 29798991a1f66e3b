"""What stands before a page on which somebody commits: who may open it, and what it shows."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse

from fees.quotes.forms.deciding import SignedForm
from fees.quotes.models import Quote
from fees.quotes.pages import amended, quote_for, second_factor_url
from fees.quotes.policies import may
from fees.quotes.shown import shown_parts, shown_quote


def acceptable(request: HttpRequest, reference: str, number: str) -> Quote:
    """A quote of which the reader commits a payer; 404 for others. What became of it meanwhile is said by the refusal of the move."""
    return refusable(request, reference, number, "accept")


def refusable(request: HttpRequest, reference: str, number: str, action: str) -> Quote:
    """A quote with which the reader may do this; 404 for others."""
    quote = quote_for(request, reference, number)
    if not may(request.user, action, quote):
        raise Http404
    return quote


def signing_context(request: HttpRequest, quote: Quote, form: SignedForm, page: str) -> dict[str, Any]:
    """The quote in short, and where the second factor is given."""
    back = reverse(page, args=[quote.dossier.reference, quote.number])
    told: dict[str, Any] = {"quote": quote, "form": form, "second_factor": second_factor_url(request.user, back)}
    if quote.snapshot:
        told |= {"price": shown_quote(quote), "parts": shown_parts(quote), "changes": amended(quote), "example": quote.is_illustrative}
    return told
