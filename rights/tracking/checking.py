"""What is said of a receipt that somebody shows: its signature, its time stamp. It is read and not kept."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rights.envelopes import signing
from rights.tracking import receipts, stamping


@dataclass(frozen=True)
class Verdict:
    """Does the receipt hold, what does it say, and when was it stamped?"""

    is_good: bool
    text: str = ""
    received_at: datetime | None = None
    stamped_at: datetime | None = None
    #: It bears a time stamp that does not hold.
    has_bad_stamp: bool = False
    #: Only the day on which it was received is known.
    is_day_only: bool = False


def verdict_on(receipt: str) -> Verdict:
    """What this site says of a receipt. Raises RuleBroken where no key was ever made."""
    told = signing.public_key()
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(told["public_key"]))
    try:
        found = receipts.read(receipt, public, told["id"])
    except receipts.NotReceipt:
        return Verdict(is_good=False)
    at = stamping.checked(found.token, found.statement) if found.token else None
    return Verdict(True, found.text, found.received_at, at, bool(found.token) and at is None, found.is_day_only)
