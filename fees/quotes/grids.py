"""Which grids price a dossier, by which version, and which facts they ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q

from fees.contents import version_of
from fees.models import GridVersion, TariffGrid
from fees.states import Selecting
from fees.tariff import dto
from fees.tariff.conditions import keys_in
from requests_app.models import Dossier
from workflow.periods import paris_day


def grids_of(dossier: Dossier) -> Any:
    """The grids by which this dossier is charged: those of the site, and those of the holders of the databases asked for.

    An example charges nobody: it prices the dossiers of a demonstration only.
    """
    holders = dossier.content.sources.filter(database__holder__isnull=False).values("database__holder")
    rows = TariffGrid.objects.filter(Q(owner=None) | Q(owner__is_operator=True) | Q(owner__in=holders), for_comparison=False)
    if not (settings.DEMO_DATA or dossier.is_demonstration):
        rows = rows.filter(illustrative=False)
    return rows.order_by("code")


def versions_for(dossier: Dossier, on: date) -> tuple[dto.GridVersion, ...]:
    """The version of each grid that prices the dossier, by the day that selects it; a day that has not come yet is the day of the quote."""
    rows = list(GridVersion.objects.published().filter(grid__in=grids_of(dossier)).select_related("grid"))
    return tuple(version_of(row) for row in sorted(_chosen(rows, dossier, on), key=lambda row: str(row.grid.code)))


def _chosen(rows: list[GridVersion], dossier: Dossier, on: date) -> list[GridVersion]:
    """Of each grid the version in force on the day of the quote says which day selects; that of this day holds."""
    found = []
    for row in rows:
        if not holds(row, on):
            continue
        day = selecting_day(dossier, row.selecting_date, on)
        found += [one for one in rows if one.grid_id == row.grid_id and holds(one, day)][:1] or [row]
    return found


def holds(row: GridVersion, day: date) -> bool:
    """Is the version in force that day?"""
    return row.since <= day and (row.until is None or day < row.until)


def selecting_day(dossier: Dossier, selecting: str, on: date) -> date:
    """The day of the dossier that selects a version."""
    days: dict[str, date | None] = {
        Selecting.SUBMISSION: paris_day(dossier.submitted_at) if dossier.submitted_at else None,
        Selecting.OPINION: paris_day(dossier.opinion_at) if dossier.opinion_at else None,
        Selecting.DECISION: dossier.authorised_on,
        Selecting.DELIVERY: dossier.data_opened_on,
    }
    return days.get(selecting) or on


def facts_asked(versions: Iterable[dto.GridVersion], vat: dto.VatTable) -> tuple[str, ...]:
    """The facts that these versions and the VAT of their lines ask for, each once, in the order of the lines."""
    keys: list[str] = []
    profiles: set[str] = set()
    for version in versions:
        for line in version.content.lines:
            keys += [*keys_in(line.condition), *facts_counted(line)]
            profiles.add(line.vat_profile)
        keys += [key for modifier in version.content.modifiers for key in keys_in(modifier.condition)]
    keys += [key for one in vat.treatments if one.profile in profiles for key in keys_in(one.condition)]
    return tuple(dict.fromkeys(keys))


def facts_counted(line: dto.Line) -> list[str]:
    """The facts that the quantity of a line counts."""
    named = [key for factor in line.quantity for key in (factor.fact, *factor.per, *factor.less)]
    return [key for key in named if not key.startswith("line:")]


def lines_to_estimate(versions: Iterable[dto.GridVersion], keys: frozenset[str]) -> dict[str, list[str]]:
    """Of these facts, the lines whose quantity asks for each."""
    found: dict[str, list[str]] = {}
    for version in versions:
        for line in version.content.lines:
            for key in keys.intersection(facts_counted(line)):
                found.setdefault(key, []).append(f"{version.grid.code}/{line.code}")
    return dict(sorted(found.items()))
