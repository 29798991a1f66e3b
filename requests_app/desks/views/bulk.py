"""One act on many dossiers: choose, look at the preview, confirm, read the report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from requests_app.desks import bulk, worklist
from requests_app.desks.forms import ASSIGN, REMIND, BulkForm
from requests_app.desks.queries import absent_on
from requests_app.desks.views.lists import file_of
from requests_app.models import Dossier
from requests_app.reading import require_on_site
from workflow.periods import paris_day


@never_cache
@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponseBase:
    """What would become of each of the chosen dossiers, before anything does; or their file at once."""
    require_on_site(request.user, "instruct")
    form, references = BulkForm(request.POST), _chosen(request)
    if not form.is_valid() or not references:
        return _back(request, *(str(sentence) for sentences in form.errors.values() for sentence in sentences))
    if form.cleaned_data["action"] not in (ASSIGN, REMIND):
        dossiers = Dossier.objects.visible_to(request.user).filter(reference__in=references).order_by("reference")
        return file_of(dossiers, form.cleaned_data["action"], "dossiers")
    act = _act(form)
    outcome = bulk.rehearse(act, references, by=request.user, at=timezone.now())
    return render(request, "work/bulk_preview.html", _shown(request, act, outcome))


@never_cache
@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponseBase:
    """Do it to each of them, and tell what became of it."""
    require_on_site(request.user, "instruct")
    form = BulkForm(request.POST)
    if not form.is_valid() or form.cleaned_data["action"] not in (ASSIGN, REMIND):
        return _back(request)
    act = _act(form)
    outcome = bulk.perform(act, bulk.tokens(request.POST.getlist("dossier")), by=request.user, at=timezone.now())
    return render(request, "work/bulk_report.html", _shown(request, act, outcome))


def _act(form: BulkForm) -> bulk.Act:
    return bulk.entrusting(form.cleaned_data["officer"]) if form.cleaned_data["action"] == ASSIGN else bulk.REMINDING


def _chosen(request: HttpRequest) -> list[str]:
    """The ticked dossiers, or the first of the list that was shown."""
    if "whole" not in request.POST:
        return request.POST.getlist("dossier")[: bulk.MOST]
    asked = worklist.asked(request.user, request.GET)
    listed = worklist.listed(request.user, asked, paris_day(timezone.now()))
    return list(listed.values_list("reference", flat=True)[: bulk.MOST])


def _shown(request: HttpRequest, act: bulk.Act, outcome: bulk.Outcome) -> dict[str, Any]:
    officer = act.officer
    away = absent_on(paris_day(timezone.now()), [officer.pk]) if officer else {}
    return {"act": act, "outcome": outcome, "absence": away.get(officer.pk) if officer else None, "back": _address(request)}


def _address(request: HttpRequest) -> str:
    return f"{reverse('work:index')}?{request.GET.urlencode()}"


def _back(request: HttpRequest, *sentences: str) -> HttpResponse:
    """The same list again, with what is missing."""
    for sentence in sentences or (_("Tick at least one dossier first."),):
        messages.warning(request, sentence)
    asked = request.GET.copy()
    asked.setlist("ticked", request.POST.getlist("dossier")[: bulk.MOST])
    return redirect(f"{reverse('work:index')}?{asked.urlencode()}")
