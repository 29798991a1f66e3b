"""Planning the invoices of a quote; suspending an installment, and resuming it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from fees.invoices import pages
from fees.invoices.forms.planning import PlanForm, SuspendForm
from fees.invoices.services import scheduling
from requests_app.reading import frame

FORM = require_http_methods(["GET", "HEAD", "POST"])


def _tab(reference: str) -> str:
    return reverse("quotes:dossier", args=[reference]) + "#invoices"


@never_cache
@login_required
@FORM
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    """How is the accepted quote spread over time?"""
    quote = pages.quote_to_plan(request, reference)
    form = PlanForm(request.POST if request.method == "POST" else None, quote=quote)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The schedule is kept: what is due is invoiced from here."))
        return redirect(_tab(reference))
    told = frame(request, quote.dossier) | {"form": form, "quote": quote}
    return render(request, "invoices/plan.html", told, status=422 if form.is_bound else 200)


@never_cache
@login_required
@FORM
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Why is this installment not invoiced for the time being?"""
    installment = pages.installment_for(request, pk)
    dossier, form = installment.schedule.quote.dossier, SuspendForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.save(installment, by=request.user, at=timezone.now()):
        messages.success(request, _("The installment is suspended."))
        return redirect(_tab(dossier.reference))
    told = frame(request, dossier) | {"base": "dossiers/page_base.html", "form": form, "about": pages.named(installment)}
    told |= {"title": _("Suspend an installment"), "button": _("Suspend it")}
    return render(request, "invoices/form.html", told, status=422 if form.is_bound else 200)


@login_required
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """End the suspension: the installment is due as planned."""
    installment = pages.installment_for(request, pk)
    scheduling.resume(installment, by=request.user, at=timezone.now())
    messages.success(request, _("The installment is resumed: it is due as planned."))
    return redirect(_tab(installment.schedule.quote.dossier.reference))
