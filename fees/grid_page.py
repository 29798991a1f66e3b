"""What the pages of the grids show to everybody: the grids in force, a version in sentences, what comes next, what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from fees.contents import content_of
from fees.line_words import Shown, line_shown, modifier_shown
from fees.models import GridVersion, TariffGrid
from fees.queries import coming, row_on
from fees.slots import WAYS
from fees.states import GridState
from fees.tariff.vocabulary import Group
from fees.words import GROUPS
from ui.navigation import address_of


@dataclass(frozen=True)
class Standing:
    """A grid with the version that holds today and the one to come."""

    grid: TariffGrid
    now: GridVersion | None
    next: GridVersion | None


@dataclass(frozen=True)
class GroupShown:
    """The lines of one group."""

    label: str
    lines: list[Shown]


def standing_of(grid: TariffGrid, day: date) -> Standing:
    """Where a grid stands on this day; two queries."""
    return Standing(grid, row_on(grid.code, day), coming(grid, day))


def index_of(day: date) -> dict[str, Any]:
    """The public page of the fees: the grids that charge here, those shown for comparison, and where to go from here."""
    every = TariffGrid.objects.filter(versions__in=GridVersion.objects.public()).distinct().order_by("for_comparison", "code")
    rows = {grid.pk: Standing(grid, None, None) for grid in every}
    for version in GridVersion.objects.published().filter(grid__in=rows).select_related("grid"):
        rows[version.grid_id] = _placed(rows[version.grid_id], version, day)
    ways = [(way, url) for way in WAYS if (url := address_of(way.url_name))]
    kinds: dict[bool, list[Standing]] = {False: [], True: []}
    for standing in rows.values():
        kinds[standing.grid.for_comparison].append(standing)
    return {"grids": kinds[False], "comparisons": kinds[True], "ways": ways, "today": day}


def _placed(standing: Standing, version: GridVersion, day: date) -> Standing:
    """Versions come oldest first: the one that holds the day, and the first after it."""
    if version.since <= day and (version.until is None or day < version.until):
        return Standing(standing.grid, version, standing.next)
    if version.since > day and standing.next is None:
        return Standing(standing.grid, standing.now, version)
    return standing


def grid_of(code: str, day: date) -> dict[str, Any]:
    """The page of a grid: the version in force, the next one, and all that were."""
    grid = get_object_or_404(TariffGrid, code=code)
    versions = list(grid.versions.public().order_by("-number"))
    if not versions:
        raise Http404
    standing = standing_of(grid, day)
    shown = standing.now or standing.next
    return {"grid": grid, "standing": standing, "versions": versions, "today": day} | (shown_of(shown) if shown else {})


def public_version(code: str, number: int) -> GridVersion:
    """A version that everybody may read; 404 for a draft."""
    found: GridVersion = get_object_or_404(GridVersion.objects.public().select_related("grid"), grid__code=code, number=number)
    return found


def shown_of(version: GridVersion) -> dict[str, Any]:
    """A version in sentences: its lines by group, its modifiers, and where its amounts come from."""
    content, grid = content_of(version), version.grid
    lines = [(line.group, line_shown(line, content, grid.currency, grid.owner_name)) for line in content.lines]
    groups = [GroupShown(str(GROUPS[group]), [shown for of, shown in lines if of is group]) for group in Group]
    return {
        "version": version,
        "groups": [group for group in groups if group.lines],
        "lines": [shown for _group, shown in lines],
        "modifiers": [modifier_shown(modifier, content, grid.currency) for modifier in content.modifiers],
        "sources": content.sources,
    }


def version_page(code: str, number: int, day: date) -> dict[str, Any]:
    """The public page of a version, with the one before and the one after."""
    version = public_version(code, number)
    others = list(version.grid.versions.public().order_by("valid", "number"))
    place = next(index for index, other in enumerate(others) if other.pk == version.pk)
    around = {"before": others[place - 1] if place else None, "after": others[place + 1] if place + 1 < len(others) else None}
    return shown_of(version) | around | {"grid": version.grid, "today": day, "is_withdrawn": version.state == GridState.WITHDRAWN}


def compared(request: HttpRequest, code: str) -> tuple[TariffGrid, list[GridVersion], GridVersion, GridVersion]:
    """The two public versions that the address asks to compare, by default the last two; 404 when there are none to compare."""
    grid = get_object_or_404(TariffGrid, code=code)
    versions = list(grid.versions.public().select_related("grid").order_by("number"))
    if len(versions) < 2:
        raise Http404
    by_number = {str(version.number): version for version in versions}
    newer = by_number.get(request.GET.get("apres", ""), versions[-1])
    older = by_number.get(request.GET.get("avant", ""), versions[max(versions.index(newer) - 1, 0)])
    return grid, versions, older, newer
