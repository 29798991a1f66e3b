"""How a process comes by its index: from the snapshot, then by what changed since; whole when there is no other way.

The version of the registry is read at each request, so that what is published shows on the next request of every process.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection

from registry.finding import bits
from registry.finding.index import COLUMNS, DAYS, EPOCH, NEVER, Codes, Index
from registry.finding.wire import binary_cursor, numbers

#: Beyond so many changed fiches, reading all of them anew costs less.
MOST_CHANGES = 20_000
#: How many changes are remembered, so that sets of words need not be asked for again.
REMEMBERED = 2_000
#: Fiches are read in so many at a time when all are: the memory that it takes stays small.
CHUNK = 1 << 17

STATE = "SELECT epoch, version, pg_current_xact_id_if_assigned()::text FROM registry_registrystate"
CHANGED = f"SELECT pos, live, version, facets, {', '.join((*COLUMNS, *DAYS))} FROM registry_fichesearch WHERE version > %s ORDER BY version"
NUMBERS = ", ".join(
    f"array_send(array_agg({one}))"
    for one in (
        "pos",
        "live::int",
        *(f"{name}::int" for name in COLUMNS),
        *(f"coalesce({day} - DATE '1970-01-01', {NEVER})" for day in DAYS),
    )
)
WHOLE = f"SELECT {NUMBERS} FROM registry_fichesearch WHERE pos >= %s AND pos < %s"
WHOLE_SETS = """
    SELECT code, array_send(array_agg(pos))
    FROM (SELECT pos, unnest(facets) AS code FROM registry_fichesearch WHERE pos >= %s AND pos < %s) one GROUP BY code
"""

_lock = threading.Lock()
_kept: Index | None = None
_own: tuple[Any, Index] | None = None


def current() -> Index:
    """The index of the registry as it is at this request."""
    global _kept, _own
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        epoch, version, writing = cursor.fetchone() or (None, 0, None)
    if writing:  # what this transaction has written may yet be rolled back: its index is for itself alone
        if _own is None or _own[0] != (writing, epoch, version):
            _own = ((writing, epoch, version), replace(_whole(epoch, version), shared=False))
        return _own[1]
    kept = _kept
    if kept is None or (kept.epoch, kept.version) != (epoch, version):
        with _lock:
            kept = _kept = _brought_to(_kept, epoch, version)
    return kept


def forget() -> None:
    """Start anew at the next request, as a new process would."""
    global _kept, _own
    _kept = _own = None


def _brought_to(kept: Index | None, epoch: UUID | None, version: int) -> Index:
    if kept is not None and kept.epoch == epoch and kept.version >= version:
        return kept if kept.version == version else _whole(epoch, version)
    start = kept if kept is not None and kept.epoch == epoch else _from_snapshot(epoch, version)
    if start is None:
        return _whole(epoch, version)
    return _with_changes(start, version) or _whole(epoch, version)


def _codes(known: Codes) -> Codes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, facet, code, label FROM registry_facetcode WHERE id > %s", [known.last])
        return known.with_more(cursor.fetchall())


# --- what changed
def _with_changes(start: Index, version: int) -> Index | None:
    """The index after the changes since; None when they are too many."""
    with connection.cursor() as cursor:
        cursor.execute(f"{CHANGED} LIMIT {MOST_CHANGES + 1}", [start.version])
        rows = cursor.fetchall()
    if len(rows) > MOST_CHANGES:
        return None
    if not rows:
        return replace(start, version=version, kept={})
    words = max(start.words, bits.words_for(max(row[0] for row in rows) + 1))
    places = np.array([row[0] for row in rows], np.int64)
    live = [row for row in rows if row[1]]
    recent = (*start.recent, *((row[2], row[0]) for row in rows))[-REMEMBERED:]
    cut = len(start.recent) + len(rows) > REMEMBERED
    return Index(
        epoch=start.epoch,
        version=version,
        live=bits.changed(bits.longer(start.live, words), np.array([row[0] for row in live], np.int64), places),
        sets=_changed_sets(start, live, places, words),
        columns={name: _column(start.columns[name], words, places, [row[4 + at] for row in rows]) for at, name in enumerate(COLUMNS)},
        days=np.stack([_column(start.days[at], words, places, [_day(row[6 + at]) for row in rows], NEVER) for at in range(len(DAYS))]),
        codes=_codes(start.codes),
        recent=recent,
        recent_since=recent[0][0] if cut else start.recent_since,
    )


def _changed_sets(start: Index, live: Sequence[Any], places: npt.NDArray[Any], words: int) -> dict[int, bits.Bits]:
    """Each set in which a changed fiche stood or now stands is copied; the others are shared."""
    entering: dict[int, list[int]] = {}
    for row in live:
        for number in row[3]:
            entering.setdefault(number, []).append(row[0])
    changing = bits.of_places(places, words)
    sets = {}
    for number in {*start.sets, *entering}:
        old = bits.longer(start.sets[number], words) if number in start.sets else bits.empty(words)
        touched = number in entering or bool((old & changing).any())
        sets[number] = bits.changed(old, np.array(entering.get(number, []), np.int64), places) if touched else old
    return sets


def _column(old: npt.NDArray[Any], words: int, places: npt.NDArray[Any], values: Sequence[int], nothing: int = 0) -> npt.NDArray[Any]:
    new = np.full(words * 64, nothing, old.dtype)
    new[: old.size] = old
    new[places] = values
    return new


def _day(day: date | None) -> int:
    return NEVER if day is None else min(max((day - EPOCH).days, 0), NEVER - 1)


# --- everything
def _nothing(epoch: UUID | None, version: int, size: int) -> dict[str, Any]:
    words = bits.words_for(size)
    columns = {"organisation": np.zeros(words * 64, np.int32), "year": np.zeros(words * 64, np.int16)}
    days = np.full((len(DAYS), words * 64), NEVER, np.uint16)
    return {"epoch": epoch, "version": version, "live": bits.empty(words), "sets": {}, "columns": columns, "days": days}


def _whole(epoch: UUID | None, version: int) -> Index:
    """The index read from every row, some at a time."""
    with binary_cursor() as cursor:
        cursor.execute("SELECT coalesce(max(pos), -1) + 1 FROM registry_fichesearch")
        size = cursor.fetchone()[0]
        made = _nothing(epoch, version, size)
        for first in range(0, size, CHUNK):
            cursor.execute(WHOLE, [first, first + CHUNK])
            _put(made, [numbers(raw) for raw in cursor.fetchone()])
            cursor.execute(WHOLE_SETS, [first, first + CHUNK])
            for number, raw in cursor.fetchall():
                found = made["sets"].setdefault(number, bits.empty(made["live"].size))
                inside = bits.of_places(numbers(raw) - first, CHUNK // 64)
                room = found[first // 64 : first // 64 + CHUNK // 64]
                room |= inside[: room.size]
    return Index(**made, codes=_codes(Codes()), recent_since=version)


def _put(made: dict[str, Any], read: list[npt.NDArray[np.int32]]) -> None:
    """Write what was read of some fiches where their places are."""
    places, live, *rest = read
    made["live"] |= bits.of_places(places[live == 1], made["live"].size)
    for name, values in zip(COLUMNS, rest, strict=False):
        made["columns"][name][places] = values
    for at, values in enumerate(rest[len(COLUMNS) :]):
        made["days"][at][places] = np.clip(values, 0, NEVER)


# --- the snapshot
def packed(index: Index) -> bytes:
    """The index as bytes, the codes apart: they are read from their table."""
    file = io.BytesIO()
    numbered = sorted(index.sets)
    matrix = np.stack([index.live, *(index.sets[number] for number in numbered)])
    columns: dict[str, Any] = dict(index.columns)
    np.savez(file, matrix=matrix, numbers=np.array(numbered, np.int32), days=index.days, **columns)
    return file.getvalue()


def _from_snapshot(epoch: UUID | None, version: int) -> Index | None:
    with binary_cursor() as cursor:
        cursor.execute("SELECT version, packed FROM registry_facetsnapshot WHERE epoch = %s AND version <= %s", [epoch, version])
        row = cursor.fetchone()
    if row is None:
        return None
    with np.load(io.BytesIO(row[1])) as read:
        matrix = read["matrix"]
        sets = {int(number): matrix[at + 1] for at, number in enumerate(read["numbers"])}
        columns = {name: read[name] for name in COLUMNS}
        days = read["days"]
    return Index(epoch, row[0], matrix[0], sets, columns, days, _codes(Codes()), recent_since=row[0])


def keep_snapshot() -> bool:
    """Write the present index as the snapshot from which processes start; false when it stands already."""
    index = current()
    with connection.cursor() as cursor:
        if index.epoch is None:
            return False
        cursor.execute("SELECT 1 FROM registry_facetsnapshot WHERE epoch = %s AND version = %s", [index.epoch, index.version])
        if cursor.fetchone():
            return False
        cursor.execute(
            "INSERT INTO registry_facetsnapshot (id, epoch, version, packed) VALUES (1, %s, %s, %s) ON CONFLICT (id) DO UPDATE "
            "SET (epoch, version, packed) = (EXCLUDED.epoch, EXCLUDED.version, EXCLUDED.packed)",
            [index.epoch, index.version, packed(index)],
        )
    return True
