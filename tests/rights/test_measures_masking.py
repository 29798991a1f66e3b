"""What is masked stays masked: whoever knows every published number, and adds and subtracts as they like, learns nothing of a small one."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rights.measures.delays import EXACT, LEAST, MOST, Spell, delays_of
from rights.measures.document import _small, least_answered
from rights.measures.gathering import Ended
from rights.measures.masking import Cell, bounds, masked, network_of, published

#: Cells of small tables: two rows, and paths of two columns.
ROWS, PATHS = ("a", "b"), (("x", "1"), ("x", "2"), ("y", "1"))
CELLS: list[Cell] = [(row, path) for row in ROWS for path in PATHS]


def sums(counts: dict[Cell, int]) -> dict[Cell, int]:
    """Every number of a table, counted without the network."""
    found: dict[Cell, int] = {}
    for (row, path), value in counts.items():
        for cell in {(who, path[:depth]) for who in (row, "") for depth in range(len(path) + 1)}:
            found[cell] = found.get(cell, 0) + value
    return found


def agreeing(counts: dict[Cell, int], shown: dict[Cell, int | None], farthest: int) -> list[dict[Cell, int]]:
    """Every table that somebody who knows what is shown, and which kinds occur, cannot exclude; no cell above `farthest`."""
    known = {cell: value for cell, value in shown.items() if value is not None}
    tables = (dict(zip(counts, values, strict=True)) for values in itertools.product(range(1, farthest + 1), repeat=len(counts)))
    return [sums(table) for table in tables if known.items() <= sums(table).items()]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=len(CELLS), max_size=len(CELLS)))
def test_an_attacker_who_tries_every_table_cannot_narrow_a_small_count(values: list[int]) -> None:
    threshold = 3
    counts = {cell: value for cell, value in zip(CELLS, values, strict=True) if value}
    shown = published(counts, threshold)
    true, cells = sums(counts), {cell: sum(1 for leaf in counts if _is_within(leaf, cell)) for cell in shown}
    assert {cell: value for cell, value in shown.items() if value is not None}.items() <= true.items()
    possible = agreeing(counts, shown, 4)
    for cell, value in shown.items():
        if true[cell] < threshold:
            assert value is None
            assert set(range(cells[cell], threshold)) <= {table[cell] for table in possible}


def _is_within(leaf: Cell, cell: Cell) -> bool:
    return cell[0] in ("", leaf[0]) and leaf[1][: len(cell[1])] == cell[1]


ROW = st.sampled_from(["bnx", "esm", "eds", "main"])
PATH = st.tuples(st.sampled_from(["access", "opposition"]), st.sampled_from(["accepted", "refused"]), st.sampled_from(["form", "letter"]))


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.tuples(ROW, PATH), st.integers(1, 60), max_size=24))
def test_every_small_count_of_a_month_could_be_anything_below_the_threshold(counts: dict[Cell, int]) -> None:
    network = network_of(counts)
    hidden = masked(network, 11)
    for cell, arc in network.arcs.items():
        if arc.value < 11:
            least, most = bounds(network, cell, hidden, 60)
            assert least <= arc.cells and most >= 10


def test_one_small_count_takes_a_second_one_with_it() -> None:
    counts = {("a", ("x",)): 3, ("a", ("y",)): 40, ("b", ("x",)): 30, ("b", ("y",)): 50, ("c", ("x",)): 90, ("c", ("y",)): 95}
    shown = published(counts, 11)
    assert shown["a", ("x",)] is None
    assert shown["a", ("y",)] is None
    assert shown["b", ("x",)] is None and shown["b", ("y",)] is None
    assert shown["c", ("x",)] == 90 and shown["", ()] == 308 and shown["a", ()] == 43


def test_large_counts_are_all_published() -> None:
    counts = {("a", ("x",)): 11, ("b", ("x",)): 12}
    assert None not in published(counts, 11).values()
    assert published({}, 11) == {}


# --- with the delays that stand beside the tables ---
WAYS = ("accepted", "refused", "withdrawn")
PLACES: list[Cell] = [(row, ("access", way, "", "form")) for row in ROWS for way in WAYS]


def fits(share: dict[str, Any] | None, part: int, whole: int) -> bool:
    """Can a part of so many be what a share says?"""
    if share is None:
        return True
    exact = 100 * part / whole
    return {EXACT: round(exact) == share["percent"], LEAST: exact >= share["percent"], MOST: exact <= share["percent"]}[share["is"]]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=len(PLACES), max_size=len(PLACES)), st.integers(0, 4), st.integers(0, 4))
def test_whoever_joins_the_shares_to_the_tables_learns_nothing_of_a_small_number(values: list[int], late: int, longer: int) -> None:
    threshold = 3
    counts = {cell: value for cell, value in zip(PLACES, values, strict=True) if value}
    count = answered(counts)
    late, longer = min(late, count), min(longer, max(0, count - late))
    ended = [Ended(row, *path, days=10, is_late=False, is_extended=False) for (row, path), value in counts.items() for _one in range(value)]
    shown = published(counts, threshold)
    spells = [Spell(10, one < late, late <= one < late + longer) for one in range(count)]
    told = delays_of(spells, threshold, least_answered(shown, _small(ended, threshold), threshold))
    worlds = [
        (table, one, other)
        for table in agreeing(counts, shown, 5)
        for one in range(size(table) + 1)
        for other in range(size(table) - one + 1)
        if all(fits(told[name], part, size(table)) for name, part in parts_of(size(table), one, other).items())
    ]
    for name, part in parts_of(count, late, longer).items():
        if 0 < part < threshold:
            assert {parts_of(size(table), one, other)[name] for table, one, other in worlds} >= set(range(1, threshold)), name
    for cell, value in sums(counts).items():
        if value < threshold:
            least = sum(1 for leaf in counts if _is_within(leaf, cell))
            assert {table[cell] for table, _one, _other in worlds} >= set(range(least, threshold)), cell


def answered(counts: dict[Cell, int]) -> int:
    return sum(value for (_row, path), value in counts.items() if path[1] != "withdrawn")


def size(table: dict[Cell, int]) -> int:
    """How many answers a table of sums counts."""
    return sum(table.get(("", ("access", way)), 0) for way in WAYS[:2])


def parts_of(count: int, late: int, longer: int) -> dict[str, int]:
    return {"late": late, "in_time": count - late, "extended": longer, "in_month": count - late - longer}
