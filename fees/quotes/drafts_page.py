"""What stands before a page of a draft: who may open it, and the forms with what was entered."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest

from fees.quotes.forms.drawing_up import DecisionsForm, PayersForm
from fees.quotes.models import Quote
from fees.quotes.pages import fees_for, quote_for
from fees.quotes.policies import MAY, may
from fees.quotes.pricing import price_now
from fees.quotes.services.drawing_up import purposes_possible, require_draft
from requests_app.models import Dossier
from requests_app.reading import roles_for


def to_be_priced(request: HttpRequest, reference: str) -> Dossier:
    """A dossier for which the reader may draw up a quote now; 404 otherwise."""
    dossier = fees_for(request, reference)
    if not roles_for(request, dossier) & MAY["draw_up"] or not purposes_possible(dossier):
        raise Http404
    return dossier


def draft_for(request: HttpRequest, reference: str, number: str) -> Quote:
    """A draft that the reader may change; 404 for others. Raises WrongState once it is issued."""
    quote = quote_for(request, reference, number)
    if not may(request.user, "edit", quote):
        raise Http404
    require_draft(quote)
    return quote


def decisions_form(request: HttpRequest, quote: Quote, at: datetime) -> DecisionsForm:
    """What the grids of the quote leave to decide."""
    versions = quote.kept.versions if quote.snapshot else price_now(quote, at).versions
    return DecisionsForm(request.POST if request.method == "POST" else None, quote=quote, versions=versions)


def payers_form(request: HttpRequest, quote: Quote) -> PayersForm:
    """Who pays, as it was entered."""
    return PayersForm(request.POST if request.method == "POST" else None, quote=quote)
