"""What is sealed, to whom and for what: HPKE (RFC 9180), DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Pure.

Sealed bytes are the encapsulated key (65 bytes) and the ciphertext; `info` binds them to a database and to one key, so that an envelope
that is put before another controller, or under another database, does not open. What is sealed is JSON, padded to one of a few sizes:
its length says next to nothing. `static/js/rights/sealing.js` says the same in the browser, `tools/rights_desk.py` on a controller's side.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key, load_pem_public_key

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
#: Bytes of a public key (an uncompressed point), and what sealing adds: the encapsulated key and the tag.
POINT, OVERHEAD = 65, 65 + 16
#: Bytes before the JSON that say how long it is.
LENGTH = 4
#: The sizes to which what is sealed is padded, in bytes.
SIZES = tuple(1024 * kib for kib in (4, 16, 64, 256, 1024, 2048, 4096, 8192))
REQUEST, ANSWER, COMPLEMENT = "guichet/rights/1", "guichet/rights/answer/1", "guichet/rights/complement/1"
IDENTITY = "guichet/rights/identity/1"


class BadKey(ValueError):
    """Not a public key on P-256; `is_private` when it was a private one, which nobody should show."""

    def __init__(self, is_private: bool = False) -> None:
        super().__init__("a private key" if is_private else "not a public key on P-256")
        self.is_private = is_private


class TooLarge(ValueError):
    """More than the largest size."""


class NotOpened(ValueError):
    """Another key, another database, or bytes that changed on the way."""


def fingerprint(public: bytes) -> str:
    """The name of a public key: the SHA-256 of its 65 bytes, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()


def info_of(database: str, key: str) -> bytes:
    """What a request is bound to: the slug of the database, and the fingerprint of the key."""
    return "|".join([REQUEST, database, key]).encode()


def identity_info(database: str, key: str) -> bytes:
    """What an attested identity is bound to: it opens for one database and one key, and not as a request."""
    return "|".join([IDENTITY, database, key]).encode()


def message_info(kind: str, database: str, key: str, number: str) -> bytes:
    """What a message (ANSWER to the person, COMPLEMENT to the controller) is bound to; `number` is that of the routing."""
    return "|".join([kind, database, key, number]).encode()


def padded(text: bytes) -> bytes:
    """Its length, the text, and zeros up to the next size. Raises TooLarge."""
    size = next((size for size in SIZES if size >= LENGTH + len(text)), None)
    if size is None:
        raise TooLarge(len(text))
    return (len(text).to_bytes(LENGTH, "big") + text).ljust(size, b"\0")


def unpadded(content: bytes) -> bytes:
    """The text that was padded. Raises NotOpened."""
    end = LENGTH + int.from_bytes(content[:LENGTH], "big")
    if len(content) not in SIZES or end > len(content) or content[end:].strip(b"\0"):
        raise NotOpened
    return content[LENGTH:end]


def is_sealed(some: bytes) -> bool:
    """Can these be sealed bytes: an uncompressed point first, and one of the sizes?"""
    return len(some) - OVERHEAD in SIZES and some[:1] == b"\x04"


def seal(content: dict[str, Any], public: bytes, info: bytes) -> bytes:
    """Seal to a public key of 65 bytes. Raises BadKey, TooLarge."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return SUITE.encrypt(padded(text), point(public), info=info)


def open_sealed(sealed: bytes, private: ec.EllipticCurvePrivateKey, info: bytes) -> dict[str, Any]:
    """What was sealed. Raises NotOpened."""
    try:
        found = json.loads(unpadded(SUITE.decrypt(sealed, private, info=info)))
    except (InvalidTag, ValueError):
        raise NotOpened from None
    if not isinstance(found, dict):
        raise NotOpened
    return found


def point(public: bytes) -> ec.EllipticCurvePublicKey:
    """A public key from its 65 bytes. Raises BadKey."""
    try:
        if len(public) != POINT:
            raise BadKey
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    except ValueError:
        raise BadKey from None


def raw(public: ec.EllipticCurvePublicKey) -> bytes:
    """The 65 bytes of a public key."""
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def read_public(text: str) -> bytes:
    """The 65 bytes of a public key that was pasted: PEM, or Base64 of the point or of its DER. Raises BadKey."""
    if "PRIVATE" in text.upper():
        raise BadKey(is_private=True)
    try:
        if "BEGIN" in text:
            return _on_curve(load_pem_public_key(text.strip().encode("ascii")))
        some = base64.b64decode("".join(text.split()), validate=True)
        return raw(point(some)) if len(some) == POINT else _on_curve(load_der_public_key(some))
    except (ValueError, binascii.Error, UnicodeEncodeError):
        raise BadKey from None


def _on_curve(key: Any) -> bytes:
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadKey
    return raw(key)
