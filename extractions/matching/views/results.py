"""Recording a result, and deciding on it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from extractions.matching import pages
from extractions.reading import standing

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def record(request: HttpRequest, number: str) -> HttpResponse:
    """How many were looked for, and how many were found by each pass?"""
    ticket, form = pages.recording(request, number)
    if form.is_bound and form.is_valid() and form.save(ticket, by=request.user, at=timezone.now()):
        messages.success(request, _("The result is recorded: a person now decides whether to go on with it."))
        return redirect(ticket)
    context = standing(request, ticket) | {"form": form, "threshold": pages.threshold_said()}
    return render(request, "matching/record.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def go(request: HttpRequest, number: str) -> HttpResponse:
    """Do we go on with this result?"""
    ticket, form = pages.deciding(request, number, goes_on=True)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("It is decided: the work goes on with this matching."))
        return redirect(ticket)
    return render(request, "matching/decide.html", pages.decision_context(request, ticket, form), status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def no_go(request: HttpRequest, number: str) -> HttpResponse:
    """Why do we not go on with this result?"""
    ticket, form = pages.deciding(request, number, goes_on=False)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("It is decided: the applicant is asked to specify the need anew."))
        return redirect(ticket)
    return render(request, "matching/decide.html", pages.decision_context(request, ticket, form), status=422 if form.is_bound else 200)
