"""The acceptance of a payer that came on paper: recorded, compared by somebody else, or discarded."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fees.quotes import on_paper_page as papers
from fees.quotes import pages
from fees.quotes.forms.on_paper import CheckedForm, DiscardForm, RecordForm

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def record(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Which payer has signed on paper?"""
    quote = papers.paper_quote(request, reference, number)
    form = RecordForm(*((request.POST, request.FILES) if request.method == "POST" else ()), quote=quote)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The paper is recorded: somebody else compares it with the quote."))
        return redirect(quote)
    context = pages.standing(request, quote) | {"form": form, "quote": quote}
    return render(request, "quotes/paper_record.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def check(request: HttpRequest, reference: str, number: str, pk: int) -> HttpResponse:
    """Does the paper say what the quote says?"""
    paper = papers.paper_for(request, reference, number, pk)
    form = CheckedForm(request.POST if request.method == "POST" else None, paper=paper, user=request.user)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The acceptance is recorded."))
        return redirect(paper.payer.quote)
    context = pages.standing(request, paper.payer.quote) | papers.check_context(request, paper, form)
    return render(request, "quotes/paper_check.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def discard(request: HttpRequest, reference: str, number: str, pk: int) -> HttpResponse:
    """Why does this paper prove nothing?"""
    paper = papers.paper_for(request, reference, number, pk)
    form = DiscardForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.save(paper, by=request.user, at=timezone.now()):
        messages.success(request, _("The paper is discarded; another one may be recorded."))
        return redirect(paper.payer.quote)
    context = pages.standing(request, paper.payer.quote) | {"form": form, "quote": paper.payer.quote, "paper": paper}
    return render(request, "quotes/paper_discard.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def scan(request: HttpRequest, reference: str, number: str, pk: int) -> HttpResponseBase:
    """Hand over the scan, to whoever records and checks such papers."""
    paper = papers.scan_for(request, reference, number, pk)
    answer = FileResponse(paper.file.open("rb"), as_attachment=True, filename=paper.name, content_type=paper.content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
