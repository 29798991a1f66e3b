"""The committee's work on one dossier, in one page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.hanging import has_committee, parts_of
from committee.queries.dues import period_of
from requests_app.reading import dossier_for, frame
from workflow.periods import paris_day


@never_cache
@login_required
@require_safe
def dossier(request: HttpRequest, reference: str) -> HttpResponse:
    """Who reports, who withdrew, what was remarked, asked, voted?"""
    found = dossier_for(request, reference)
    if not has_committee(request, found):
        raise Http404
    shown = {"parts": parts_of(request, found), "clock": period_of(found, paris_day(timezone.now()))}
    return render(request, "committee/dossier/page.html", frame(request, found) | shown)
