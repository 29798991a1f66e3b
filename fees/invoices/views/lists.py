"""The lists of those who pay and of those to whom a part is owed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from fees.invoices.holders_page import transfers_shown
from fees.invoices.owed_page import owed_shown


@never_cache
@login_required
@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    """What does my organisation pay, and what awaits me?"""
    return render(request, "invoices/owed.html", owed_shown(request))


@never_cache
@login_required
@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    """What is owed to us, and what was transferred?"""
    return render(request, "invoices/transfers.html", transfers_shown(request))
