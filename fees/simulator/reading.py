"""What an address asks: the version, the form with its answers, and the simulation when they are sound."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from fees.contents import version_of
from fees.models import GridVersion
from fees.queries import vat_table
from fees.simulator.forms import SimulationForm, answers_in
from fees.simulator.limits import MOST_GRIDS
from fees.simulator.pricing import Outcome, outcome_of
from fees.simulator.questions import asked_by
from fees.simulator.simulation import ALSO, DECISION, GRID, OPTION, Simulation, decided_in
from fees.tariff import dto

#: `EDS-ILL/v2`, or the grid alone.
KEY = re.compile(r"([A-Za-z0-9-]{1,60})(?:/v([0-9]{1,5}))?")
#: Set by the choice of another grid: show its questions with the answers given so far, and judge nothing yet.
QUESTIONS = "questions"


@dataclass(frozen=True)
class Reading:
    """An address, read."""

    rows: tuple[GridVersion, ...]
    row: GridVersion
    vat: dto.VatTable
    form: SimulationForm
    day: date
    simulation: Simulation | None = None
    outcome: Outcome | None = None
    #: The address names a grid that is not there.
    is_unknown: bool = False
    #: The other grids that are counted too.
    more: tuple[GridVersion, ...] = ()

    @property
    def version(self) -> dto.GridVersion:
        """The version as the calculator reads it."""
        return self.form.asked.versions[0]

    @property
    def result(self) -> dto.Result | None:
        """The likely price, when there is one."""
        return self.outcome.result if self.outcome else None

    @property
    def siblings(self) -> tuple[GridVersion, ...]:
        """The other versions of the same grid, oldest first."""
        return tuple(row for row in self.rows if row.grid_id == self.row.grid_id and row.pk != self.row.pk)

    @property
    def offered(self) -> tuple[GridVersion, ...]:
        """The grids by which the same project may be charged as well: the version that is counted, else the usual one."""
        counted = {row.grid_id: row for row in self.more}
        grids = dict.fromkeys(row.grid_id for row in self.rows if may_go_with(row, self.row))
        usual = (usual_row([row for row in self.rows if row.grid_id == grid], self.day) for grid in grids)
        return tuple(counted.get(row.grid_id, row) for row in usual)


def published_rows() -> tuple[GridVersion, ...]:
    """Every published version with its grid, oldest first, grids that charge here before those shown for comparison; one query."""
    rows = GridVersion.objects.published().select_related("grid").order_by("grid__for_comparison", "grid__code", "valid", "pk")
    return tuple(rows)


def read(sent: Any, day: date) -> Reading | None:
    """Read an address (its query, decoded); None when no grid is published at all. Three queries, whatever it asks."""
    rows = published_rows()
    if not rows:
        return None
    named = chosen_row(rows, sent.get(GRID, ""), day)
    row, vat = named or usual_row(rows, day), vat_table()
    more = more_rows(rows, row, sent.getlist(ALSO), day)
    asked = asked_by([version_of(one) for one in (row, *more)], vat, decided_in(sent))
    if QUESTIONS in sent or not answers_in(sent, asked):
        form = SimulationForm(asked, day=day, initial=_kept(sent))
        return Reading(rows, row, vat, form, day, is_unknown=bool(sent.get(GRID)) and named is None, more=more)
    form = SimulationForm(asked, sent, day=day)
    if named is None and sent.get(GRID):
        return Reading(rows, row, vat, form, day, is_unknown=True, more=more)
    return _judged(Reading(rows, row, vat, form, day, more=more))


def _kept(sent: Any) -> dict[str, Any]:
    return {name: values if name in (OPTION, DECISION) else values[-1] for name, values in sent.lists() if any(values)}


def _judged(found: Reading) -> Reading:
    form = found.form
    if not form.is_valid():
        return found
    simulation = form.simulation(found.version)
    outcome = outcome_of(simulation, found.vat)
    note_missing(form, outcome)
    return replace(found, simulation=simulation, outcome=outcome)


def note_missing(form: SimulationForm, outcome: Outcome) -> None:
    """Say beside each field that the amount depends on it."""
    for key in outcome.missing:
        if key in form.fields:
            form.add_error(key, _("Answer this question: the amount depends on it."))
        else:
            form.add_error(None, _("The grid asks for a fact that the simulator does not know: %(fact)s.") % {"fact": key})
    if outcome.untaxed:
        lines = ", ".join(outcome.untaxed)
        form.add_error(None, _("Nobody has laid down the VAT of these lines on that day: %(lines)s.") % {"lines": lines})


def chosen_row(rows: Sequence[GridVersion], key: str, day: date) -> GridVersion | None:
    """The version that a key names; of a grid without a version, the one in force that day, else the latest."""
    match = KEY.fullmatch(key)
    if match is None:
        return None
    code, number = match.groups()
    of_grid = [row for row in rows if row.grid.code == code]
    if number is not None:
        return next((row for row in of_grid if row.number == int(number)), None)
    return usual_row(of_grid, day) if of_grid else None


def more_rows(rows: Sequence[GridVersion], row: GridVersion, keys: Sequence[str], day: date) -> tuple[GridVersion, ...]:
    """The versions of the other grids that an address counts too, each grid once, in one order whatever that of the address."""
    named = [found for key in keys[: 2 * MOST_GRIDS] if (found := chosen_row(rows, key, day)) and may_go_with(found, row)]
    by_grid = {one.grid_id: one for one in reversed(named)}
    return tuple(one for one in rows if by_grid.get(one.grid_id) == one)[:MOST_GRIDS]


def may_go_with(one: GridVersion, row: GridVersion) -> bool:
    """May one project be charged by both grids? Not by one that is shown for comparison, nor by an example beside a tariff."""
    both = (one.grid, row.grid)
    if one.grid_id == row.grid_id or any(grid.for_comparison for grid in both):
        return False
    return bool(one.grid.illustrative == row.grid.illustrative and one.grid.currency == row.grid.currency)


def usual_row(rows: Sequence[GridVersion], day: date) -> GridVersion:
    """The version that one means without saying so: of the first grid, the one in force, else the latest."""
    of_grid = [row for row in rows if row.grid_id == rows[0].grid_id]
    return next((row for row in of_grid if holds(row, day)), of_grid[-1])


def holds(row: GridVersion, day: date) -> bool:
    """Is the version in force that day?"""
    return row.since <= day and (row.until is None or day < row.until)
