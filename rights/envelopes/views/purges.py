"""The reports of the purges, for who watches over the site."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rights.envelopes import reports_page


@never_cache
@login_required
@require_safe
def purges(request: HttpRequest) -> HttpResponse:
    """What was deleted, and when?"""
    return render(request, "envelopes/reports.html", reports_page.shown(request, reports_page.PURGES))


@never_cache
@login_required
@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """A report with its signature, as a file."""
    return reports_page.downloaded(request, reports_page.PURGES, number)
