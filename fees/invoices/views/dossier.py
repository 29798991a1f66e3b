"""The invoices of a dossier: what is planned, what is asked for, credited and paid."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from fees.invoices import pages
from fees.invoices.documents.structured import xml_of
from fees.invoices.forms.noting import AccountingForm, CreditForm, NotedForm, PaymentForm
from fees.invoices.services.paying import note_holder_bill, note_transfer
from requests_app.reading import frame

FORM = require_http_methods(["GET", "HEAD", "POST"])


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _asked(request: HttpRequest, form: Any, context: dict[str, Any], title: Any, button: Any, **more: Any) -> HttpResponse:
    """The page of one form."""
    told = context | {"form": form, "title": title, "button": button} | more
    return render(request, "invoices/form.html", told, status=422 if form.is_bound else 200)


def _tab(reference: str) -> str:
    return reverse("quotes:dossier", args=[reference]) + "#invoices"


@never_cache
@login_required
@require_safe
def invoice(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """What does this invoice ask for, and where does its payment stand?"""
    found = pages.invoice_for(request, reference, number)
    return render(request, "invoices/invoice.html", pages.standing(request, found) | pages.invoice_shown(request, found))


@login_required
@require_safe
def paper(request: HttpRequest, reference: str, number: str) -> HttpResponseBase:
    """Hand over the file of an invoice, in the reader's language where it is there."""
    found = pages.invoice_for(request, reference, number)
    papers = {one.language: one for one in found.papers.all()}
    kept = papers.get((get_language() or "fr")[:2]) or papers.get("fr")
    if kept is None:
        raise Http404
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return FileResponse(kept.file.open("rb"), as_attachment=True, filename=f"{found.number}.pdf", headers=headers)


@login_required
@require_safe
def structured(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Hand over an invoice as data (CII XML)."""
    found = pages.invoice_for(request, reference, number)
    headers = {"Content-Disposition": f'attachment; filename="{found.number}.xml"', "Cache-Control": "private, no-store"}
    return HttpResponse(xml_of(found), content_type="application/xml", headers=headers)


@never_cache
@login_required
@FORM
def credit(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """How much is given back, and why?"""
    found = pages.invoice_for(request, reference, number, "credit")
    form = CreditForm(_sent(request), invoice=found)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()) and form.made:
        messages.success(request, _("The credit note is issued; its file is being made."))
        return redirect(form.made.get_absolute_url())
    return _asked(request, form, pages.standing(request, found), _("Credit note"), _("Issue the credit note"), fields=form.amounts)


@never_cache
@login_required
@FORM
def payment(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """What does the accountant tell of a payment?"""
    found = pages.invoice_for(request, reference, number, "note_payment")
    form = PaymentForm(_sent(request))
    if form.is_bound and form.is_valid() and form.save(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The payment is noted."))
        return redirect(found.get_absolute_url())
    return _asked(request, form, pages.standing(request, found), _("Note a payment"), _("Note the payment"))


@never_cache
@login_required
@FORM
def accounting(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Which number did the accountant give?"""
    found = pages.invoice_for(request, reference, number, "note_accounting")
    form = AccountingForm(_sent(request))
    if form.is_bound and form.is_valid() and form.save(found, by=request.user, at=timezone.now()):
        messages.success(request, _("The reference is noted."))
        return redirect(found.get_absolute_url())
    return _asked(request, form, pages.standing(request, found), _("Revenue order"), _("Note the number"))


@never_cache
@login_required
@FORM
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """When was a holder's part transferred?"""
    row = pages.transfer_for(request, pk)
    form = NotedForm(_sent(request))
    if form.is_bound and form.is_valid() and form.save(note_transfer, row, by=request.user, at=timezone.now()):
        messages.success(request, _("The transfer is noted."))
        return redirect(row.invoice.get_absolute_url())
    return _asked(
        request, form, pages.standing(request, row.invoice), _("Transfer to a holder"), _("Note the transfer"), about=row.payee_name
    )


@never_cache
@login_required
@FORM
def holder_bill(request: HttpRequest, pk: int) -> HttpResponse:
    """Under which number has the holder invoiced its part?"""
    row = pages.bill_for(request, pk)
    dossier, form = row.installment.schedule.quote.dossier, NotedForm(_sent(request))
    if form.is_bound and form.is_valid() and form.save(note_holder_bill, row, by=request.user, at=timezone.now()):
        messages.success(request, _("The holder’s invoice is noted."))
        return redirect(_tab(dossier.reference))
    told = frame(request, dossier) | {"base": "dossiers/page_base.html"}
    return _asked(request, form, told, _("Invoice of a holder"), _("Note it"), about=row.payee_name)
