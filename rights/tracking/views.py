"""Following a request: every page behind the code is asked for by POST; opened by its address alone, it asks for the code."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rights.envelopes.reports_page import downloaded, shown
from rights.tracking import pages
from rights.tracking.checking import verdict_on
from rights.tracking.forms import CodeForm, ReceiptForm
from rights.tracking.pages import private, with_code
from rights.tracking.reports import FORGOTTEN


@private("GET", "HEAD", "POST")
def home(request: HttpRequest) -> HttpResponse:
    """Has my request been heard?"""
    return with_code(request, pages.shown) if request.method == "POST" else render(request, "tracking/follow.html", {"form": CodeForm()})


@private("POST")
def withdraw(request: HttpRequest) -> HttpResponse:
    """Give my request up."""
    return with_code(request, pages.withdrawal)


@private("POST")
def lift(request: HttpRequest) -> HttpResponse:
    """End my opposition."""
    return with_code(request, pages.lifting)


@private("POST")
def complement(request: HttpRequest) -> HttpResponse:
    """Answer what the controller asks for."""
    return with_code(request, pages.complement)


@private("POST")
def message(request: HttpRequest) -> HttpResponse:
    """A sealed message, which the browser opens."""
    return with_code(request, pages.message)


@private("POST")
def receipt(request: HttpRequest) -> HttpResponse:
    """My receipt."""
    return with_code(request, pages.receipt)


@private("POST")
def letters(request: HttpRequest) -> HttpResponse:
    """Tell me when something changes."""
    return with_code(request, pages.be_told)


@private("GET", "HEAD", "POST")
def verify(request: HttpRequest) -> HttpResponse:
    """Is this receipt what the window gave?"""
    form = ReceiptForm(request.POST, request.FILES) if request.method == "POST" else ReceiptForm()
    verdict = verdict_on(form.text) if form.is_bound and form.is_valid() else None
    context = {"form": form, "verdict": verdict}
    return render(request, "tracking/verify.html", context, status=422 if form.is_bound and verdict is None else 200)


@never_cache
@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """What was forgotten, and when?"""
    return render(request, "envelopes/reports.html", shown(request, FORGOTTEN))


@never_cache
@login_required
@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """A report with its signature, as a file."""
    return downloaded(request, FORGOTTEN, number)
