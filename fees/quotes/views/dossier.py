"""The fees of a dossier: what it costs and why, its quotes, its facts, and the proof that a quote is what was calculated."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fees.quotes import pages
from fees.quotes.facts_page import facts_context, facts_form
from fees.quotes.services.telling_facts import Part
from requests_app.reading import frame


@never_cache
@login_required
@require_safe
def fees(request: HttpRequest, reference: str) -> HttpResponse:
    """What does this project cost, and why?"""
    dossier = pages.fees_for(request, reference)
    return render(request, "quotes/dossier.html", pages.fees_shown(request, dossier, timezone.now()))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: HttpRequest, reference: str) -> HttpResponse:
    """On which facts does the price rest, and which of them do I know?"""
    dossier = pages.fees_for(request, reference)
    form, price = facts_form(request, dossier, timezone.now())
    if form is not None and form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The facts are kept; the amounts below follow from them."))
        return redirect("quotes:dossier", reference)
    context = frame(request, dossier) | facts_context(form, price, dossier)
    return render(request, "quotes/facts.html", context, status=422 if form is not None and form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def facts_of_part(request: HttpRequest, reference: str, dimension: str, of: str) -> HttpResponse:
    """Which facts are those of this holder, or of this database alone?"""
    dossier, part = pages.fees_for(request, reference), Part(dimension, of)
    form, price = facts_form(request, dossier, timezone.now(), part)
    if form is not None and form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The facts are kept; the amounts below follow from them."))
        return redirect("quotes:facts", reference)
    context = frame(request, dossier) | facts_context(form, price, dossier, part)
    return render(request, "quotes/facts.html", context, status=422 if form is not None and form.is_bound else 200)


@never_cache
@login_required
@require_safe
def quote(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """What does this quote say, and why?"""
    found, now = pages.quote_for(request, reference, number), timezone.now()
    context = pages.standing(request, found) | pages.quote_shown(request, found, now) | pages.comparison(request, found, now)
    return render(request, "quotes/quote.html", context)


@never_cache
@login_required
@require_safe
def recompute(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Does calculating again from the snapshot alone give the same quote?"""
    found = pages.quote_for(request, reference, number)
    context = pages.standing(request, found) | {"quote": found, "again": pages.recomputed(found)}
    return render(request, "quotes/recompute.html", context)


@never_cache
@login_required
@require_safe
def snapshot(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Hand over the quote as data: the very text that is hashed."""
    found = pages.quote_for(request, reference, number)
    if not found.snapshot:
        raise Http404
    answer = HttpResponse(found.snapshot, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return answer


@never_cache
@login_required
@require_safe
def paper(request: HttpRequest, reference: str, number: str) -> HttpResponseBase:
    """Hand over the file of the quote, in the reader's language."""
    found = pages.quote_for(request, reference, number)
    made = get_object_or_404(found.papers, language="en" if (get_language() or "fr").startswith("en") else "fr")
    answer = FileResponse(made.file.open("rb"), as_attachment=True, filename=f"{found.number}.pdf", content_type="application/pdf")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
