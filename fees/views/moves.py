"""The moves of a version, each on a page of its own that says what it does."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from fees import desk_page as pages
from fees.forms.versions import ConfirmForm, EndForm, PublishForm, ReasonForm
from fees.views.desk import reads_and_writes, sent, status


@never_cache
@login_required
@reads_and_writes
def ask_review(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The draft is whole: somebody else reads it over."""
    found = pages.version_to(request, code, number, "ask_review")
    form = ConfirmForm(sent(request))
    if form.is_valid() and form.make(found.ask_review, by=request.user, at=timezone.now()):
        messages.success(request, _("Approval is asked for: somebody who has not written the draft reads it over."))
        return redirect(found)
    return render(request, "fees/desk/ask_review.html", pages.page_of(request, found) | {"form": form}, status=status(form))


@never_cache
@login_required
@reads_and_writes
def send_back(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Something is to be mended first."""
    found = pages.version_to(request, code, number, "send_back")
    form = ReasonForm(sent(request))
    if form.is_valid() and form.make(found.send_back, by=request.user, at=timezone.now()):
        messages.success(request, _("The draft is sent back, with your reason."))
        return redirect(found)
    return render(request, "fees/desk/send_back.html", {"form": form, "version": found, "grid": found.grid}, status=status(form))


@never_cache
@login_required
@reads_and_writes
def publish(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The version is approved: from here it never changes."""
    found = pages.version_to(request, code, number, "publish")
    form = PublishForm(sent(request))
    if form.is_valid() and form.publish(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The version is published: everybody reads it, and nobody changes it any more."))
        return redirect(found)
    return render(request, "fees/desk/publish.html", pages.page_of(request, found) | {"form": form}, status=status(form))


@never_cache
@login_required
@reads_and_writes
def withdraw(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A published version no longer selects any amount."""
    found = pages.version_to(request, code, number, "withdraw")
    form = ReasonForm(sent(request))
    if form.is_valid() and form.make(found.withdraw, by=request.user, at=timezone.now()):
        messages.success(request, _("The version is withdrawn; its page says why."))
        return redirect(found)
    return render(request, "fees/desk/withdraw.html", {"form": form, "version": found, "grid": found.grid}, status=status(form))


@never_cache
@login_required
@reads_and_writes
def drop(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A draft is given up."""
    found = pages.version_to(request, code, number, "drop")
    form = ConfirmForm(sent(request))
    if form.is_valid() and form.make(found.drop, by=request.user, at=timezone.now()):
        messages.success(request, _("The draft is dropped."))
        return redirect("fees:desk_grid", code)
    return render(request, "fees/desk/drop.html", {"form": form, "version": found, "grid": found.grid}, status=status(form))


@never_cache
@login_required
@reads_and_writes
def end_period(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The version in force gets its last day, once."""
    found = pages.version_to(request, code, number, "end_period")
    form = EndForm(sent(request))
    if form.is_valid() and form.end(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The end of the period is set."))
        return redirect(found)
    return render(request, "fees/desk/end_period.html", {"form": form, "version": found, "grid": found.grid}, status=status(form))
