"""VAT at the desk: what counts, what awaits approval, and what is entered."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fees import desk_page as pages
from fees.forms.vat import RateForm, TreatmentForm
from fees.services import vat as services
from fees.vat_page import desk_of, row_of
from fees.views.desk import reads_and_writes, sent, status
from workflow.periods import paris_day


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """How are lines taxed, at which rates, and what awaits approval?"""
    pages.require_desk(request)
    return render(request, "fees/desk/vat.html", desk_of(request.user, paris_day(timezone.now())))


@never_cache
@login_required
@reads_and_writes
def enter(request: HttpRequest, kind: str) -> HttpResponse:
    """A rate or a treatment is entered, for somebody else to approve."""
    pages.require_keeper(request)
    form = (RateForm if kind == "taux" else TreatmentForm)(sent(request))
    if form.is_valid() and form.propose(by=request.user, at=timezone.now()):
        messages.success(request, _("It is entered: it counts once somebody else has approved it."))
        return redirect("fees:desk_vat")
    return render(request, "fees/desk/vat_form.html", {"form": form, "is_rate": kind == "taux"}, status=status(form))


@login_required
@require_POST
def approve(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What somebody else has entered counts from now on."""
    pages.require_desk(request)
    services.approve(row_of(kind, pk), by=request.user, at=timezone.now())
    messages.success(request, _("It is approved, and counts from now on."))
    return redirect("fees:desk_vat")


@login_required
@require_POST
def discard(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What nobody has approved yet is taken back."""
    pages.require_desk(request)
    services.discard(row_of(kind, pk), by=request.user, at=timezone.now())
    messages.success(request, _("It is taken back."))
    return redirect("fees:desk_vat")
