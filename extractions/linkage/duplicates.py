"""Identifiers found twice, by keyed digests in a flat array: no identifier is kept, and the key dies with the deposit.

Each deposit draws its own key, so the digests of two deposits cannot be compared: what two centres have in common is not found here,
by design. Eight bytes are enough: among a million identifiers two different ones share a digest with a chance of 3 in 100 million.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np

SIZE = 8
#: The array is sorted by sixteenths, so that the sorting needs a sixteenth of its memory.
PARTS = 16


class Digests:
    """The digests of a deposit's identifiers and their lines: 12 bytes a line, and some 4 more while they are compared."""

    def __init__(self) -> None:
        # the 32 secret bytes are mixed in as salt and person rather than as key: one round of the hash for each identifier, not two
        self._salt, self._person = os.urandom(16), os.urandom(16)
        self._digests = bytearray()
        self._lines = array("I")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self._lines)} lines>"

    def add(self, identifiers: Sequence[bytes], lines: Iterable[int]) -> None:
        """Take the identifiers of these lines."""
        salt, person = self._salt, self._person
        self._digests += b"".join([blake2b(one, digest_size=SIZE, salt=salt, person=person).digest() for one in identifiers])
        self._lines.extend(lines)

    def repeated(self, kept: int) -> tuple[int, list[int]]:
        """How many lines repeat the identifier of an earlier line, and the first of these lines."""
        digests = np.frombuffer(bytes(0) if not self._lines else self._digests, dtype=np.uint64)
        lines = np.frombuffer(self._lines, dtype=np.uint32) if self._lines else np.empty(0, dtype=np.uint32)
        parts = np.frombuffer(self._digests, dtype=np.uint8)[SIZE - 1 :: SIZE] // (256 // PARTS) if self._lines else np.empty(0, np.uint8)
        found: list[np.ndarray] = []
        for part in range(PARTS):
            places = np.flatnonzero(parts == part)
            some = digests[places]
            order = np.lexsort((lines[places], some))
            some = some[order]
            again = np.flatnonzero(some[1:] == some[:-1]) + 1
            found.append(lines[places[order[again]]])
        every = np.sort(np.concatenate(found))
        return len(every), every[:kept].tolist()
