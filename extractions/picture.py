"""The picture of what comes before what: tickets in columns, each to the right of all that it waits for; pure geometry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WIDTH, HEIGHT, GAP_X, GAP_Y, EDGE = 200, 76, 56, 20, 8


@dataclass(frozen=True)
class Box:
    """Where a ticket stands."""

    key: int
    x: int
    y: int


@dataclass(frozen=True)
class Arrow:
    """From the right edge of one box to the left edge of another."""

    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def path(self) -> str:
        """The curve, as the attribute `d` of a path."""
        middle = (self.x1 + self.x2) // 2
        return f"M{self.x1} {self.y1} C{middle} {self.y1} {middle} {self.y2} {self.x2} {self.y2}"


@dataclass(frozen=True)
class Picture:
    """Boxes, arrows, and how large the whole is."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int


def picture_of(keys: Iterable[int], links: Iterable[tuple[int, int]]) -> Picture:
    """The picture of these tickets, in the order in which they are given within a column."""
    order, pairs = list(keys), list(links)
    columns = _columns(order, pairs)
    boxes: dict[int, Box] = {}
    filled: dict[int, int] = {}
    for key in order:
        column = columns[key]
        row = filled.get(column, 0)
        filled[column] = row + 1
        boxes[key] = Box(key, EDGE + column * (WIDTH + GAP_X), EDGE + row * (HEIGHT + GAP_Y))
    arrows = tuple(_arrow(boxes[before], boxes[after]) for before, after in pairs)
    width = 2 * EDGE + (max(columns.values(), default=0) + 1) * (WIDTH + GAP_X) - GAP_X
    height = 2 * EDGE + max(filled.values(), default=1) * (HEIGHT + GAP_Y) - GAP_Y
    return Picture(tuple(boxes[key] for key in order), arrows, width, height)


def _columns(keys: list[int], links: list[tuple[int, int]]) -> Mapping[int, int]:
    """The length of the longest chain that leads to each; links run in no circle."""
    before: dict[int, list[int]] = {key: [] for key in keys}
    for first, last in links:
        before[last].append(first)
    found: dict[int, int] = {}

    def column(key: int) -> int:
        if key not in found:
            found[key] = 1 + max((column(one) for one in before[key]), default=-1)
        return found[key]

    return {key: column(key) for key in keys}


def _arrow(before: Box, after: Box) -> Arrow:
    return Arrow(before.x + WIDTH, before.y + HEIGHT // 2, after.x, after.y + HEIGHT // 2)
