"""Long answers in turn: a thread of the site serves each download, so that a process serves but a few at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from django.conf import settings

_turns = threading.BoundedSemaphore(settings.REGISTRY_EXPORTS_AT_ONCE)


class InTurn:
    """Blocks that hold one of the turns from the beginning until they are all sent, or nobody reads them any more."""

    def __init__(self, blocks: Iterable[bytes], turns: threading.BoundedSemaphore) -> None:
        self.blocks, self.turns, self.held = iter(blocks), turns, True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return next(self.blocks)

    def close(self) -> None:
        """Give the turn back; Django calls it at the end of the answer, however it ends."""
        if self.held:
            self.held = False
            try:
                getattr(self.blocks, "close", lambda: None)()
            finally:
                self.turns.release()

    __del__ = close  # an answer that was made and never sent


def in_turn(blocks: Iterable[bytes]) -> InTurn | None:
    """The blocks, once one of the turns is theirs; None when all are taken."""
    return InTurn(blocks, _turns) if _turns.acquire(blocking=False) else None
