"""The filters of every fiche at one version of the registry, as sets of bits and columns of numbers, in each process.

An index never changes: what was published since makes a new one that shares whatever stayed the same. Only `loading` makes them.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from registry.finding import bits
from registry.finding.bits import Bits
from registry.models import Status

EPOCH = date(1970, 1, 1)
#: The number of a day that never comes.
NEVER = 65_535
DAYS = ("opened_on", "ended_on", "due_on")
#: Filters of one value each, of which there may be very many: columns of numbers instead of a set per value.
COLUMNS = ("organisation", "year")
#: A column is counted in pieces of so many words of a set: what is made on the way fits the processor's cache.
PIECE = 1 << 11
#: How many counts of a filter among a set are kept: of the largest column, some tens of kilobytes each.
MOST_KEPT_COUNTS = 600


@dataclass(frozen=True)
class Codes:
    """The values of the filters and their numbers."""

    last: int = 0
    number: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    label: Mapping[int, tuple[str, str]] = field(default_factory=dict)

    def with_more(self, rows: Iterable[tuple[int, str, str, str]]) -> Codes:
        """These codes and the new ones: number, facet, code, label."""
        last, number, label = self.last, {facet: dict(codes) for facet, codes in self.number.items()}, dict(self.label)
        for pk, facet, code, words in rows:
            number.setdefault(facet, {})[code] = pk
            last = max(last, pk)
            if facet == "organisation":
                label[pk] = (code, words)
        return Codes(last, number, label)


@dataclass(frozen=True)
class Among:
    """A set among which fiches are counted, and a name that no other set has."""

    found: Bits
    name: bytes


@dataclass(frozen=True)
class Index:
    """All that the filters need at one version."""

    epoch: UUID | None
    version: int
    live: Bits
    #: Number of a value → the fiches that have it.
    sets: Mapping[int, Bits]
    #: Column → one number per place.
    columns: Mapping[str, npt.NDArray[Any]]
    days: npt.NDArray[np.uint16]
    codes: Codes
    #: What changed lately: version and place. Sets of words made since need only look at these places again.
    recent: tuple[tuple[int, int], ...] = ()
    #: The version from which `recent` is whole.
    recent_since: int = 0
    #: False while a transaction that has not ended has written: nothing that is worked out from it may be kept.
    shared: bool = True
    kept: dict[Any, Any] = field(default_factory=dict)

    @property
    def words(self) -> int:
        """The length of the sets."""
        return int(self.live.size)

    def sets_on(self, day: date) -> dict[tuple[str, str], Bits]:
        """The sets that depend on the day: where projects stand, and whose results are late."""
        kept: tuple[date, dict[tuple[str, str], Bits]] | None = self.kept.get("sets")
        if kept is None or kept[0] != day:
            number = min(max((day - EPOCH).days, 0), NEVER - 1)
            opened, ended, late = (self.days[0] <= number, self.days[1] <= number, self.days[2] < number)
            sets: dict[tuple[str, str], Bits] = {
                ("status", Status.ENDED): bits.of_flags(ended) & self.live,
                ("status", Status.RUNNING): bits.of_flags(opened & ~ended) & self.live,
                ("status", Status.AUTHORISED): bits.of_flags(~opened & ~ended) & self.live,
                ("results", "overdue"): bits.of_flags(late) & self.live,
            }
            kept = self.kept["sets"] = (day, sets)
        return kept[1]

    def of_value(self, facet: str, code: str, day: date) -> Bits:
        """The fiches with one value of a filter."""
        of_day = self.sets_on(day).get((facet, code))
        if of_day is not None:
            return of_day
        if facet in COLUMNS:
            return bits.of_flags(self.columns[facet] == self.number_of(facet, code)) & self.live
        found = self.sets.get(self.number_of(facet, code))
        return bits.empty(self.words) if found is None else found

    def of_values(self, facet: str, codes: Iterable[str], day: date) -> Bits:
        """The fiches with one of these values."""
        union = bits.empty(self.words)
        for code in codes:
            union = union | self.of_value(facet, code, day)
        return union

    def number_of(self, facet: str, code: str) -> int:
        """The number that stands in a column for a value; -1 for none."""
        if facet == "year":
            return int(code) if code.isascii() and code.isdigit() and len(code) == 4 else -1
        return self.codes.number.get(facet, {}).get(code, -1)

    def among(self, found: Bits) -> Among:
        """A set among which to count."""
        return Among(found, hashlib.blake2b(found.data, digest_size=16).digest())

    def counts(self, facet: str, among: Among, day: date) -> Mapping[str, int]:
        """How many fiches of a set have each value of a filter held by sets."""
        return dict(self._once((facet, among.name, day), lambda: self._set_counts(facet, among.found, day)))

    def column_counts(self, facet: str, among: Among) -> npt.NDArray[np.int32]:
        """How many fiches of a set have each number of a column; 0 stands for no value."""
        counted: npt.NDArray[np.int32] = self._once((facet, among.name), lambda: self._counted(self.columns[facet], among.found))
        return counted

    def _once(self, key: Any, work: Callable[[], Any]) -> Any:
        """What was counted for the same set is kept for some time."""
        counts: OrderedDict[Any, Any] = self.kept.setdefault("counts", OrderedDict())
        found = counts.get(key)
        if found is None:
            found = counts[key] = work()
            while len(counts) > MOST_KEPT_COUNTS:
                counts.popitem(last=False)
        return found

    def _set_counts(self, facet: str, among: Bits, day: date) -> dict[str, int]:
        mine = {code: self.sets[number] for code, number in self.codes.number.get(facet, {}).items() if number in self.sets}
        mine |= {code: found for (of, code), found in self.sets_on(day).items() if of == facet}
        both, ones = np.empty_like(among), np.empty(among.size, np.uint8)
        counted = {}
        for code, found in mine.items():
            np.bitwise_and(found, among, out=both)
            np.bitwise_count(both, out=ones)
            counted[code] = int(ones.sum())
        return counted

    def _counted(self, column: npt.NDArray[Any], among: Bits) -> npt.NDArray[np.int32]:
        if bits.count(among) * 8 < column.size:
            counted = np.bincount(column[bits.places(among)], minlength=1)
        else:
            counted = np.zeros(int(column.max(initial=0)) + 1, np.int64)
            for first in range(0, self.words, PIECE):
                piece = column[first * 64 : (first + PIECE) * 64]
                counted += np.bincount(piece[bits.flags(among[first : first + PIECE])], minlength=counted.size)
        counted[0] = 0
        return counted.astype(np.int32)
