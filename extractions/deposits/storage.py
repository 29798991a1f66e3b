"""Where encrypted tables lie: a private folder of flat files with random names. Nothing in clear ever comes here."""

from __future__ import annotations

import os
import re
import secrets
import time
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

SEALED, PART = ".age", ".age.part"
NAME = re.compile(r"[0-9a-f]{32}")


def folder() -> Path:
    """The folder, readable by the site's own account only."""
    path = Path(settings.DEPOSITS_DIR)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(name: str) -> Path:
    """The file of a deposit; a name that is not ours leads nowhere."""
    if not NAME.fullmatch(name):
        raise ValueError("not the name of a deposit")
    return folder() / f"{name}{SEALED}"


class Part:
    """A file that is being written: `keep` it under its name, or `drop` it."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(16)
        self._path = folder() / f"{self.name}{PART}"
        self._file: BinaryIO | None = os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)

    def __repr__(self) -> str:
        return "<Part>"

    def write(self, some: bytes) -> None:
        """Take all of these bytes of ciphertext, or raise."""
        left = memoryview(some)
        while left:
            if self._file is None:
                raise OSError("closed")
            left = left[self._file.write(left) :]

    def keep(self) -> None:
        """On the disk for good, under its name."""
        if self._file is None:
            raise OSError("closed")
        os.fsync(self._file.fileno())
        self._close()
        self._path.replace(path_of(self.name))
        _sync_folder()

    def drop(self) -> None:
        """As if nothing had come; nothing is said if it is gone already."""
        self._close()
        self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def delete(name: str) -> bool:
    """Delete the file of a deposit for good; the answer is whether it was still there."""
    path = path_of(name)
    there = path.exists()
    path.unlink(missing_ok=True)
    _sync_folder()
    return there


def strangers(older_than: float) -> list[Path]:
    """Files that nobody has written to for so many seconds: those of processes that died, and those that rows may know."""
    limit = time.time() - older_than
    return [path for path in sorted(folder().iterdir()) if path.name.endswith((SEALED, PART)) and path.stat().st_mtime < limit]


def _sync_folder() -> None:
    descriptor = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
