"""The order of what was found, of which only the part that is shown is ever worked out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import overload

import numpy as np
from django.db import connection

from registry.finding import bits
from registry.finding.bits import Bits
from registry.finding.wire import binary_cursor, numbers
from registry.finding.words import Asked

#: Ranking reads the words of each fiche: a thousand take some ten milliseconds.
MOST_RANKED = 1_000


class Ordered(Sequence[int], ABC):
    """The places of the fiches found, in an order."""

    def __init__(self, found: Bits) -> None:
        self.found = found
        self.total = bits.count(found)

    def __len__(self) -> int:
        return self.total

    @overload
    def __getitem__(self, wanted: int) -> int: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[int]: ...
    def __getitem__(self, wanted: int | slice) -> int | list[int]:
        if isinstance(wanted, slice):
            start, stop, _step = wanted.indices(self.total)
            return self.part(start, max(stop, start))
        return self.part(range(self.total)[wanted], range(self.total)[wanted] + 1)[0]

    def __iter__(self) -> Iterator[int]:
        return iter(self.part(0, self.total))

    @abstractmethod
    def part(self, start: int, stop: int) -> list[int]:
        """The places from one rank to another."""


class ByDate(Ordered):
    """By the day of first publication: places are given in that order."""

    def __init__(self, found: Bits, *, newest_first: bool) -> None:
        super().__init__(found)
        self.newest_first = newest_first

    def part(self, start: int, stop: int) -> list[int]:
        """Read from the bits around them."""
        return bits.part(self.found, start, stop, newest_first=self.newest_first)


class ByTitle(Ordered):
    """By the heading: the index of titles is read from its beginning until enough were met that were found."""

    def part(self, start: int, stop: int) -> list[int]:
        """Read as much as a share like that of what was found promises, then ten times more."""
        if stop <= start:
            return []
        read = stop * self.found.size * 64 // max(self.total, 1) * 2 + 1_000
        while True:
            places = _by_title(read)
            met = places[bits.flags(self.found)[places]]
            if met.size >= stop or places.size < read:
                return [int(place) for place in met[start:stop]]
            read *= 10


def _by_title(most: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    with binary_cursor() as cursor:
        inner = "SELECT pos FROM registry_fiche ORDER BY sort_key, pos LIMIT %s"
        cursor.execute(f"SELECT array_send(array_agg(pos)) FROM ({inner}) one", [most])
        return numbers(cursor.fetchone()[0])


class ByRank(Ordered):
    """The most relevant first: a word counts most in the title, then in the summary."""

    def __init__(self, found: Bits, asked: Asked) -> None:
        super().__init__(found)
        self.ranked = _ranked(asked, [int(place) for place in bits.places(found)]) if self.total else []

    def part(self, start: int, stop: int) -> list[int]:
        """All are ranked at once."""
        return self.ranked[start:stop]


def _ranked(asked: Asked, places: list[int]) -> list[int]:
    with connection.cursor() as cursor:
        order = f"ORDER BY ts_rank(tsv, {asked.ranking.sql}) DESC, pos DESC"
        cursor.execute(f"SELECT pos FROM registry_fichewords WHERE pos = ANY(%s) {order}", [places, *asked.ranking.params])
        return [place for (place,) in cursor.fetchall()]


class TitledFirst(Ordered):
    """Those whose title holds the words, then the others, each the most recent first: very many are not ranked one by one."""

    def __init__(self, found: Bits, titled: Bits) -> None:
        super().__init__(found)
        self.first = ByDate(found & titled, newest_first=True)
        self.then = ByDate(found & ~titled, newest_first=True)

    def part(self, start: int, stop: int) -> list[int]:
        """Of the first, then of the others."""
        led = len(self.first)
        return self.first[min(start, led) : min(stop, led)] + self.then[max(start - led, 0) : max(stop - led, 0)]
