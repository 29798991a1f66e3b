"""Sets of fiches as bits, 64 to a word: bit n stands for the fiche at place n. Pure functions over numpy; none changes its arguments."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
#: Sets grow by this many words, so that most publications need no longer ones.
STEP = 256


def words_for(size: int) -> int:
    """How many words hold so many places, with room to grow."""
    return (size // 64 // STEP + 1) * STEP


def empty(words: int) -> Bits:
    """The set without anything."""
    return np.zeros(words, np.uint64)


def of_flags(flags: npt.NDArray[np.bool_]) -> Bits:
    """The set of the places whose flag is up; as many flags as a whole number of words has bits."""
    return np.packbits(flags, bitorder="little").view(np.uint64)


def of_places(places: npt.NDArray[Any], words: int) -> Bits:
    """The set of these places; those that lie beyond the words are left out."""
    flags = np.zeros(words * 64, np.bool_)
    flags[places[places < words * 64]] = True
    return of_flags(flags)


def count(found: Bits) -> int:
    """How many fiches the set holds."""
    return int(np.bitwise_count(found).sum())


def flags(found: Bits) -> npt.NDArray[np.bool_]:
    """One flag per place."""
    return np.unpackbits(found.view(np.uint8), bitorder="little").view(np.bool_)


def places(found: Bits) -> Places:
    """The places of the set, the lowest first; words without a bit cost nothing."""
    held = np.flatnonzero(found)
    if held.size * 4 > found.size:
        return np.flatnonzero(flags(found))
    bits = np.flatnonzero(flags(found[held]))
    return held[bits >> 6] * 64 + (bits & 63)


def part(found: Bits, start: int, stop: int, *, newest_first: bool) -> list[int]:
    """The places number `start` to `stop` of the set in its order, or in the opposite one; only the words around them are opened."""
    per_word = np.bitwise_count(found)
    order = per_word[::-1] if newest_first else per_word
    until = np.cumsum(order, dtype=np.int64)
    first, last = int(np.searchsorted(until, start, "right")), int(np.searchsorted(until, stop, "left"))
    if first >= found.size:
        return []
    skipped = start - (int(until[first - 1]) if first else 0)
    last = min(last, found.size - 1)
    low, high = (found.size - 1 - last, found.size - first) if newest_first else (first, last + 1)
    within = places(found[low:high]) + low * 64
    ordered = within[::-1] if newest_first else within
    return [int(place) for place in ordered[skipped : skipped + stop - start]]


def longer(found: Bits, words: int) -> Bits:
    """The same set on more words."""
    return found if found.size == words else np.concatenate([found, np.zeros(words - found.size, np.uint64)])


def changed(found: Bits, entering: npt.NDArray[Any], leaving: npt.NDArray[Any]) -> Bits:
    """A copy with these places taken out, then those put in."""
    copy = found.copy()
    for changing, put in ((leaving, False), (entering, True)):
        bit = np.left_shift(np.uint64(1), (changing & 63).astype(np.uint64))
        if put:
            np.bitwise_or.at(copy, changing >> 6, bit)
        else:
            np.bitwise_and.at(copy, changing >> 6, ~bit)
    return copy
