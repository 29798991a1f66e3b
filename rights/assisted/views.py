"""Entering a request that came by letter, by telephone or at the counter, and the paper that goes with it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from rights.assisted import pages
from rights.assisted.privacy import on_paper, unkept


@unkept
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """Enter a request: each page answers the one that was sent."""
    pages.require_agent(request)
    now = timezone.now()
    return pages.answer(request, now) if request.method == "POST" else pages.begin(request, now)


@unkept
@login_required
@require_POST
def letter(request: HttpRequest) -> HttpResponse:
    """The letter that takes the code to the person."""
    pages.require_agent(request)
    return pages.letter(request, timezone.now())


@on_paper
@require_http_methods(["GET", "HEAD", "POST"])
def blank(request: HttpRequest) -> HttpResponse:
    """A form on paper, to fill in by hand."""
    return pages.blank(request, timezone.now())
