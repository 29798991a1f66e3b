"""The public figures and their files, and the dashboard of who watches over delays."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from rights.measures import dashboard as board
from rights.measures import figures as page
from rights.measures import sheets


@require_safe
def figures(request: HttpRequest, name: str = "") -> HttpResponse:
    """How many requests about rights come, how they end, and how fast?"""
    return render(request, "measures/figures.html", page.shown(name))


@require_safe
def months_file(request: HttpRequest) -> HttpResponse:
    """Every month that is published, with the addresses of its files."""
    return sheets.open_to_all(JsonResponse(page.months_document(), json_dumps_params=sheets.PLAIN))


@require_safe
def month_json(request: HttpRequest, name: str) -> HttpResponse:
    """The figures of one month, as they were frozen."""
    return sheets.open_to_all(JsonResponse(page.month_named(name).document, json_dumps_params=sheets.PLAIN))


@require_safe
def month_csv(request: HttpRequest, name: str) -> HttpResponse:
    """The counts of one month for a spreadsheet."""
    found = page.month_named(name)
    return sheets.open_to_all(sheets.as_file(sheets.month_csv(found.document), f"droits-{found.name}.csv"))


@never_cache
@login_required
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """What is late, what comes near, and which controllers need a word?"""
    return render(request, "measures/dashboard.html", board.shown(request, timezone.now()))


@never_cache
@login_required
@require_POST
def complaints(request: HttpRequest) -> HttpResponse:
    """Note how many complaints are known for a month."""
    told, form = board.with_complaints(request, timezone.now())
    if form.is_valid() and form.note(by=request.user, at=timezone.now()):
        messages.success(request, _("The number is noted. The newest line of a month and addressee counts."))
        return redirect("measures:dashboard")
    return render(request, "measures/dashboard.html", told, status=422)


@never_cache
@login_required
@require_safe
def dashboard_csv(request: HttpRequest) -> HttpResponse:
    """The controllers of the dashboard for a spreadsheet."""
    told = board.shown(request, timezone.now())
    return sheets.as_file(sheets.controllers_csv(told["controllers"]), "droits-responsables.csv")
