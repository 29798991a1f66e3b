"""The letter that says that something has changed: neither what, nor of which database, nor the code."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.links import absolute
from rights.asking import contacts
from rights.models import Request
from rights.policies import PERSON
from workflow import mail
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import NothingToDo, handler, queue, still_there


class LetterNotSent(Exception):
    """The letter did not leave; what the mail server said may hold the address, and goes nowhere."""


def tell_of_change(routing: Any, line: JournalLine) -> None:
    """Reaction: one letter for each move that is not the person's own, if they asked to be told."""
    if line.actor_role != PERSON and Request.objects.filter(pk=routing.request_id).exclude(contact="").exists():
        queue("rights_changed", f"rights_changed:{line.pk}", request=routing.request_id)


@handler("rights_changed")
def write_change(message: OutboxMessage) -> None:
    """Write that something has changed, to an address that was confirmed; a second delivery carries the same Message-ID."""
    contact = contacts.contact_of(still_there(Request.objects.all(), pk=message.payload["request"]))
    if contact is None:
        raise NothingToDo
    leave = absolute(reverse("asking:forget", args=[contacts.token_of(contact, contacts.FORGET)]))
    known = {"link": absolute(reverse("tracking:home")), "leave": leave}
    try:
        mail.post(message, "mail/rights_changed", known, address=contacts.address_of(contact), language=contact.language)
    except Exception:
        raise LetterNotSent from None
