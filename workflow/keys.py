"""The site's signing keys, one per use, in a private folder outside the database."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key
from django.conf import settings

USES = ("journal", "registry", "webhooks", "rights")
#: What upper floors keep in the same folder: name → what makes all of it that is missing, and names what it made.
MAKERS: dict[str, Callable[[Path], list[str]]] = {}


def folder_of(name: str) -> Path:
    """Where a maker keeps its keys: a folder of its own."""
    return Path(settings.KEYS_DIR) / name


def path_of(use: str) -> Path:
    """Where the private key of a use is kept."""
    return Path(settings.KEYS_DIR) / f"{use}.ed25519.pem"


def make(use: str) -> bool:
    """Make the key of a use unless it is there; the answer is whether it was made. The file is readable by its owner only."""
    path = path_of(use)
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    return True


def private_key(use: str) -> Ed25519PrivateKey | None:
    """The private key of a use, or None when `make_keys` was never run here."""
    path = path_of(use)
    if not path.exists():
        return None
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path.name} does not hold an Ed25519 key")
    return key


def key_id(public: Ed25519PublicKey) -> str:
    """A short fingerprint of a public key."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]
