"""The letter that asks to confirm an address. The queue holds a random key; the address is opened for the time of writing."""

from __future__ import annotations

from django.urls import reverse

from accounts.links import absolute
from rights.asking.models import Contact
from workflow import mail
from workflow.models import OutboxMessage
from workflow.outbox import handler, queue, still_there


def to_be_confirmed(contact: Contact) -> None:
    """Ask whoever reads the address to confirm it."""
    queue("rights_contact", f"rights_contact:{contact.pk.hex}", contact=contact.pk.hex)


@handler("rights_contact")
def write_confirmation(message: OutboxMessage) -> None:
    """Write to the address that was given; whoever did not ask has nothing to do."""
    from rights.asking import contacts

    contact: Contact = still_there(Contact.objects.filter(confirmed_on=None), pk=message.payload["contact"])
    links = {
        "link": absolute(reverse("asking:confirm", args=[contacts.token_of(contact, contacts.CONFIRM)])),
        "leave": absolute(reverse("asking:forget", args=[contacts.token_of(contact, contacts.FORGET)])),
    }
    mail.post(message, "mail/rights_contact", links, address=contacts.address_of(contact), language=contact.language)
