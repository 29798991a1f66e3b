"""The secretariat's list of overdue results, as a page and as a file."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.outcomes import overdue
from requests_app.reading import require_on_site
from ui.navigation import stand_under
from workflow.periods import paris_day


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which results are overdue, and since when?"""
    require_on_site(request.user, "edit_registry")
    stand_under(request, "registry_desk")
    return render(request, "outcomes/overdue.html", overdue.list_shown(request))


@never_cache
@login_required
@require_safe
def as_file(request: HttpRequest) -> StreamingHttpResponse:
    """The same list, for a spreadsheet."""
    require_on_site(request.user, "edit_registry")
    today = paris_day(timezone.now())
    lines = overdue.lines_of(today, overdue.months_asked(request))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="resultats-en-retard-{today.isoformat()}.csv"'
    return response
