"""The secretariat's pages: the requests of correction, and what is taken out of the registry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from registry.trust import corrections
from registry.trust.desk import desk_shown
from registry.trust.forms import AnswerForm, NumberForm, RestoreForm, SettleForm, WithdrawForm, field_in_words
from registry.trust.models import Correction, State, Withdrawal
from registry.trust.pages import ROWS, acts_on, fiche_named
from requests_app.reading import require_on_site
from ui.navigation import stand_under
from ui.pagination import page_of

FORMS: dict[str, Any] = {State.RECEIVED: AnswerForm, State.ACCEPTED: SettleForm}


def _enter(request: HttpRequest, action: str) -> None:
    """Let in who may do this; 404 for anybody else."""
    require_on_site(request.user, action)
    stand_under(request, "registry_desk")


@never_cache
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Which requests of correction wait?"""
    _enter(request, "edit_registry")
    return render(request, "trust/desk.html", desk_shown(request))


@never_cache
@login_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """Is the remark right?"""
    _enter(request, "edit_registry")
    found = get_object_or_404(Correction.objects.select_related("fiche", "answered_by", "corrected__fiche"), pk=pk)
    form = FORMS[found.state](request.POST if request.method == "POST" else None) if found.is_open else None
    if form is not None and form.is_valid() and form.settles(pk, by=request.user, at=timezone.now()):
        messages.success(request, _("The request is answered."))
        return redirect("trust:desk_one", pk)
    shown = {"correction": found, "fiche": found.fiche, "form": form, "field": field_in_words(found), "acts": acts_on(request, found.fiche)}
    shown["correcting"] = corrections.correcting(found) if found.state == State.ACCEPTED else None
    return render(request, "trust/desk_one.html", shown, status=422 if form is not None and form.is_bound else 200)


@never_cache
@login_required
def withdrawals(request: HttpRequest) -> HttpResponse:
    """Which fiches were taken out of the registry, and by whom?"""
    _enter(request, "withdraw_fiche")
    form = NumberForm(request.GET if "number" in request.GET else None)
    if form.is_valid():
        return redirect("trust:withdraw", form.cleaned_data["number"].number)
    rows = Withdrawal.objects.select_related("fiche", "version", "by", "restored", "restored_by")
    return render(request, "trust/withdrawals.html", {"form": form, "page": page_of(rows, request, ROWS)})


@never_cache
@login_required
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take this fiche out of the registry."""
    _enter(request, "withdraw_fiche")
    fiche = fiche_named(number)
    form = WithdrawForm(request.POST if request.method == "POST" else None, fiche=fiche)
    if form.is_valid() and form.withdraw(by=request.user, at=timezone.now()):
        messages.success(request, _("The fiche is withdrawn. Its address says when and why."))
        return redirect("trust:withdrawals")
    return render(request, "trust/withdraw.html", {"form": form, "fiche": fiche}, status=422 if form.is_bound else 200)


@never_cache
@login_required
def restore(request: HttpRequest, number: str) -> HttpResponse:
    """Put this fiche back in the registry."""
    _enter(request, "withdraw_fiche")
    fiche = fiche_named(number)
    form = RestoreForm(request.POST if request.method == "POST" else None, fiche=fiche)
    if form.is_valid() and form.restore(by=request.user, at=timezone.now()):
        messages.success(request, _("The fiche is published again."))
        return redirect(fiche)
    return render(request, "trust/restore.html", {"form": form, "fiche": fiche}, status=422 if form.is_bound else 200)
