"""Issuing, accepting, declining, cancelling: each on a page of its own that says what follows."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from fees.quotes import drafts_page as drafts
from fees.quotes import pages
from fees.quotes.deciding_page import acceptable, refusable, signing_context
from fees.quotes.forms.deciding import AcceptForm, IssueForm, ReasonForm
from fees.quotes.lapsed import lapsed_in
from fees.quotes.stale import stale_of

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def issue(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Is this the quote that we issue?"""
    quote = drafts.draft_for(request, reference, number)
    form = IssueForm(request.POST if request.method == "POST" else None, quote=quote, user=request.user)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The quote is issued; the team and those who pay are told by e-mail."))
        return redirect(quote)
    context = pages.standing(request, quote) | signing_context(request, quote, form, "quotes:issue")
    context |= {"stale": stale_of(quote, timezone.now()), "lapsed": lapsed_in(quote, timezone.now())}
    return render(request, "quotes/issue.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def accept(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Do we accept this quote?"""
    quote = acceptable(request, reference, number)
    form = AcceptForm(request.POST if request.method == "POST" else None, quote=quote, user=request.user)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("Your acceptance is recorded."))
        return redirect(quote)
    context = pages.standing(request, quote) | signing_context(request, quote, form, "quotes:accept")
    return render(request, "quotes/accept.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def decline(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Why do we not accept this quote?"""
    quote = refusable(request, reference, number, "decline")
    form = ReasonForm(request.POST if request.method == "POST" else None, quote=quote)
    if form.is_bound and form.is_valid() and form.decline(by=request.user, at=timezone.now()):
        messages.success(request, _("The quote is declined; who issued it is told."))
        return redirect(quote)
    context = pages.standing(request, quote) | {"form": form, "quote": quote}
    return render(request, "quotes/decline.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def cancel(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Why is this quote cancelled?"""
    quote = refusable(request, reference, number, "cancel")
    form = ReasonForm(request.POST if request.method == "POST" else None, quote=quote)
    if form.is_bound and form.is_valid() and form.cancel(by=request.user, at=timezone.now()):
        messages.success(request, _("The quote is cancelled."))
        return redirect("quotes:dossier", reference)
    context = pages.standing(request, quote) | {"form": form, "quote": quote}
    return render(request, "quotes/cancel.html", context, status=422 if form.is_bound else 200)
