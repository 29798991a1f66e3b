"""What the window vouches for: a canonical document (RFC 8785) and its Ed25519 signature, under the key that `make_keys` makes."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext_lazy as _

from workflow import keys
from workflow.refusals import Broken, RuleBroken

USE = "rights"


@dataclass(frozen=True)
class Signed:
    """The canonical text, its signature in Base64, and the name of the key that made it."""

    text: bytes
    signature: str
    signer: str


def signed(document: dict[str, Any]) -> Signed:
    """Sign a document. Raises RuleBroken where `make_keys` was never run."""
    return signed_text(rfc8785.dumps(document))


def signed_text(text: bytes) -> Signed:
    """Sign a text as it stands. Raises RuleBroken where `make_keys` was never run."""
    private = _key()
    return Signed(text, base64.b64encode(private.sign(text)).decode(), keys.key_id(private.public_key()))


def public_key() -> dict[str, str]:
    """The key by which everybody checks the signatures. Raises RuleBroken where none was made."""
    public = _key().public_key()
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"algorithm": "ed25519", "id": keys.key_id(public), "public_key": base64.b64encode(raw).decode()}


def _key() -> Ed25519PrivateKey:
    private = keys.private_key(USE)
    if private is None:
        raise RuleBroken(Broken(_("This site has no key to sign with: its administrator runs make_keys first.")))
    return private
