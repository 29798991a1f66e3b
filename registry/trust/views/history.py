"""The history of a fiche, each of its versions, and the proof of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.trust.pages import fiche_named, history_shown, or_404, version_named, version_shown
from registry.trust.published import proof_of


@require_safe
def index(request: HttpRequest, number: str) -> HttpResponse:
    """What did this fiche say before, what changed, when and why?"""
    return render(request, "trust/history.html", history_shown(request, fiche_named(number)))


@require_safe
def version(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """What did the fiche say on that day, and how do I cite it?"""
    found = version_named(number, version)
    return render(request, "trust/version.html", version_shown(found), status=410 if found.withheld else 200)


@require_safe
def proof(request: HttpRequest, number: str, version: int) -> JsonResponse:
    """The proof that this version stands in the log, as a file."""
    found = version_named(number, version)
    told = or_404(lambda: proof_of(found))
    name = f"{found.fiche.number}-{found.number}.preuve.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "public, no-cache"}
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2}, headers=headers)
