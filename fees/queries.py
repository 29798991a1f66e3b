"""Which version of which grid holds on a day, and how VAT stands: the door of quotes, simulator, invoices and impact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from fees.contents import content_of, version_of
from fees.models import GridVersion, TariffGrid, VatRate, VatTreatment
from fees.models.grids import in_language
from fees.tariff import dto
from fees.vat_table import table_of


def version_on(grid_code: str, day: date) -> dto.GridVersion | None:
    """The published version of the grid that holds on this day, as the calculator reads it; one query."""
    row = row_on(grid_code, day)
    return version_of(row) if row else None


def row_on(grid_code: str, day: date) -> GridVersion | None:
    """The same as a row."""
    found: GridVersion | None = GridVersion.objects.in_force(day).filter(grid__code=grid_code).select_related("grid").first()
    return found


def versions_on(grid_codes: Iterable[str], day: date) -> dict[str, dto.GridVersion]:
    """The version of each of these grids that holds on this day, by code; a grid without one is left out; one query."""
    rows = GridVersion.objects.in_force(day).filter(grid__code__in=list(grid_codes)).select_related("grid").order_by("grid__code")
    return {row.grid.code: version_of(row) for row in rows}


def published(grid_code: str) -> list[dto.GridVersion]:
    """Every published version of a grid, oldest first; one query."""
    rows = GridVersion.objects.published().filter(grid__code=grid_code).select_related("grid")
    return [version_of(row) for row in rows]


def coming(grid: TariffGrid, day: date) -> GridVersion | None:
    """The next published version that begins after this day: it is shown beforehand."""
    found: GridVersion | None = grid.versions.published().filter(valid__startswith__gt=day).first()
    return found


def charging() -> Any:
    """The grids by which somebody may be charged here, as rows."""
    return TariffGrid.objects.filter(for_comparison=False).order_by("code")


def vat_table() -> dto.VatTable:
    """Every approved treatment and rate, whatever its period: the calculator takes what holds on the day of each line; two queries."""
    return table_of(VatTreatment, VatRate)


def vat_profiles() -> dict[str, str]:
    """The profiles that a line may bear, each with the name of its first treatment, in the reader's language."""
    rows = VatTreatment.objects.order_by("profile", "-position", "pk")
    return {row.profile: in_language(row.name_fr, row.name_en) for row in rows}


__all__ = ["charging", "coming", "content_of", "published", "row_on", "vat_profiles", "vat_table", "version_on", "versions_on"]
