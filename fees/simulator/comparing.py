"""The same project by another version of the grid, and by every kind of requester: where the amount moves, and where most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fees.contents import version_of
from fees.models import GridVersion
from fees.simulator.pricing import likely, missing_for
from fees.simulator.questions import asked_by
from fees.simulator.reading import Reading
from fees.simulator.simulation import Simulation
from fees.tariff import dto
from fees.tariff.amendments import compare
from fees.tariff.facts import CATEGORIES
from fees.words import fact_label, money, said

CATEGORY, HOLDER, PRIMO = "requester.category", "requester.is_holder", "primo.active"


@dataclass(frozen=True)
class Row:
    """One row: before, after, and the difference with its sign."""

    label: str
    before: str
    after: str
    difference: str
    size: Decimal | None = None  # of the difference; None when it cannot be worked out
    is_most: bool = False
    is_yours: bool = False


@dataclass(frozen=True)
class Versions:
    """The same project by two versions, line by line; without rows, the facts that the other version lacks."""

    older: GridVersion
    newer: GridVersion
    rows: tuple[Row, ...] = ()
    totals: tuple[Row, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Categories:
    """The same project by kind of requester, on one version or on two."""

    rows: tuple[Row, ...]
    older: GridVersion | None


def signed(amount: Decimal) -> str:
    """A difference with its sign."""
    if not amount:
        return money(Decimal("0.00"))
    return f"{'+' if amount > 0 else '−'}\u00a0{money(abs(amount))}"


def other_of(reading: Reading, number: str) -> GridVersion | None:
    """The version to compare with: the one named, else the one before, else the one after; None when the grid has only one."""
    by_number = {str(row.number): row for row in reading.siblings}
    before = [row for row in reading.siblings if row.since < reading.row.since]
    after = [row for row in reading.siblings if row.since >= reading.row.since]
    return by_number.get(number) or (before[-1] if before else after[0] if after else None)


def by_versions(reading: Reading, other: GridVersion) -> Versions:
    """The simulation by its own version and by another one, the older first."""
    assert reading.simulation is not None, "only a simulation is compared"
    older, newer = sorted((reading.row, other), key=lambda row: row.since)
    both = [_on(reading.simulation, row) for row in (older, newer)]
    before, after = (likely(one, reading.vat) for one in both)
    if before is None or after is None:
        keys = dict.fromkeys(key for one in both for key in missing_for(one, reading.vat))
        return Versions(older, newer, missing=tuple(fact_label(key) for key in keys))
    rows = [_row(_label(one.label, one.key), one.before, one.after) for one in compare(before, after)]
    totals = [(_("Total excluding VAT"), before.net, after.net), (_("VAT"), before.vat, after.vat)]
    totals.append((_("Total including VAT"), before.gross, after.gross))
    return Versions(older, newer, tuple(_marked(rows)), tuple(_row(*one) for one in totals))


def _on(simulation: Simulation, row: GridVersion) -> Simulation:
    """The same answers by another version; a service or a decision that it does not know falls away."""
    version = version_of(row)
    versions = (version, *simulation.more)
    offered = {f"{one.grid.code}/{line.code}" for one in versions for line in one.content.lines if line.optional}
    known = {f"{one.grid.code}/{modifier.code}" for one in versions for modifier in one.content.modifiers if modifier.on_decision}
    decided = {key: value for key, value in simulation.decided.items() if key in known}
    return replace(simulation, version=version, options=simulation.options & offered, decided=decided)


def _label(label: dto.Text, key: dto.LineKey) -> str:
    return f"{said(label)} – {key.dimension.rpartition('-')[2]}" if key.dimension else said(label)


def _row(label: str, before: Decimal, after: Decimal, **more: Any) -> Row:
    return Row(label, money(before), money(after), signed(after - before), after - before, **more)


def _marked(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows, the one that changes most marked; none when nothing changes."""
    every = list(rows)
    most = max((abs(row.size) for row in every if row.size is not None), default=Decimal(0))
    for row in every:
        yield replace(row, is_most=bool(most) and row.size is not None and abs(row.size) == most)


def by_categories(reading: Reading, older: GridVersion | None) -> Categories | None:
    """The simulation for every kind of requester; beside, by an older version, or else beside the kind that the reader chose.

    None when the grid does not ask for the kind of requester.
    """
    assert reading.simulation is not None, "only a simulation is compared"
    if CATEGORY not in reading.form.asked.keys or CATEGORY not in reading.simulation.facts:
        return None
    if older is not None and CATEGORY not in asked_by([version_of(older), *reading.simulation.more], reading.vat).keys:
        older = None
    return Categories(tuple(_marked(_categories(reading, older))), older)


def _categories(reading: Reading, older: GridVersion | None) -> Iterator[Row]:
    assert reading.simulation is not None and reading.result is not None, "a priced simulation"
    yours, own = reading.simulation, reading.result.net
    beside = None if older is None else _on(yours, older)
    for label, change in _kinds(yours):
        now = likely(change(yours), reading.vat)
        then = likely(change(beside), reading.vat) if beside else None
        before = (then.net if then else None) if beside else own
        is_yours = change(yours).facts == yours.facts
        if now is None or before is None:
            yield Row(label, money(before) if before is not None else "–", money(now.net) if now else "–", "–", is_yours=is_yours)
        else:
            yield _row(label, before, now.net, is_yours=is_yours)


def _kinds(yours: Simulation) -> Iterator[tuple[str, Callable[[Simulation], Simulation]]]:
    can_hold = HOLDER in yours.facts and PRIMO in yours.facts
    stranger: dict[str, Any] = {HOLDER: False, PRIMO: False} if can_hold else {}
    for code, words in CATEGORIES.items():
        yield _capital(said(words)), _changing({CATEGORY: code, **stranger})
    if can_hold:
        yield _("Holder in primo-access, academic institution"), _changing({CATEGORY: "academic", HOLDER: True, PRIMO: True})


def _changing(values: dict[str, Any]) -> Callable[[Simulation], Simulation]:
    return lambda simulation: simulation.with_facts(values)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
