"""The tab “CNIL” of a dossier: transmissions, the day of receipt, decisions, obligations, the commitment."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from requests_app.cnil import page as shown
from requests_app.cnil.forms import MeetForm, ObligationForm, ReceiptForm, VerifyForm, WithdrawForm
from requests_app.cnil.services import ask_package
from requests_app.journal_words import done
from requests_app.models import Dossier
from requests_app.openings import opening_or_404
from requests_app.reading import dossier_for, frame, note_reading, roles_for, whole_dossier_for
from requests_app.recording import require_open
from workflow.periods import paris_day


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _asked(request: HttpRequest, dossier: Dossier, form: Any, title: Any, button: Any, **more: Any) -> HttpResponse:
    """The page of one form."""
    context = {"dossier": dossier, "form": form, "title": title, "button": button} | more
    return render(request, "cnil/form.html", context, status=422 if form.is_bound else 200)


def _done(request: HttpRequest, dossier: Dossier, sentence: str, anchor: str = "") -> HttpResponse:
    messages.success(request, sentence)
    return redirect(reverse("cnil:dossier", args=[dossier.reference]) + anchor)


@never_cache
@login_required
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """What was transmitted, what was decided, and what is still to be met?"""
    dossier = dossier_for(request, reference)
    shown.require_cnil(dossier)
    note_reading(request, dossier, "cnil")
    return render(request, "cnil/dossier.html", frame(request, dossier) | shown.dossier_shown(request, dossier, timezone.now()))


@never_cache
@login_required
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """On which day did the CNIL receive the complete file?"""
    dossier = dossier_for(request, reference)
    corrects = shown.corrects_receipt(dossier)
    if not shown.notes_receipt(request, dossier, corrects):
        raise Http404
    form = ReceiptForm(*_sent(request), initial={"on": dossier.cnil_received_on}, corrects=corrects)
    if form.is_valid() and form.note(dossier, by=request.user, at=timezone.now()):
        return _done(request, dossier, _("The day of receipt is recorded: the CNIL's period is counted from it."))
    return _asked(request, dossier, form, _("Day of receipt by the CNIL"), _("Record the day"))


@never_cache
@login_required
def verify(request: HttpRequest, reference: str) -> HttpResponse:
    """On which commitment does the project rest?"""
    dossier = whole_dossier_for(request, reference)
    opening = opening_or_404(dossier, "verify_commitment")
    require_open(dossier, opening.name, roles_for(request, dossier), by=request.user)
    form = VerifyForm(*_sent(request), opening=opening, dossier=dossier, now=timezone.now())
    if form.is_valid() and form.verify(by=request.user):
        return _done(request, dossier, done(opening.name))
    return _asked(request, dossier, form, opening.label, opening.label, lead=opening.screen.consequence, opinion=bool(dossier.opinion_at))


@never_cache
@login_required
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Which obligation did the decision lay down that is not in the list?"""
    dossier = dossier_for(request, reference)
    if not shown.allows(request, dossier, "add_obligation"):
        raise Http404
    form = ObligationForm(*_sent(request))
    if form.is_valid() and form.add(dossier, by=request.user, at=timezone.now()):
        return _done(request, dossier, _("The obligation is added."), "#obligations")
    return _asked(request, dossier, form, _("Add an obligation"), _("Add the obligation"))


@never_cache
@login_required
def meet(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """When and how was the obligation met?"""
    dossier, now = dossier_for(request, reference), timezone.now()
    row = shown.obligation_or_404(request, dossier, number, "meet_obligation")
    form = MeetForm(*_sent(request), initial={"on": paris_day(now)})
    if form.is_valid() and form.meet(row, by=request.user, at=now):
        return _done(request, dossier, _("The obligation is recorded as met."), "#obligations")
    return _asked(request, dossier, form, _("Obligation met"), _("Record it as met"), quoted=row.words)


@never_cache
@login_required
def withdraw(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Why is the obligation taken back?"""
    dossier = dossier_for(request, reference)
    row = shown.obligation_or_404(request, dossier, number, "withdraw_obligation")
    form = WithdrawForm(*_sent(request))
    if form.is_valid() and form.withdraw(row, by=request.user, at=timezone.now()):
        return _done(request, dossier, _("The obligation is withdrawn."), "#obligations")
    return _asked(request, dossier, form, _("Withdraw an obligation"), _("Withdraw it"), quoted=row.words)


@login_required
@require_POST
def repack(request: HttpRequest, reference: str, number: str) -> HttpResponse:
    """Have the file of a transmission made again."""
    dossier = dossier_for(request, reference)
    ask_package(shown.transmission_or_404(request, dossier, number), by=request.user, at=timezone.now())
    return _done(request, dossier, _("The file is being made again."))


@login_required
@require_safe
def transmitted(request: HttpRequest, reference: str, number: str, form: str) -> HttpResponseBase:
    """Hand over the slip or the file of a transmission."""
    dossier = dossier_for(request, reference)
    found = shown.transmission_or_404(request, dossier, number)
    note_reading(request, dossier, "cnil_package")
    return _handed_over(found.slip if form == "pdf" else found.package, f"{dossier.reference}-{found.number}.{form}")


@login_required
@require_safe
def attested(request: HttpRequest, reference: str, number: str) -> HttpResponseBase:
    """Hand over the attestation of a tacit authorisation."""
    dossier = dossier_for(request, reference)
    return _handed_over(shown.attestation_or_404(dossier, number).file, f"{dossier.reference}-{number}.pdf")


def _handed_over(file: Any, name: str) -> HttpResponseBase:
    if not file:
        raise Http404
    answer = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
