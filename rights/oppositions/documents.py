"""The signed documents of controllers and deliverers, pure: read, their form and signature checked, before anything is kept of them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SET, ATTESTATION, RECHECK = "guichet/opposition-set/1", "guichet/delivery-attestation/1", "guichet/delivery-recheck/1"
RECEIPTS, PROOF = "guichet/opposition-receipts/1", "guichet/opposition-proof/1"
LARGEST = 1 << 20
_HASH, _WORD = re.compile(r"[0-9a-f]{64}"), re.compile(r"[\w .,/@:-]{1,80}")
_ROOT = re.compile(r"([0-9a-f]{64})?")
_SLUG, _STUDY = re.compile(r"[a-z0-9-]{1,60}"), re.compile(r"((DEMO-)?F[0-9]{14})?")
#: Field → what it must look like: a pattern, a kind of number, or the moment that `_moment` reads.
Shape = Mapping[str, Any]
#: A number of people, which a column of the database holds.
SMALL = "a number of people"
#: Hashes of files, or none of them.
EVEN_NONE = "a list that may be empty"
MANIFEST: Shape = {
    "database": _SLUG,
    "version": int,
    "cutoff_at": datetime,
    "effective_at": datetime,
    "root": _HASH,
    "previous_root": _ROOT,
    "receipts_root": _HASH,
    "receipts_size": SMALL,
    "counts_sha256": _HASH,
    "token_key": re.compile(r"[0-9a-f]{16}"),
}
COUNTS: Shape = dict.fromkeys(("count", "added", "removed", "receipts", "merged", "elsewhere", "withdrawn"), SMALL) | {
    "salt": re.compile(r"[0-9a-f]{32}")
}
DELIVERY: Shape = {
    "project": _WORD,
    "study": _STUDY,
    "extraction": re.compile(r"TIC-[0-9]{4}-[0-9]{5,}"),
    "package": int,
    "database": _SLUG,
    "version": int,
    "root": _HASH,
    "cutoff_at": datetime,
    "rows_before": int,
    "rows_after": int,
    "outputs": list,
    "operator": _WORD,
    "signed_at": datetime,
}
#: What became of each of the outputs, in their order: the hash of the file that is delivered, its own where it is delivered as it is;
#: and the files of the package that hold no line of the database. An attestation of the first tools has neither (ADR 18).
NAMED: Shape = {"delivered": list, "others": EVEN_NONE}
SECOND: Shape = {"attestation_sha256": _HASH, "sampled": int, "present": int, "operator": _WORD, "signed_at": datetime}
_SHAPES = {SET: MANIFEST, ATTESTATION: DELIVERY, RECHECK: SECOND}
_SIGNER: Shape = {"format": _WORD, "key": _HASH, "tool_sha256": _HASH}


class BadDocument(ValueError):
    """The file is none of ours, or not whole; its argument is a code of `words.BAD`."""


@dataclass(frozen=True)
class Signed:
    """A document whose form is right; whether its signature holds is asked with `holds_under`."""

    said: dict[str, Any]
    signature: str
    counts: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """What was signed, as it is kept."""
        return canonical(self.said).decode()

    @property
    def sha256(self) -> str:
        """The hash by which another document names this one."""
        return hashlib.sha256(canonical(self.said)).hexdigest()

    def at(self, name: str) -> datetime:
        """A moment that it tells."""
        return datetime.fromisoformat(self.said[name])

    def holds_under(self, public: str) -> bool:
        """Was it signed with the private half of this key (hexadecimal)?"""
        return holds(self.text, self.signature, public)


def canonical(document: Any) -> bytes:
    """The bytes of a document that are hashed and signed: sorted keys, no spaces, UTF-8."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def holds(text: str, signature: str, public: str) -> bool:
    """Does an Ed25519 signature hold on a text? What is signed begins with the format, so that no document passes for another."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            base64.b64decode(signature, validate=True), json.loads(text)["format"].encode() + b"\n" + text.encode()
        )
    except (ValueError, binascii.Error, InvalidSignature):
        return False
    return True


def read(content: bytes, expected: str) -> Signed:
    """A document of this format. Raises BadDocument: too large, no JSON, another format, a field too many, too few or of the wrong form."""
    if len(content) > LARGEST:
        raise BadDocument("large")
    try:
        found = json.loads(content, parse_constant=_no_constant)
        said, signature, counts = found["signed"], found["signature"], found.get("counts")
        kind = said["format"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadDocument("unreadable") from None
    if kind != expected:
        raise BadDocument("other")
    named = expected == ATTESTATION and names_files(said)
    _require(said, {**_SHAPES[expected], **_SIGNER, **(NAMED if named else {})})
    if named and not _adds_up(said):
        raise BadDocument("files")
    if not isinstance(signature, str) or not re.fullmatch(r"[A-Za-z0-9+/]{86}==", signature):
        raise BadDocument("signature")
    if expected == SET:
        _require(counts, COUNTS)
        if hashlib.sha256(canonical(counts)).hexdigest() != said["counts_sha256"]:
            raise BadDocument("counts")
    return Signed(said, signature, counts if expected == SET else None)


def names_files(said: Any) -> bool:
    """Does an attestation name the files that are delivered?"""
    return isinstance(said, dict) and bool(said.keys() & NAMED.keys())


def _adds_up(said: dict[str, Any]) -> bool:
    """Does it say of each output where it went, and of no file both that it holds lines and that it holds none?"""
    return len(said["delivered"]) == len(said["outputs"]) and not {*said["outputs"], *said["delivered"]} & set(said["others"])


def _no_constant(_word: str) -> Any:
    raise ValueError


def _require(said: Any, shape: Shape) -> None:
    if not isinstance(said, dict) or said.keys() != shape.keys():
        raise BadDocument("fields")
    if not all(_fits(said[name], form) for name, form in shape.items()):
        raise BadDocument("fields")


def _fits(value: Any, form: Any) -> bool:
    if form is int:
        return type(value) is int and 0 <= value < 1 << 53
    if form is SMALL:
        return type(value) is int and 0 <= value < 1 << 31
    if form in (list, EVEN_NONE):
        return _are_hashes(value) and (form == EVEN_NONE or bool(value))
    if not isinstance(value, str):
        return False
    return _is_moment(value) if form is datetime else form.fullmatch(value) is not None


def _are_hashes(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 5_000 and all(isinstance(one, str) and _HASH.fullmatch(one) for one in value)


def _is_moment(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
