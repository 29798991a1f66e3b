"""The reports of the purges, for who watches over the site."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rights.envelopes import keys_page as page


@never_cache
@login_required
@require_safe
def purges(request: HttpRequest) -> HttpResponse:
    """What was deleted, and when?"""
    return render(request, "envelopes/purges.html", page.purges_shown(request))


@never_cache
@login_required
@require_safe
def report(request: HttpRequest, number: int) -> HttpResponse:
    """A report with its signature, as a file."""
    answer = JsonResponse(page.report_file(request, number), json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="purge-{number}.json"'
    return answer
