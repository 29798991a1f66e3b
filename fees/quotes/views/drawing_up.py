"""Drawing a quote up: what it is for, what is decided beside the facts, who pays; and the work that was done."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from fees.quotes import drafts_page as drafts
from fees.quotes import pages
from fees.quotes.facts_page import work_context
from fees.quotes.forms.drawing_up import NewForm
from fees.quotes.services.drawing_up import refresh
from requests_app.reading import frame

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def new(request: HttpRequest, reference: str) -> HttpResponse:
    """What is the quote for?"""
    dossier = drafts.to_be_priced(request, reference)
    form = NewForm(request.POST if request.method == "POST" else None, dossier=dossier)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        return redirect("quotes:quote", reference, form.made)
    return render(request, "quotes/new.html", frame(request, dossier) | {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def decisions(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """What do the grids leave to a decision, and what is decided?"""
    quote = drafts.draft_for(request, reference, number)
    form = drafts.decisions_form(request, quote, timezone.now())
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The quote is worked out anew."))
        return redirect(quote)
    context = pages.standing(request, quote) | {"form": form, "quote": quote}
    return render(request, "quotes/decisions.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def again(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Work the draft out anew, with the facts and the grids of today."""
    quote = drafts.draft_for(request, reference, number)
    refresh(quote, by=request.user, at=timezone.now())
    messages.success(request, _("The quote is worked out anew."))
    return redirect(quote)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def payers(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Who pays what?"""
    quote = drafts.draft_for(request, reference, number)
    form = drafts.payers_form(request, quote)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The payers are kept."))
        return redirect(quote)
    context = pages.standing(request, quote) | {"form": form, "quote": quote}
    return render(request, "quotes/payers.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def work_done(request: HttpRequest, reference: str) -> HttpResponse:
    """Which work was done already?"""
    dossier = pages.fees_for(request, reference)
    context = work_context(request, dossier, timezone.now())
    form = context["form"]
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The work is noted."))
        return redirect("quotes:work_done", reference)
    return render(request, "quotes/work_done.html", frame(request, dossier) | context, status=422 if form.is_bound else 200)
