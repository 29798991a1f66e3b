"""A negotiation as it is read: clause by clause, one clause, two versions side by side, the statistics."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from contracts.negotiating import pages
from contracts.negotiating.statistics import HEAD, as_rows, most_negotiated
from contracts.reading import convention_for
from fees.impact.downloads import as_file
from requests_app.reading import require_on_site


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest, number: str) -> HttpResponse:
    """What is proposed and said about each clause, and what awaits me?"""
    return render(request, "negotiating/overview.html", pages.overview_shown(request, number))


@never_cache
@login_required
@require_safe
def clause(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What does this clause say, and what was proposed and said about it?"""
    return render(request, "negotiating/clause.html", pages.clause_shown(request, number, code))


@never_cache
@login_required
@require_safe
def versions(request: HttpRequest, number: str) -> HttpResponse:
    """Which two versions do I compare?"""
    convention = convention_for(request, number)
    found = pages.versions_open(request, convention)
    chosen = pages.chosen_versions(request, found)
    if chosen is not None:
        return redirect("negotiating:differences", number, *chosen)
    return render(request, "negotiating/versions.html", pages.around(request, convention) | {"versions": found})


@never_cache
@login_required
@require_safe
def differences(request: HttpRequest, number: str, before: int, after: int) -> HttpResponse:
    """What changes from one version to another?"""
    return render(request, "negotiating/differences.html", pages.differences_shown(request, number, before, after))


@never_cache
@login_required
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Which clauses are negotiated most?"""
    require_on_site(request.user, "see_conventions")
    return render(request, "negotiating/statistics.html", {"counts": most_negotiated(request.user)})


@never_cache
@login_required
@require_safe
def statistics_file(request: HttpRequest) -> HttpResponse:
    """The same as a file."""
    require_on_site(request.user, "see_conventions")
    return as_file("clauses-negociees", HEAD, as_rows(most_negotiated(request.user)))
