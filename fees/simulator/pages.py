"""What the pages of the simulator show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from fees.models import GridVersion
from fees.simulator.comparing import by_categories, by_versions, other_of
from fees.simulator.examples import examples_of
from fees.simulator.forms import GRID
from fees.simulator.reading import QUESTIONS, Reading, holds
from fees.simulator.shown import shown_of
from fees.simulator.simulation import ALSO
from fees.tariff.dto import ZERO, Result
from fees.words import money

#: Beyond this many characters a query is not carried over to another grid: nobody typed it.
LONGEST = 6_000


def index_page(request: HttpRequest, reading: Reading | None) -> dict[str, Any]:
    """The form, the result when there is one, and the worked examples."""
    if reading is None:
        return {"reading": None}
    context = _head(reading) | {
        "form": reading.form,
        "carried": [pair for pair in carried(request) if pair[0] != ALSO],
        "chosen": reading.version.key,
    }
    if reading.outcome and reading.result:
        return context | {"price": shown_of(reading.outcome), "address": reading.outcome.simulation.address, "counted": _counted(reading)}
    if reading.form.is_bound:
        return context
    return context | {"examples": examples_of(reading.form.asked, reading.vat, reading.day)}


def _head(reading: Reading) -> dict[str, Any]:
    return {
        "reading": reading,
        "grid": reading.row.grid,
        "version": reading.row,
        "holds": holds(reading.row, reading.day),
        "is_coming": reading.row.since > reading.day,
        "choices": list(_choices(reading)),
        "others": [(f"{row.grid.code}/v{row.number}", row, row in reading.more) for row in reading.offered],
    }


def _counted(reading: Reading) -> list[tuple[GridVersion, str]]:
    """Every grid that is counted, with what its lines make."""
    assert reading.result is not None, "a priced simulation"
    return [(row, sum_by(reading.result, row.grid.code)) for row in (reading.row, *reading.more)]


def sum_by(result: Result, code: str) -> str:
    """What the lines of one grid make, without VAT."""
    return money(sum((line.net for line in result.lines if line.key.grid == code), ZERO))


def _choices(reading: Reading) -> Iterator[tuple[Any, list[tuple[str, GridVersion, bool]]]]:
    """The grids with their versions, the newest first."""
    grids = dict.fromkeys(row.grid for row in reading.rows)
    for grid in grids:
        versions = [row for row in reading.rows if row.grid_id == grid.pk]
        yield grid, [(f"{grid.code}/v{row.number}", row, holds(row, reading.day)) for row in reversed(versions)]


def carried(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The answers given so far, to go along to the questions of another grid."""
    if len(request.META.get("QUERY_STRING", "")) > LONGEST:
        return
    for name, values in request.GET.lists():
        if name not in (GRID, QUESTIONS):
            yield from ((name, value) for value in values if value)


def compare_page(request: HttpRequest, reading: Reading) -> dict[str, Any]:
    """The simulation by two versions, and by every kind of requester."""
    assert reading.simulation is not None, "only a simulation is compared"
    other = other_of(reading, request.GET.get("avec", ""))
    return _head(reading) | {
        "address": reading.simulation.address,
        "pairs": list(carried(request)),
        "other": other,
        "versions": by_versions(reading, other) if other else None,
        "categories": by_categories(reading, other if other and other.since < reading.row.since else None),
    }
