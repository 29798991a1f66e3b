"""What is masked stays masked: whoever knows every published number, and adds and subtracts as they like, learns nothing of a small one."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

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
