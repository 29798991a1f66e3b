"""The quotes as the staff work on them."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from fees.quotes.work_page import quotes_shown


@never_cache
@login_required
@require_safe
def quotes(request: HttpRequest) -> HttpResponse:
    """Which quotes are there, and where are they?"""
    return render(request, "quotes/work.html", quotes_shown(request))
