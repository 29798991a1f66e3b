"""The effects of a version, its bounds drawn, the figures of a year, and the public page of the years."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fees.desk_page import require_desk, version_for
from fees.impact import downloads, pages
from fees.impact.services import replays
from fees.impact.services import years as year_services


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Of which version do I want to know the effects?"""
    return render(request, "impact/index.html", pages.list_shown(request))


@never_cache
@login_required
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What would this version have changed for the quotes that were accepted, and how far is the replay?"""
    return render(request, "impact/version.html", pages.effects_shown(request, code, number))


@login_required
@require_POST
def replay(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Have the accepted quotes priced again."""
    return redirect(replays.begin(version_for(request, code, number), by=request.user, at=timezone.now()))


@never_cache
@login_required
@require_safe
def table(request: HttpRequest, code: str, number: int, name: str) -> HttpResponse:
    """A table of the effects as CSV."""
    return downloads.of_replay(pages.finished_replay(request, code, number), name, request.user)


@never_cache
@login_required
@require_safe
def bounds(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Where does more cost less?"""
    return render(request, "impact/bounds.html", pages.cliffs_shown(request, code, number))


@never_cache
@login_required
@require_safe
def bounds_file(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The same as CSV."""
    return downloads.of_bounds(f"{code}-v{number}-seuils", pages.cliffs_shown(request, code, number)["bounds"])


@never_cache
@login_required
@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Of which years are there figures?"""
    return render(request, "impact/years.html", pages.years_shown(request))


@never_cache
@login_required
@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """Who paid what on average in this year, and how far are the figures?"""
    return render(request, "impact/year.html", pages.year_shown(request, year))


@login_required
@require_POST
def make_year(request: HttpRequest, year: int) -> HttpResponse:
    """Have the figures of a year made."""
    require_desk(request)
    year_services.begin(year, by=request.user, at=timezone.now())
    return redirect("impact:year", year)


@login_required
@require_POST
def publish_year(request: HttpRequest, year: int) -> HttpResponse:
    """Publish the figures of a year."""
    require_desk(request)
    year_services.publish(year, by=request.user, at=timezone.now())
    return redirect("impact:year", year)


@never_cache
@login_required
@require_safe
def year_file(request: HttpRequest, year: int) -> HttpResponse:
    """The figures of a year as CSV."""
    return downloads.of_year(pages.made_year(request, year))


@require_safe
def equity(request: HttpRequest) -> HttpResponse:
    """What do different requesters pay on average, year by year?"""
    return render(request, "impact/equity.html", pages.equity_shown(request))


@require_safe
def equity_file(request: HttpRequest, year: int) -> HttpResponse:
    """The published figures of a year as CSV."""
    report = pages.published_years().filter(year=year).first()
    if report is None:
        raise Http404
    return downloads.of_year(report)
