"""Letters that say only that something has changed, asked for or stopped by whoever shows the code."""

from __future__ import annotations

import uuid
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import get_language

from rights.asking import contacts
from rights.asking.models import Contact
from rights.models import Request
from rights.secret_keys import contact_box

#: What the page says of the letters of a request.
NONE, WAITING, CONFIRMED = "none", "waiting", "confirmed"


def standing_of(asked: Request) -> str:
    """Are letters sent about this request, or was their address not confirmed? One that its link erased is there no more."""
    held = _held(asked) if asked.contact else None
    if held is None:
        return NONE
    return WAITING if held.confirmed_on is None else CONFIRMED


@transaction.atomic
def ask(asked: Request, mailbox: str, *, at: datetime) -> None:
    """Put an address in place of the one that there was; whoever reads it confirms it first. The same address again changes nothing."""
    _hold(asked)
    held = _held(asked)
    if held is not None and contacts.address_of(held).lower() == mailbox.strip().lower():
        return
    contacts.wipe(asked)
    contacts.keep(asked, mailbox, language="en" if (get_language() or "").startswith("en") else "fr", at=at)
    asked.refresh_from_db(fields=["contact"])


def _hold(asked: Request) -> None:
    """Lock the request and read its contact anew: of two that ask at once, the second one finds the address of the first and erases it."""
    asked.contact = Request.objects.select_for_update(no_key=True).values_list("contact", flat=True).get(pk=asked.pk)


def _held(asked: Request) -> Contact | None:
    """The contact of a request, confirmed or not."""
    try:
        key = uuid.UUID(bytes=contact_box().decrypt(asked.contact.encode()))
    except (InvalidToken, ValueError):
        return None
    return Contact.objects.filter(pk=key).first()


@transaction.atomic
def stop(asked: Request) -> None:
    """Erase the address of a request, and what points to it."""
    _hold(asked)
    contacts.wipe(asked)
    asked.refresh_from_db(fields=["contact"])
