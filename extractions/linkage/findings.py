"""What was found in a table: how many times each error, and where first. A line number, a column and a code; never a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

#: So many places are kept, in the order of the lines; all are counted.
KEPT = 1_000


class Place(NamedTuple):
    """Where something was found; the column is empty when it concerns the whole line."""

    line: int
    column: str
    code: str


@dataclass(frozen=True)
class Summary:
    """Counts by column and code, and the first places."""

    counts: tuple[tuple[str, str, int], ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def total(self) -> int:
        """How many were found."""
        return sum(count for _column, _code, count in self.counts)


class Findings:
    """Counts what is found as the table is read."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._counts: Counter[tuple[str, str]] = Counter()
        self._places: list[Place] = []

    def add(self, line: int, column: str, code: str) -> None:
        """Note one; lines come in their order."""
        self._counts[column, code] += 1
        if len(self._places) < self._kept:
            self._places.append(Place(line, column, code))

    def add_many(self, lines: Iterable[int], column: str, code: str, *, count: int) -> None:
        """Note what could only be found at the end: `lines` are the first of `count` lines."""
        if count:
            self._counts[column, code] += count
            self._places = sorted([*self._places, *(Place(line, column, code) for line in lines)])[: self._kept]

    def summary(self) -> Summary:
        """What was found so far."""
        counts = tuple((column, code, count) for (column, code), count in sorted(self._counts.items()))
        return Summary(counts, tuple(self._places))
