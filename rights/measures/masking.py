"""Small counts masked so that nothing published gives one away: exact, by flows. Pure.

A table counts cells `(row, path)`: a database, and a path such as right, outcome, reason, channel. Published are its total, each row, each
beginning of a path, and each beginning of a path within each row. All these numbers are the flow of one network: from the source through
the rows down to the cells, from the cells up the paths to the sink, and back. A table that agrees with everything published differs from
the true one by cycles through masked arcs, each cell staying at one at least. So how far a masked number may go up or down is a maximal
flow, and flows are whole numbers: the bounds are exact, whatever somebody computes from the other numbers.

`masked` hides every count below the threshold, then the cheapest others, until each small count could be anything from the fewest that its
kinds allow up to the threshold.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What is counted: a row, and the path of columns; an empty row stands for all rows, an empty path for all columns.
Cell = tuple[str, tuple[str, ...]]
TOTAL: Cell = ("", ())
#: By how much a number is worth more than one of those that it adds up.
DEARER = 4
Node = tuple[Any, ...]


@dataclass
class Arc:
    """A published number: from where to where it flows, how much, and how many cells stand below it."""

    cell: Cell
    tail: Node
    head: Node
    value: int = 0
    cells: int = 0
    #: How much is lost with it: the requests that it counts, the more the more kinds and rows it adds up.
    loss: int = 0
    #: How far the alternative at hand has moved it.
    moved: int = 0


@dataclass
class Network:
    """Every number of a table."""

    arcs: dict[Cell, Arc] = field(default_factory=dict)
    leaving: dict[Node, list[Arc]] = field(default_factory=lambda: defaultdict(list))
    entering: dict[Node, list[Arc]] = field(default_factory=lambda: defaultdict(list))

    def add(self, cell: Cell, tail: Node, head: Node, value: int) -> None:
        """Count a cell on one of the arcs through which it flows."""
        arc = self.arcs.get(cell)
        if arc is None:
            arc = self.arcs[cell] = Arc(cell, tail, head)
            self.leaving[tail].append(arc)
            self.entering[head].append(arc)
        arc.value += value
        arc.cells += 1


def network_of(counts: Mapping[Cell, int]) -> Network:
    """The network of a table; all its paths have the same length, which is one at least."""
    made = Network()
    for (row, path), value in sorted(counts.items()):
        if value <= 0:
            continue
        made.add(TOTAL, ("sink",), ("source",), value)
        made.add((row, ()), ("source",), ("row", row), value)
        for depth in range(1, len(path) + 1):
            above = ("row", row, *path[: depth - 1])
            below = ("col", *path) if depth == len(path) else ("row", row, *path[:depth])
            made.add((row, path[:depth]), above, below, value)
            made.add(("", path[:depth]), ("col", *path[:depth]), ("col", *path[: depth - 1]) if depth > 1 else ("sink",), value)
    deepest = max((len(path) for _row, path in counts), default=0)
    for (row, path), arc in made.arcs.items():
        arc.loss = (arc.value + 1) * DEARER ** (deepest - len(path) + (not row))
    return made


def published(counts: Mapping[Cell, int], threshold: int) -> dict[Cell, int | None]:
    """Every number of a table, None where it is masked."""
    network = network_of(counts)
    hidden = masked(network, threshold)
    return {cell: None if cell in hidden else arc.value for cell, arc in network.arcs.items()}


def masked(network: Network, threshold: int) -> set[Cell]:
    """What must not be published."""
    hidden = {cell for cell, arc in network.arcs.items() if arc.value < threshold}
    small = [network.arcs[cell] for cell in sorted(hidden)]
    before = -1
    while before < len(hidden):
        before = len(hidden)
        for arc in small:
            _free(network, arc, 1, threshold - 1 - arc.value, hidden)
            _free(network, arc, -1, arc.value - arc.cells, hidden)
    return hidden


def bounds(network: Network, cell: Cell, hidden: set[Cell], farthest: int) -> tuple[int, int]:
    """Between which values a number may lie for who knows everything but what is hidden; looked for up to `farthest` away."""
    arc = network.arcs[cell]
    if cell not in hidden:
        return arc.value, arc.value
    return arc.value - _room(network, arc, -1, farthest, hidden), arc.value + _room(network, arc, 1, farthest, hidden)


def _free(network: Network, arc: Arc, way: int, wanted: int, hidden: set[Cell]) -> None:
    """Hide what more is needed for a number to be able to move so far: always the least, counted in requests."""
    _push(network, arc, way, wanted, hidden, hides=hidden)


def _room(network: Network, arc: Arc, way: int, wanted: int, hidden: set[Cell]) -> int:
    """How far a number can move while all that is published stays."""
    return _push(network, arc, way, wanted, hidden, hides=None)


def _push(network: Network, arc: Arc, way: int, wanted: int, hidden: set[Cell], hides: set[Cell] | None) -> int:
    """Push a flow around the network through one arc; the answer is how much went."""
    for one in network.arcs.values():
        one.moved = 0
    begin, end = (arc.head, arc.tail) if way > 0 else (arc.tail, arc.head)
    pushed = 0
    while pushed < wanted:
        path = _cheapest(network, begin, end, arc, hidden, hides is not None)
        if path is None:
            return pushed
        amount = min([wanted - pushed, *(_slack(one) for one, forward in path if not forward)])
        for one, forward in path:
            one.moved += amount if forward else -amount
            if hides is not None:
                hides.add(one.cell)
        pushed += amount
    return pushed


def _slack(arc: Arc) -> int:
    """By how much an arc may still go down: each of its cells counts one at least."""
    return arc.value + arc.moved - arc.cells


def _cheapest(network: Network, begin: Node, end: Node, without: Arc, hidden: set[Cell], opens: bool) -> list[tuple[Arc, bool]] | None:
    """The path along which the least would be lost by hiding; None where hidden arcs alone lead nowhere."""
    best: dict[Node, int] = {begin: 0}
    came: dict[Node, tuple[Node, Arc, bool]] = {}
    waiting: list[tuple[int, Node]] = [(0, begin)]
    while waiting:
        cost, node = heapq.heappop(waiting)
        if node == end:
            return _walked(came, begin, end)
        if cost > best[node]:
            continue
        for following, arc, forward in _steps(network, node):
            if arc is without or (arc.cell not in hidden and not opens) or not (forward or _slack(arc) > 0):
                continue
            total = cost + (0 if arc.cell in hidden else arc.loss)
            if total < best.get(following, total + 1):
                best[following], came[following] = total, (node, arc, forward)
                heapq.heappush(waiting, (total, following))
    return None


def _steps(network: Network, node: Node) -> Iterable[tuple[Node, Arc, bool]]:
    yield from ((arc.head, arc, True) for arc in network.leaving[node])
    yield from ((arc.tail, arc, False) for arc in network.entering[node])


def _walked(came: dict[Node, tuple[Node, Arc, bool]], begin: Node, end: Node) -> list[tuple[Arc, bool]]:
    path, node = [], end
    while node != begin:
        node, arc, forward = came[node]
        path.append((arc, forward))
    return path
