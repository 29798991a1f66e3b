"""The public pages: the sets and their versions, the proof of a person, and the programs that check both."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rights.oppositions import pages
from rights.tracking.pages import private

#: The programs that anybody may fetch.
PROGRAMS = ("opposition_proof.py", "opposition_tokens.py", "opposition_sets.py", "opposition_filter.py")
PROOF_NAME = "preuve.json"


@require_safe
def sets(request: HttpRequest) -> HttpResponse:
    """Which oppositions do deliveries obey?"""
    return render(request, "oppositions/sets.html", pages.sets_shown(request, timezone.now()))


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Which versions has the set of this database had?"""
    return render(request, "oppositions/versions.html", pages.versions_shown(request, slug))


@require_safe
def versions_file(request: HttpRequest, slug: str) -> JsonResponse:
    """The versions of a database, as they were signed."""
    return JsonResponse(pages.versions_file(slug))


@require_safe
def program(request: HttpRequest, name: str) -> FileResponse:
    """A program that checks a proof, or that controllers work with."""
    if name not in PROGRAMS:
        raise Http404
    path = settings.BASE_DIR / "tools" / name
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/x-python; charset=utf-8")


@private("POST")
def proof(request: HttpRequest) -> HttpResponse:
    """The proof of one opposition; what asks for it stands in the body and lasts an hour."""
    response = JsonResponse(pages.proof_for(request.POST.get("ticket", ""), timezone.now()))
    response["Content-Disposition"] = f'attachment; filename="{PROOF_NAME}"'
    return response
