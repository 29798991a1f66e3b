"""The registry's facets as sets of bits, one integer per value, in each process: to count is to AND and to count bits.

Bit n stands for the n-th fiche, the most recent first. An index is rebuilt whole when the registry's version or the day has changed;
only `search` uses it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

#: Facet, as the address names it → column of the fiche.
SEVERAL = {"objective": "objectives", "domain": "domains", "category": "data_categories", "database": "databases"}
ONE = {"controller": "controller_type", "status": "status"}

ROWS = f"""
    SELECT id, {", ".join(SEVERAL.values())}, controller_type,
           CASE WHEN ended_on <= %(day)s THEN 'ended' WHEN opened_on <= %(day)s THEN 'running' ELSE 'authorised' END AS status
    FROM registry_fiche ORDER BY published_at DESC, id DESC
"""


@dataclass(frozen=True)
class Index:
    """The facets of every fiche at one version of the registry, on one day (a status depends on the day)."""

    version: int
    day: date
    ids: Sequence[int]
    masks: dict[str, dict[str, int]]
    place: dict[int, int] = field(default_factory=dict)
    alphabetical: list[int] = field(default_factory=list)

    @property
    def everything(self) -> int:
        """The set of all fiches."""
        return (1 << len(self.ids)) - 1

    def those(self, ids: Iterable[int]) -> int:
        """The set of these fiches; an id published a moment after the index was built is left out."""
        return _bits((self.place[pk] for pk in ids if pk in self.place), len(self.ids))

    def any_of(self, facet: str, values: Iterable[str]) -> int:
        """The set of the fiches that have one of these values."""
        union = 0
        for value in values:
            union |= self.masks[facet].get(value, 0)
        return union

    def ids_in(self, found: int) -> list[int]:
        """The fiches of a set, the most recent first."""
        if found == self.everything:
            return list(self.ids)
        return [pk for pk, bit in zip(self.ids, reversed(f"{found:0{len(self.ids)}b}"), strict=True) if bit == "1"] if found else []

    def by_title(self) -> list[int]:
        """Every fiche by its title, read once per version."""
        if not self.alphabetical:
            with connection.cursor() as cursor:
                cursor.execute("SELECT id FROM registry_fiche ORDER BY sort_key, id")
                self.alphabetical.extend(pk for (pk,) in cursor.fetchall() if pk in self.place)
        return self.alphabetical


_kept: Index | None = None


def current(day: date) -> Index:
    """The index of the registry as it is now: the kept one, or a new one if somebody has published since."""
    global _kept
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(version), 0) FROM registry_registrystate")
        version = int(cursor.fetchone()[0])
        kept = _kept
        if kept is None or (kept.version, kept.day) != (version, day):
            cursor.execute(ROWS, {"day": day})
            kept = _kept = _built(version, day, cursor.fetchall())
    return kept


def _built(version: int, day: date, rows: Sequence[Sequence[object]]) -> Index:
    ids = [int(str(row[0])) for row in rows]
    masks: dict[str, dict[str, int]] = {}
    for column, facet in enumerate((*SEVERAL, *ONE), start=1):
        places: dict[str, list[int]] = defaultdict(list)
        for place, row in enumerate(rows):
            cell = row[column]
            for value in cell if isinstance(cell, list) else [cell]:
                places[str(value)].append(place)
        masks[facet] = {value: _bits(where, len(ids)) for value, where in places.items() if value}
    return Index(version, day, ids, masks, {pk: place for place, pk in enumerate(ids)})


def _bits(places: Iterable[int], size: int) -> int:
    cells = bytearray(size // 8 + 1)
    for place in places:
        cells[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(cells, "little")
