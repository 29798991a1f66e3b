"""Secrets that never stand in the database: the pepper of the tracking codes, and what seals the address of somebody who wants letters."""

from __future__ import annotations

import functools
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from workflow.keys import folder_of

FOLDER = "rights"
PEPPER, CONTACT = "pepper.key", "contact.key"


class NoSecrets(RuntimeError):
    """`manage.py make_keys` was never run here: no request can be taken."""


def make_missing(folder: Path) -> list[str]:
    """Make what is missing of both secrets; the answer is what was made. Each file is readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = {PEPPER: secrets.token_bytes(32), CONTACT: Fernet.generate_key()}
    return [f"{FOLDER}/{name}" for name, content in fresh.items() if _write(folder / name, content)]


def pepper() -> bytes:
    """The pepper of tracking codes. Raises NoSecrets."""
    return _read(folder_of(FOLDER) / PEPPER)


def contact_box() -> MultiFernet:
    """What seals a contact: one key a line, the newest first; older ones still open. Raises NoSecrets."""
    return MultiFernet([Fernet(key) for key in _read(folder_of(FOLDER) / CONTACT).split()])


@functools.lru_cache(maxsize=8)
def _kept(path: Path, _changed: int) -> bytes:
    return path.read_bytes()


def _read(path: Path) -> bytes:
    try:
        return _kept(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise NoSecrets(path.name) from None


def _write(path: Path, content: bytes) -> bool:
    if path.exists():
        return False
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    return True
