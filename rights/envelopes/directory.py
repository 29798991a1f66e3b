"""What the window says of a controller's key, word for word as it signs it, and the directory that everybody may download."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from rights.envelopes import signing
from rights.envelopes.models import ControllerKey

STATEMENT, DIRECTORY = "guichet/controller-key/1", "guichet/key-directory/1"
SUITE = "DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM"


def statement_of(key: ControllerKey, verified_at: datetime) -> dict[str, Any]:
    """That this key is the controller's: what the window signs when somebody else has compared it."""
    return {
        "type": STATEMENT,
        "controller": {"name": key.organisation.name, "siren": key.organisation.siren},
        "fingerprint": key.fingerprint,
        "public_key": key.public,
        "suite": SUITE,
        "valid_from": moment(key.valid_from),
        "verified_at": moment(verified_at),
    }


def published(rows: Iterable[ControllerKey], at: datetime) -> dict[str, Any]:
    """The directory, signed as a whole: no key can be left out, taken back or put in by whoever carries it. Raises RuleBroken."""
    listed = [_entry(key) for key in rows]
    document = {"type": DIRECTORY, "site": settings.SITE_URL, "operator": settings.OPERATOR_NAME, "issued_at": moment(at), "keys": listed}
    made = signing.signed(document)
    return {"directory": document, "signature": signing.public_key() | {"signature": made.signature}}


def moment(at: datetime) -> str:
    """An instant as it is signed: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _entry(key: ControllerKey) -> dict[str, Any]:
    revoked = {"at": moment(key.revoked_at), "reason": key.reason} if key.revoked_at else None
    return {
        "statement": statement_of(key, key.verified_at or key.registered_at),
        "signature": key.signature,
        "signer": key.signer,
        "revoked": revoked,
    }
