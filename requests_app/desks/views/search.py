"""Searching the texts of dossiers, and the file of what was found."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.desks import search
from requests_app.desks.views.lists import file_of
from requests_app.policies import may_on_site
from requests_app.searchable import SOURCES
from ui.navigation import stand_under


@never_cache
@login_required
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What the address asks for, among what the person may see."""
    asked, works = search.Asked.of(request.GET), may_on_site(request.user, "see_work")
    stand_under(request, "search" if works else "dossiers")
    found = search.search(request.user, asked)
    context = {"asked": asked, "found": found, "works": works, "kinds": _kinds(request), "next_page": asked.address(found.after)}
    return render(request, "work/search.html", context)


@login_required
@require_safe
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The dossiers that a search finds, as a file."""
    return file_of(search.found_by(request.user, search.Asked.of(request.GET)), ending, "recherche")


def _kinds(request: HttpRequest) -> list[tuple[str, object]]:
    """The kinds of text that somebody can find: what only a side keeps is offered to that side."""
    return [(source.kind, source.label) for source in SOURCES if search.may_find(request.user, source)]
