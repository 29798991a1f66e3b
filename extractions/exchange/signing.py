"""The signature of a message: the asymmetric scheme of the “Standard Webhooks” specification (v1a, Ed25519).

What is signed is `identity.timestamp.body`: a receiver that checks it, refuses an old timestamp and remembers identities takes no
message twice, and none from anybody else.
"""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from workflow import keys

USE = "webhooks"


def key() -> Ed25519PrivateKey | None:
    """The key of `make_keys`; None where that was never run."""
    return keys.private_key(USE)


def headers(private: Ed25519PrivateKey, identity: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a message; a second try has a new timestamp, and so a new signature, under the same identity."""
    signed = b".".join([identity.encode(), str(timestamp).encode(), body])
    signature = base64.b64encode(private.sign(signed)).decode()
    return {"Webhook-Id": identity, "Webhook-Timestamp": str(timestamp), "Webhook-Signature": f"v1a,{signature}"}


def public_keys() -> list[dict[str, str]]:
    """The keys by which receivers check signatures, as the site publishes them; none where none was made."""
    private = key()
    if private is None:
        return []
    public = private.public_key()
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return [{"id": keys.key_id(public), "algorithm": "ed25519", "public_key": "whpk_" + base64.b64encode(raw).decode()}]
