"""The desk of invoices: what may be issued now, invoices by state, and the file for the accountant."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fees.invoices import pages
from fees.invoices.forms.issuing import IssueForm
from fees.invoices.queries import invoices_at_work
from fees.invoices.sheets import csv_of
from workflow.periods import paris_day


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which invoices are to be issued, and which await their payment?"""
    return render(request, "invoices/work.html", pages.work_shown(request))


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Exactly the list that is shown, as a file for the accountant."""
    pages.require_list(request)
    asked = pages.asked_for(request)
    rows = invoices_at_work(request.user, "" if asked == pages.READY else asked)
    name = f"factures-{paris_day(timezone.now()).isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(csv_of(rows), content_type="text/csv; charset=utf-8", headers=headers)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be asked for now, and of whom?"""
    installment = pages.installment_for(request, pk)
    form = IssueForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.save(installment, by=request.user, at=timezone.now()):
        messages.success(request, _("Issued: the files are being made and sent."))
        return redirect(reverse("quotes:dossier", args=[installment.schedule.quote.dossier.reference]) + "#invoices")
    told = pages.installment_shown(request, installment) | {"form": form}
    return render(request, "invoices/issue.html", told, status=422 if form.is_bound else 200)
