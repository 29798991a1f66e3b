"""The pages of an acceptance on paper: who may record one, check one, and open its scan."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.quotes.deciding_page import refusable
from fees.quotes.forms.on_paper import CheckedForm
from fees.quotes.models import PaperAcceptance, Quote
from fees.quotes.pages import quote_for, second_factor_url
from fees.quotes.policies import MAY, roles_on
from fees.quotes.shown import shown_parts, shown_quote
from fees.quotes.signed_papers import READS
from fees.quotes.states import QuoteState
from workflow.refusals import WrongState


def paper_quote(request: HttpRequest, reference: str, number: str) -> Quote:
    """A quote of which the reader may record an acceptance on paper; 404 for others. Raises WrongState when none is awaited."""
    quote = refusable(request, reference, number, "record_paper")
    if quote.state != QuoteState.ISSUED or not quote.commits:
        raise WrongState(_("This quote is not one that awaits an acceptance."))
    return quote


def paper_for(request: HttpRequest, reference: str, number: str, pk: int) -> PaperAcceptance:
    """A signed paper of this quote; 404 for who neither records nor checks them."""
    quote = quote_for(request, reference, number)
    if not roles_on(request.user, quote) & READS:
        raise Http404
    rows = PaperAcceptance.objects.select_related("payer__organisation", "added_by", "confirmed_by")
    paper: PaperAcceptance = get_object_or_404(rows, pk=pk, payer__quote=quote)
    paper.payer.quote = quote
    return paper


def scan_for(request: HttpRequest, reference: str, number: str, pk: int) -> PaperAcceptance:
    """The same, if its scan may be handed over; 404 while it is in quarantine or once it was destroyed."""
    paper = paper_for(request, reference, number, pk)
    if paper.is_locked:
        raise Http404
    return paper


def check_context(request: HttpRequest, paper: PaperAcceptance, form: CheckedForm) -> dict[str, Any]:
    """The paper beside the quote, and whether this reader is the one who may check it."""
    quote = paper.payer.quote
    back = reverse("quotes:paper_check", args=[quote.dossier.reference, quote.number, paper.pk])
    roles = roles_on(request.user, quote)
    may_check = bool(roles & MAY["accept_on_paper"]) and paper.is_awaiting
    return {
        "quote": quote,
        "paper": paper,
        "form": form,
        "price": shown_quote(quote),
        "parts": [part for part in shown_parts(quote) if part.part.payer.pk == paper.payer_id],
        "checks": may_check and paper.added_by_id != request.user.pk and not paper.is_locked,
        "is_mine": may_check and paper.added_by_id == request.user.pk,
        "discards": may_check,
        "second_factor": second_factor_url(request.user, back),
    }
