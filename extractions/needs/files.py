"""What is fetched of a need: a version as its canonical JSON, a list of codes as CSV."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from extractions.needs.content import Content
from extractions.needs.lists import csv_of
from extractions.needs.reading import draft_for, place_for, version_for


def document_of(request: HttpRequest, reference: str, organisation: int, number: int) -> HttpResponse:
    """A version, byte by byte what its fingerprint was taken of."""
    place = place_for(request, reference, organisation)
    version = version_for(request, place, number)
    name = f"besoin-{reference}-{organisation}-v{number}-{version.sha256[:8]}.json"
    return HttpResponse(version.content, content_type="application/json", headers=_named(name))


def codes_of(request: HttpRequest, reference: str, organisation: int, number: int, slug: str, criterion: str) -> HttpResponse:
    """A list of codes of a version."""
    place = place_for(request, reference, organisation)
    return _csv(version_for(request, place, number).said, slug, criterion, f"{reference}-{slug}-{criterion}-v{number}.csv")


def draft_codes_of(request: HttpRequest, reference: str, organisation: int, slug: str, criterion: str) -> HttpResponse:
    """A list of codes of the draft of the reader's side."""
    _place, draft = draft_for(request, reference, organisation)
    return _csv(draft.said, slug, criterion, f"{reference}-{slug}-{criterion}.csv")


def _csv(content: Content, slug: str, criterion: str, name: str) -> HttpResponse:
    database = content.database(slug)
    found = database.criterion(criterion) if database else None
    if found is None:
        raise Http404
    return HttpResponse(csv_of(found.codes), content_type="text/csv; charset=utf-8; header=present", headers=_named(name))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
