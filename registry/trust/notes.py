"""Signed notes (C2SP signed-note) that hold a tree head (C2SP tlog-checkpoint): three lines, a blank one, and the signature."""

from __future__ import annotations

import base64
import hashlib
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"


class Head(NamedTuple):
    """A tree head: whose log, how many entries, which root."""

    origin: str
    size: int
    root: bytes


class BadNote(ValueError):
    """The text is no signed tree head, or its signature does not hold."""


def text_of(head: Head) -> str:
    """The three lines that are signed."""
    return f"{head.origin}\n{head.size}\n{base64.b64encode(head.root).decode()}\n"


def sign(head: Head, key: Ed25519PrivateKey) -> str:
    """The signed note of a tree head; the key's name is the origin."""
    text = text_of(head)
    raw = _key_id(head.origin, _raw(key.public_key())) + key.sign(text.encode())
    return f"{text}\n— {head.origin} {base64.b64encode(raw).decode()}\n"


def verifier_of(name: str, key: Ed25519PublicKey) -> str:
    """A public key as it is published: name, short identifier, and the key with its type."""
    raw = _raw(key)
    return f"{name}+{_key_id(name, raw).hex()}+{base64.b64encode(ED25519 + raw).decode()}"


def verified(note: str, verifier: str) -> Head:
    """The tree head of a note whose signature holds under this public key; BadNote otherwise."""
    try:
        text, _blank, signatures = note.rpartition("\n\n")
        name, short, encoded = verifier.split("+", 2)
        raw = base64.b64decode(encoded)
        dash, signer, signature = signatures.strip("\n").split(" ")
        signed = base64.b64decode(signature)
        if (dash, signer, raw[:1], signed[:4].hex(), _key_id(name, raw[1:]).hex()) != ("—", name, ED25519, short, short):
            raise BadNote
        Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signed[4:], f"{text}\n".encode())
        origin, size, root = text.split("\n")
        return Head(origin, int(size), base64.b64decode(root))
    except (ValueError, InvalidSignature) as error:
        raise BadNote("the signature does not hold") from error


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _key_id(name: str, raw: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + raw).digest()[:4]
