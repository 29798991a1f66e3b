"""Requests that a system signs instead of carrying a password: HTTP Message Signatures (RFC 9421) with Ed25519, one strict profile. Pure.

Signed are the method, the host, the path, the query, the digest of the body (RFC 9530), and the headers that change what is done. A
signature holds for ten minutes at most and carries a nonce, so that nobody who has seen a request can send it once more.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

#: For how long a signature holds, and how far a clock may be ahead of ours.
LONGEST, AHEAD = timedelta(minutes=10), timedelta(minutes=1)
ALWAYS = ("@method", "@authority", "@path", "@query", "content-digest")
#: Signed too wherever they are sent.
IF_SENT = ("idempotency-key", "if-match")
_INPUT = re.compile(r"^(?P<label>[a-z*][a-z0-9_.*-]{0,63})=(?P<params>\((?P<covered>[^()]{0,300})\)(?P<rest>(;[a-z]+=[^;]{1,200}){1,8}))$")
_NAME = re.compile(r'^"([a-z@][a-z-]{0,40})"$')
_SIGNATURE = re.compile(r"^(?P<label>[a-z*][a-z0-9_.*-]{0,63})=:(?P<value>[A-Za-z0-9+/]{86}==):$")
_NONCE = re.compile(r"^[A-Za-z0-9_+/=-]{16,64}$")
_INSTANT = re.compile(r"^[0-9]{1,11}$")


class Unsigned(Exception):
    """The request is not signed as it must be; the argument is the code of what is wrong with it."""


@dataclass(frozen=True)
class Received:
    """A request as it came in; the names of headers are in lower case."""

    method: str
    authority: str
    path: str
    #: With its question mark, which stands alone when there is no query.
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Signed:
    """What the headers of a signed request say: by which key, under which nonce, until when."""

    keyid: str
    nonce: str
    until: datetime
    base: bytes
    signature: bytes

    def is_by(self, public: bytes) -> bool:
        """Was it signed with the secret half of this key?"""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(self.signature, self.base)
        except (InvalidSignature, ValueError):
            return False
        return True

    @property
    def nonce_sha256(self) -> str:
        """What is kept of the nonce."""
        return hashlib.sha256(self.nonce.encode()).hexdigest()


def fingerprint_of(public: bytes) -> str:
    """The name of a key: SHA-256 of its 32 bytes."""
    return hashlib.sha256(public).hexdigest()


def public_of(typed: str) -> bytes | None:
    """The 32 bytes of a public key in base64, as somebody pasted it; None when it is none."""
    try:
        raw = base64.b64decode("".join(typed.split()), validate=True)
        Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError):
        return None
    return raw


def digest_of(body: bytes) -> str:
    """The header Content-Digest of a body."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def read(received: Received, at: datetime) -> Signed:
    """What the headers say, once they are fresh and cover what they must. Raises Unsigned."""
    said, given = (_matched(pattern, received, name) for pattern, name in ((_INPUT, "signature-input"), (_SIGNATURE, "signature")))
    if said["label"] != given["label"]:
        raise Unsigned("missing")
    covered, told = _covered(said["covered"].split(), received), _told(said["rest"])
    until = _until(told, at)
    if received.headers.get("content-digest") != digest_of(received.body):
        raise Unsigned("digest")
    if told.get("alg", "ed25519") != "ed25519" or not _NONCE.match(told.get("nonce", "")):
        raise Unsigned("parameters")
    base = base_of(covered, received, said["params"])
    return Signed(told.get("keyid", ""), told["nonce"], until, base, base64.b64decode(given["value"]))


def base_of(covered: Iterable[str], received: Received, params: str) -> bytes:
    """The text that is signed (RFC 9421, 2.5)."""
    derived = {"@method": received.method, "@authority": received.authority, "@path": received.path, "@query": received.query}
    lines = [f'"{name}": {derived.get(name) or received.headers.get(name, "")}' for name in covered]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode()


def _matched(pattern: re.Pattern[str], received: Received, name: str) -> re.Match[str]:
    found = pattern.match(received.headers.get(name, "").strip())
    if found is None:
        raise Unsigned("missing")
    return found


def _covered(written: list[str], received: Received) -> list[str]:
    """The names of what is signed; all that must be, nothing twice, nothing unknown. Raises Unsigned."""
    names = [found[1] for found in map(_NAME.match, written) if found]
    wanted = {*ALWAYS, *(name for name in IF_SENT if name in received.headers)}
    if len(names) != len(written) or len(set(names)) != len(names) or not wanted <= set(names) <= {*ALWAYS, *IF_SENT, "content-type"}:
        raise Unsigned("covered")
    return names


def _told(rest: str) -> dict[str, str]:
    return {name: value.strip('"') for name, _equals, value in (one.partition("=") for one in rest.split(";") if one)}


def _until(told: Mapping[str, str], at: datetime) -> datetime:
    """Until when the signature holds. Raises Unsigned for one that is too old, from the future, or meant to last too long."""
    if not _INSTANT.match(told.get("created", "")) or not _INSTANT.match(told.get("expires", "0")):
        raise Unsigned("parameters")
    created = datetime.fromtimestamp(int(told["created"]), UTC)
    last = created + LONGEST
    expires = datetime.fromtimestamp(int(told["expires"]), UTC) if "expires" in told else last
    if created > at + AHEAD or expires > last or min(expires, last) < at:
        raise Unsigned("stale")
    return expires
