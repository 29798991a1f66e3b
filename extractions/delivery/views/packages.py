"""Packages: announced, read, accepted, refused, closed without an answer."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from extractions.delivery import pages
from extractions.reading import standing
from workflow.periods import paris_day

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def announce(request: HttpRequest, number: str) -> HttpResponse:
    """What did we send, by which way, and what is it made of?"""
    ticket, form = pages.announcing(request, number)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The package is announced: the applicant is written to, and has a set time to answer."))
        return redirect(form.made)
    lacking = [] if form.is_bound else pages.lacking(ticket, paris_day(timezone.now()))
    context = standing(request, ticket) | {"form": form, "replaced": pages.last_refused(ticket), "lacking": lacking}
    return render(request, "delivery/announce.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def package(request: HttpRequest, number: str, package: int) -> HttpResponse:
    """What does this package hold, and what became of it?"""
    return render(request, "delivery/package.html", pages.package_shown(request, number, package))


@never_cache
@login_required
@require_safe
def sums(request: HttpRequest, number: str, package: int) -> HttpResponse:
    """Hand over the list of files as `sha256sum -c` reads it."""
    found = pages.package_for(request, number, package)
    answer = HttpResponse(pages.sums_of(found), content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.ticket.number}-{found.number}.sha256"'
    return answer


@never_cache
@login_required
@require_safe
def table(request: HttpRequest, number: str, package: int) -> HttpResponse:
    """Hand over the list of files as a table."""
    found = pages.package_for(request, number, package)
    answer = HttpResponse(pages.csv_of(found), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.ticket.number}-{found.number}.csv"'
    return answer


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Is the delivery there, whole and as agreed?"""
    found = pages.answered(request, number, "accept")
    form = pages.answer_form(request, found)
    if form.is_bound and form.is_valid() and form.accept(by=request.user, at=timezone.now()):
        messages.success(request, _("Your answer is recorded: the package is accepted."))
        return redirect(found)
    return render(request, "delivery/accept.html", pages.answer_context(request, found, form), status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def refuse(request: HttpRequest, number: str) -> HttpResponse:
    """What is wrong with the delivery?"""
    found = pages.answered(request, number, "refuse")
    form = pages.refuse_form(request, found)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("Your answer is recorded: the package is refused, and delivered again."))
        return redirect(found)
    return render(request, "delivery/refuse.html", pages.answer_context(request, found, form), status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def conclude(request: HttpRequest, number: str) -> HttpResponse:
    """Has the time to answer passed in silence?"""
    found = pages.answered(request, number, "conclude")
    form = pages.answer_form(request, found)
    if form.is_bound and form.is_valid() and form.conclude(by=request.user, at=timezone.now()):
        messages.success(request, _("It is noted: the delivery stands without an answer."))
        return redirect(found)
    return render(request, "delivery/conclude.html", pages.answer_context(request, found, form), status=422 if form.is_bound else 200)
