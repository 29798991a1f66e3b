"""The secretariat as a team: who has how much, who is away, who stands in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.desks.forms import AbsenceForm
from requests_app.desks.models import Absence
from requests_app.desks.queries import absences_from
from requests_app.desks.services import end_absence, may_organise
from requests_app.reading import require_on_site
from workflow.periods import paris_day


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away now and later, and the form of a new absence."""
    require_on_site(request.user, "instruct")
    now = timezone.now()
    form = AbsenceForm(request.POST or None, by=request.user, today=paris_day(now))
    if form.is_bound and form.is_valid() and form.declare(at=now):
        messages.success(request, _("The absence is declared."))
        return redirect("work:absences")
    shown = [(absence, may_organise(request.user, absence.user)) for absence in absences_from(paris_day(now))]
    return render(request, "work/absences.html", {"form": form, "absences": shown}, status=422 if form.errors else 200)


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Call an absence off, or end it today."""
    require_on_site(request.user, "instruct")
    absence: Any = get_object_or_404(Absence.objects.select_related("user"), pk=pk)
    end_absence(absence, by=request.user, at=timezone.now())
    messages.success(request, _("The absence has ended."))
    return redirect("work:absences")
