"""What is charged, by which grid, since when, what comes next and what changed: for everybody, without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fees import grid_page as pages
from fees import open_data
from fees.changes import changes_between
from fees.contents import version_of
from fees.vat_page import table_of
from workflow.periods import paris_day


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is charged and why, and which grids hold today?"""
    return render(request, "fees/index.html", pages.index_of(paris_day(timezone.now())))


@require_safe
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """What does this grid charge today, and from when will it be otherwise?"""
    return render(request, "fees/grid.html", pages.grid_of(code, paris_day(timezone.now())))


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What did, does or will this version charge?"""
    return render(request, "fees/version.html", pages.version_page(code, number, paris_day(timezone.now())))


@require_safe
def differences(request: HttpRequest, code: str) -> HttpResponse:
    """What changed from one version to another, side by side?"""
    found, versions, older, newer = pages.compared(request, code)
    changes = changes_between(version_of(older), version_of(newer))
    context = {"grid": found, "versions": versions, "older": older, "newer": newer, "changes": changes}
    return render(request, "fees/differences.html", context)


@require_safe
def vat(request: HttpRequest) -> HttpResponse:
    """How is VAT worked out, and at which rate?"""
    return render(request, "fees/vat.html", table_of(paris_day(timezone.now())))


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Which files hold the grids, with which hash?"""
    return render(request, "fees/data.html", open_data.page_of())


@open_data.for_everybody
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every version with its files, its period and its hash, for a program."""
    return open_data.catalogue(request)


@open_data.for_everybody
def version_file(request: HttpRequest, code: str, number: int, ending: str) -> HttpResponse:
    """A version as YAML, JSON or CSV."""
    return open_data.file_of(request, pages.public_version(code, number), ending)
