"""Secrets that never stand in the database: the pepper of codes, what seals an address for letters, and what FranceConnect locks for."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from workflow.keys import folder_of

FOLDER = "rights"
PEPPER, CONTACT, PROVIDER = "pepper.key", "contact.key", "franceconnect.pem"


class NoSecrets(RuntimeError):
    """`manage.py make_keys` was never run here: no request can be taken."""


def make_missing(folder: Path) -> list[str]:
    """Make what is missing of the secrets; the answer is what was made. Each file is readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = {PEPPER: lambda: secrets.token_bytes(32), CONTACT: Fernet.generate_key, PROVIDER: _pairs}
    return [f"{FOLDER}/{name}" for name, make in fresh.items() if _write(folder / name, make)]


def pepper() -> bytes:
    """The pepper of tracking codes. Raises NoSecrets."""
    return _read(folder_of(FOLDER) / PEPPER)


def box(use: str) -> Fernet:
    """What locks something for a while that travels in a browser: a key of its own for each use, under the pepper. Raises NoSecrets."""
    return Fernet(base64.urlsafe_b64encode(hmac.digest(pepper(), use.encode(), hashlib.sha256)))


def provider_keys() -> bytes:
    """The private keys for which FranceConnect may lock what it says, in PEM one after the other, the newest first. Raises NoSecrets."""
    return _read(folder_of(FOLDER) / PROVIDER)


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


def _pairs() -> bytes:
    """One key for each way in which FranceConnect locks: ECDH-ES on P-256, and RSA-OAEP."""
    made = (ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 3072))
    return b"".join(one.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) for one in made)


def _write(path: Path, make: Callable[[], bytes]) -> bool:
    if path.exists():
        return False
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(make())
    return True
