"""An address to tell that something has changed: sealed, apart from the request, confirmed by whoever reads it, erased on a click."""

from __future__ import annotations

import calendar
import uuid
from contextlib import suppress
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.core import signing
from django.db import transaction

from rights.asking import floods, notifications
from rights.asking.models import Contact
from rights.models import Request
from rights.secret_keys import contact_box
from workflow.periods import paris_day

CONFIRM, FORGET = "rights.asking.confirm", "rights.asking.forget"
#: How long the link that confirms an address is good; an address that nobody confirmed is erased then.
CONFIRMATION = timedelta(days=2)
#: Letters of confirmation to one address in a day: another right on the same database is another request.
MOST_A_DAY = 3


@transaction.atomic
def keep(request: Request, mailbox: str, *, language: str, at: datetime) -> Contact:
    """Keep an address for a request, and ask whoever reads it to confirm: a few times a day for one address, whoever typed it."""
    box, address, day = contact_box(), mailbox.strip(), paris_day(at)
    midnight = calendar.timegm(day.timetuple())  # what is sealed tells its instant in clear: the day, and no more
    made = Contact.objects.create(sealed=box.encrypt_at_time(address.encode(), midnight).decode(), language=language, made_on=day)
    Request.objects.filter(pk=request.pk).update(contact=box.encrypt_at_time(made.pk.bytes, midnight).decode())
    if floods.counted(f"mailbox:{address.lower()}", at, floods.DAY) <= MOST_A_DAY:
        notifications.to_be_confirmed(made)
    return made


def contact_of(request: Request) -> Contact | None:
    """The contact of a request, if it has one that whoever reads it has confirmed."""
    if not request.contact:
        return None
    try:
        key = uuid.UUID(bytes=contact_box().decrypt(request.contact.encode()))
    except InvalidToken:
        return None
    return Contact.objects.filter(pk=key).exclude(confirmed_on=None).first()


def address_of(contact: Contact) -> str:
    """The address, opened for the time of one letter."""
    return contact_box().decrypt(contact.sealed.encode()).decode()


def wipe(request: Request) -> None:
    """Erase the contact of a request, and what points to it; one whose key was taken away is found and read by nobody any more."""
    if not request.contact:
        return
    with suppress(InvalidToken):
        Contact.objects.filter(pk=uuid.UUID(bytes=contact_box().decrypt(request.contact.encode()))).delete()
    Request.objects.filter(pk=request.pk).update(contact="")


def token_of(contact: Contact, use: str) -> str:
    """What a link of a letter carries; it says nothing of the request nor of the person."""
    return signing.dumps(contact.pk.hex, salt=use, compress=False)


def of_token(token: str, use: str) -> Contact | None:
    """The contact of a link; None for one that is forged, past or void. The link that erases never ends."""
    try:
        key = signing.loads(token, salt=use, max_age=CONFIRMATION if use == CONFIRM else None)
    except signing.BadSignature:
        return None
    return Contact.objects.filter(pk=key).first()


def confirm(contact: Contact, *, at: datetime) -> None:
    """Whoever reads the address wants the letters."""
    Contact.objects.filter(pk=contact.pk, confirmed_on=None).update(confirmed_on=max(contact.made_on, paris_day(at)))


def forget(contact: Contact) -> None:
    """Erase an address; the request goes on without it."""
    Contact.objects.filter(pk=contact.pk).delete()


def forget_unconfirmed(at: datetime) -> int:
    """Erase the addresses that nobody confirmed; the answer is how many."""
    return Contact.objects.filter(confirmed_on=None, made_on__lt=paris_day(at - CONFIRMATION)).delete()[0]
