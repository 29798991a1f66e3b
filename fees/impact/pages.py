"""What the pages of the effects and of the yearly figures show."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fees.contents import version_of
from fees.desk_page import require_desk, version_for
from fees.findings import findings_of
from fees.impact import shown
from fees.impact.cliffs import HEIGHT, MARGIN, WIDTH, bounds_of
from fees.impact.models import Replay, YearReport
from fees.impact.policies import may_publish, may_read, may_replay
from fees.impact.services.stepping import has_halted
from fees.impact.services.years import bounds_of as bounds_of_year
from fees.models import GridVersion
from fees.states import GridState
from workflow.periods import paris_day

#: For how many years back figures can be asked for.
YEARS = 8
DRAWING = {"width": WIDTH, "height": HEIGHT, "left": MARGIN, "right": WIDTH - MARGIN, "bottom": HEIGHT - MARGIN, "top": MARGIN}


def sees(request: HttpRequest) -> bool:
    """Are the effects one of the reader's pages?"""
    return may_read(request.user)


def list_shown(request: HttpRequest) -> dict[str, Any]:
    """Every version that can be replayed, with its last run; two queries."""
    require_desk(request)
    versions = list(
        GridVersion.objects.exclude(state=GridState.WITHDRAWN)
        .filter(grid__for_comparison=False)
        .select_related("grid")
        .defer("content")
        .order_by("grid__code", "-number")
    )
    runs: dict[int, Replay] = {}
    for run in Replay.objects.filter(version__in=[version.pk for version in versions]).order_by("asked_at", "pk"):
        runs[run.version_id] = run
    return {"rows": [(version, runs.get(version.pk)) for version in versions]}


def last_replay(version: GridVersion) -> Replay | None:
    """The run that is shown: the last one."""
    found: Replay | None = Replay.objects.filter(version=version).select_related("asked_by").order_by("-asked_at", "-pk").first()
    return found


def effects_shown(request: HttpRequest, code: str, number: int) -> dict[str, Any]:
    """A version with its last run: how far it is, or what it found."""
    version = version_for(request, code, number)
    replay = last_replay(version)
    told: dict[str, Any] = {"version": version, "grid": version.grid, "replay": replay, "crumb": _("Effects")}
    told["faults"] = [found for found in findings_of(version) if found.breaks] if version.is_draft else []
    told["may_replay"] = may_replay(request.user) and version.state != GridState.WITHDRAWN and not told["faults"]
    if replay is None:
        return told
    told |= {"is_outdated": replay.content_sha256 != version.content_sha256, "has_halted": has_halted(replay, timezone.now())}
    return told | (result_shown(replay, request.user) if replay.is_whole else {})


def result_shown(replay: Replay, user: Any) -> dict[str, Any]:
    """What a run found: sums, tables, the largest rises and what could not be priced; the same number of queries for any result."""
    rows = list(replay.rows.all())
    whole = shown.whole_of(rows, replay)
    return {
        "whole": whole,
        "tables": shown.tables_of(rows),
        "rises": shown.rises_of(replay, user),
        "refusals": shown.refusals_of(replay),
        "others": replay.done - whole.row.quotes - whole.row.refused,
    }


def finished_replay(request: HttpRequest, code: str, number: int) -> Replay:
    """The last run of a version when it has come to its end; 404 otherwise."""
    replay = last_replay(version_for(request, code, number))
    if replay is None or not replay.is_whole:
        raise Http404
    return replay


def cliffs_shown(request: HttpRequest, code: str, number: int) -> dict[str, Any]:
    """The bounds of a version's tiers, drawn."""
    version = version_for(request, code, number)
    told = {"version": version, "grid": version.grid, "bounds": bounds_of(version_of(version))}
    return told | {"drawing": DRAWING, "crumb": _("Bounds of the tiers")}


def part_shown(request: HttpRequest, version: GridVersion) -> dict[str, Any]:
    """What the page of a version says of its effects: its last run; one query."""
    return {"replay": last_replay(version)}


def years_shown(request: HttpRequest) -> dict[str, Any]:
    """The years of which figures can be made, with what was made of them; one query."""
    require_desk(request)
    this = paris_day(timezone.now()).year
    reports = {report.year: report for report in YearReport.objects.all()}
    years = sorted({*range(this - YEARS + 1, this + 1), *reports}, reverse=True)
    return {"rows": [(year, reports.get(year)) for year in years], "may_make": may_replay(request.user)}


def year_shown(request: HttpRequest, year: int) -> dict[str, Any]:
    """The figures of a year, or how far they are."""
    require_desk(request)
    report = get_object_or_404(YearReport.objects.select_related("asked_by", "published_by"), year=year)
    now = timezone.now()
    is_over = report.finished_at is not None and report.finished_at >= bounds_of_year(year)[1]
    told = {"report": report, "year": year, "has_halted": has_halted(report, now), "may_make": may_replay(request.user)}
    told["may_publish"] = is_over and report.published_at is None and may_publish(request.user)
    return told | (shown.year_shown(report.figures) if report.is_whole else {})


def made_year(request: HttpRequest, year: int) -> YearReport:
    """The figures of a year for the staff, once they are made; 404 otherwise."""
    require_desk(request)
    report = get_object_or_404(YearReport, year=year)
    if not report.is_whole:
        raise Http404
    return report


def published_years() -> Any:
    """The years whose figures everybody reads, newest first."""
    return YearReport.objects.exclude(published_at=None).order_by("-year")


def equity_shown(request: HttpRequest) -> dict[str, Any]:
    """The published figures of the year that is asked for, by default the last one; three queries."""
    reports = {str(report.year): report for report in published_years()}
    report = reports.get(request.GET.get("annee", "")) or next(iter(reports.values()), None)
    told = {"report": report, "years": list(reports)}
    return told | (shown.year_shown(report.figures) if report else {})
