"""The token of a form, which makes its request unique, and the ticket that says from when it may be sent. Signed, and not kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from django.core import signing

TOKEN, TICKET = "rights.asking.token", "rights.asking.ticket"
#: For how long a form may stay open, and its receipt be shown again.
OPEN_FOR = timedelta(hours=24)


def new_token() -> str:
    """The token of a fresh form."""
    return signing.TimestampSigner(salt=TOKEN).sign(secrets.token_urlsafe(32))


def token_of(given: str) -> bytes | None:
    """What a form's token stands for; None for one that is forged or too old."""
    try:
        return signing.TimestampSigner(salt=TOKEN).unsign(given, max_age=OPEN_FOR).encode()
    except signing.BadSignature:
        return None


def hash_of(token: str) -> str:
    """The hash of a form's token, as the request keeps it and as the envelopes name it."""
    return hashlib.sha256(token_of(token) or b"").hexdigest()


def ticket_from(token: str, at: datetime) -> str:
    """A ticket with which the form of this token may be sent from an instant on."""
    return signing.dumps([hash_of(token)[:24], int(at.timestamp())], salt=TICKET)


def good_from(ticket: str, token: str) -> datetime | None:
    """From when a ticket lets its form through; None when it is not one of this form."""
    try:
        of, at = signing.loads(ticket, salt=TICKET, max_age=OPEN_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return datetime.fromtimestamp(at, UTC) if secrets.compare_digest(str(of), hash_of(token)[:24]) else None
