"""The public pages: the list of projects, and one project's fiche; and the dossier's way to its fiche."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from registry.models import Fiche
from registry.presentation import FichePage, active_filters, sort_links
from registry.search import Query, search
from registry.slots import parts_of
from registry.tombstones import tombstone_of
from requests_app.models import Dossier
from workflow.periods import paris_day


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Is my health data used, by whom, for what?"""
    results = search(Query.from_address(request.GET), on=paris_day(timezone.now()))
    context = {"results": results, "query": results.query, "active": active_filters(results), "sorts": sort_links(results)}
    return render(request, "registry/index.html", context)


@require_safe
def fiche(request: HttpRequest, number: str) -> HttpResponse:
    """What does this project do, with which data, under what authorisation, what came out?"""
    found = Fiche.objects.known_as(number)
    if found is None:
        return render(request, "registry/not_found.html", {"number": number}, status=404)
    if found.number != number:
        return redirect(found)
    if not found.live:
        return render(request, "registry/withdrawn.html", tombstone_of(found), status=410)
    context = {"fiche": found, "page": FichePage.of(found, paris_day(timezone.now())), "parts": parts_of(request, found)}
    return render(request, "registry/fiche.html", context)


@require_safe
def fiche_of_dossier(request: HttpRequest, reference: str) -> HttpResponse:
    """From a dossier that one may read to the fiche that everybody may read."""
    dossier = get_object_or_404(Dossier.objects.visible_to(request.user), reference=reference)
    found = Fiche.objects.filter(dossier=dossier).first()
    if found is None:
        raise Http404(reference)
    return redirect(found)
