"""What would it cost? For everybody, without an account; the address alone holds what was asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fees.simulator import pages
from fees.simulator.downloads import file_of
from fees.simulator.reading import read
from workflow.periods import paris_day


def without_cookie(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Leave nothing with a visitor: no form of these pages sends anything that needs the token of a cookie."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
        return response

    return answer


@without_cookie
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What does a project cost, and why?"""
    reading = read(request.GET, paris_day(timezone.now()))
    return render(request, "simulator/index.html", pages.index_page(request, reading))


@without_cookie
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """What would it cost by another version, or for another requester?"""
    reading = read(request.GET, paris_day(timezone.now()))
    if reading is None or reading.result is None:
        return HttpResponseRedirect(f"{reverse('simulator:index')}?{request.GET.urlencode()}")
    return render(request, "simulator/compare.html", pages.compare_page(request, reading))


@require_safe
def download(request: HttpRequest, ending: str) -> HttpResponse:
    """The simulation as PDF, CSV or JSON."""
    return file_of(request, read(request.GET, paris_day(timezone.now())), ending)
