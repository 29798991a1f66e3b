"""The fiches that hold words, as sets of bits: asked of PostgreSQL once, kept by each process, mended when fiches change."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from registry.finding import bits
from registry.finding.bits import Bits
from registry.finding.index import Index
from registry.finding.wire import binary_cursor, numbers
from registry.finding.words import Asked

#: What a process keeps of sets of words, in bytes: a hundred very common words among a million fiches.
MOST_KEPT = 12_000_000
#: Beyond so many changed fiches the whole index is asked again.
MOST_MENDED = 200
#: Function of the database → table and column that it searches.
SEARCHED = {"registry_holding": ("registry_fichewords", "tsv"), "registry_titled": ("registry_fichesearch", "title_tsv")}


@dataclass(frozen=True)
class _Kept:
    """A set as it was at a version: its places when they are few, else its bits."""

    epoch: Any
    version: int
    held: npt.NDArray[Any]

    def bits(self, words: int) -> Bits:
        if self.held.dtype == np.uint64:
            return bits.longer(self.held, words)
        return bits.of_places(self.held, words)


_kept: OrderedDict[Any, _Kept] = OrderedDict()
_lock = threading.Lock()
_size = 0


def holding(asked: Asked, index: Index) -> Bits:
    """The fiches that hold the words somewhere."""
    return _found("registry_holding", asked, index)


def titled(asked: Asked, index: Index) -> Bits:
    """The fiches that hold the words in their title."""
    return _found("registry_titled", asked, index)


def forget() -> None:
    """Keep nothing."""
    global _size
    with _lock:
        _kept.clear()
        _size = 0


def _found(function: str, asked: Asked, index: Index) -> Bits:
    if not index.shared:
        return bits.of_places(_asked(function, asked)[0], index.words) & index.live
    key = (function, asked.sql, asked.params)
    with _lock:
        kept = _kept.get(key)
        if kept is not None:
            _kept.move_to_end(key)
    if kept is None or kept.epoch != index.epoch or not (found := _mended(function, asked, index, kept)):
        places, *titled = _asked(function, asked)
        found = _packed(places, index)
        if titled:
            _keep(("registry_titled", asked.sql, asked.params), _packed(titled[0], index))
    if found is not kept:
        _keep(key, found)
    return found.bits(index.words) & index.live


def _packed(places: npt.NDArray[np.int32], index: Index) -> _Kept:
    return _Kept(index.epoch, index.version, places if places.size * 2 < index.words else bits.of_places(places, index.words))


def _asked(function: str, asked: Asked) -> list[npt.NDArray[np.int32]]:
    """The places of the fiches that hold the words; of an exact phrase also of those whose title does, which were looked at on the way."""
    with binary_cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({asked.sql})", asked.params)
        everywhere, *titled = cursor.fetchone()
    return [numbers(everywhere), *(numbers(raw) for raw in titled if raw is not None)]


def _mended(function: str, asked: Asked, index: Index, kept: _Kept) -> _Kept | None:
    """The kept set with the fiches that changed since looked at again; None when they are too many, or no longer known."""
    if kept.version >= index.version:
        return kept
    changed = sorted({place for version, place in index.recent if version > kept.version})
    if kept.version < index.recent_since or len(changed) > MOST_MENDED:
        return None
    entering: list[int] = []
    if changed:
        with connection.cursor() as cursor:
            table, column = SEARCHED[function]
            cursor.execute(f"SELECT pos FROM {table} WHERE pos = ANY(%s) AND {column} @@ {asked.sql}", [changed, *asked.params])
            entering = [place for (place,) in cursor.fetchall()]
    held = kept.bits(index.words)
    return _Kept(index.epoch, index.version, bits.changed(held, np.array(entering, np.int64), np.array(changed, np.int64)))


def _keep(key: Any, found: _Kept) -> None:
    """Keep a set; those asked for longest ago make room for it."""
    global _size
    with _lock:
        old = _kept.pop(key, None)
        _size += found.held.nbytes - (old.held.nbytes if old else 0)
        _kept[key] = found
        while _size > MOST_KEPT and len(_kept) > 1:
            _size -= _kept.popitem(last=False)[1].held.nbytes
