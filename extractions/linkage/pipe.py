"""A pipe of one piece between who receives the clear bytes and the thread that encrypts them; every wait ends.

The two sides take turns: while one works, the other sleeps. Both hold Python's global lock as they work, so that running at once would only
make each small read of the encrypting side wait its turn for the lock.
"""

from __future__ import annotations

import threading


class Cut(Exception):
    """The pipe was cut: there is nothing more to read, and what was encrypted is worth nothing."""


class Pipe:
    """One side puts, the other reads; whichever side stops tells the other."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._piece, self._at = b"", 0
        self._ended = self._cut = False
        self.fell_silent = False  # nothing came for as long as patience lasts
        self._changed = threading.Condition()

    @property
    def is_cut(self) -> bool:
        """Whether one side has stopped."""
        return self._cut

    def __repr__(self) -> str:
        return f"<Pipe: {len(self._piece) - self._at} bytes>"

    def put(self, piece: bytes) -> bool:
        """Give a piece and wait until it was read; False when the pipe was cut, or nothing was read for as long as patience lasts."""
        with self._changed:
            if self._cut or not piece:
                return not self._cut
            self._piece, self._at = piece, 0
            self._changed.notify_all()
            while self._piece and not self._cut:
                before = self._at
                if not self._changed.wait(self._patience) and self._piece and self._at == before:
                    return False
            return not self._cut

    def end(self) -> None:
        """Say that everything was given."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def cut(self) -> None:
        """Stop both sides and drop what waits."""
        with self._changed:
            self._cut, self._piece = True, b""
            self._changed.notify_all()

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, none at the end; `Cut` when the pipe was cut or nothing comes for as long as patience lasts."""
        piece = self._piece
        if self._at >= len(piece):
            piece = self._next()
        some = piece[self._at :] if size < 0 else piece[self._at : self._at + size]
        self._at += len(some)
        return some

    def _next(self) -> bytes:
        """Say that the piece was read whole, and wait for another."""
        with self._changed:
            self._piece, self._at = b"", 0
            self._changed.notify_all()
            while not self._piece and not self._ended and not self._cut:
                if not self._changed.wait(self._patience):
                    self._cut = self.fell_silent = True
                    self._changed.notify_all()
            if self._cut:
                raise Cut
            return self._piece
