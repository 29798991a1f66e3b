"""Delivers what waits in the outbox and reads the last mail as a person does."""

import re
from urllib.parse import urlsplit

from django.core import mail
from django.utils import timezone

from workflow import outbox
from workflow.models import OutboxMessage


def deliver_all() -> list[mail.EmailMessage]:
    """Deliver every waiting message and return the mails that went out."""
    before, now = len(mail.outbox), timezone.now()
    while waiting := outbox.waiting(now):
        for pk in waiting:
            assert outbox.deliver(pk, now), OutboxMessage.objects.get(pk=pk).last_error
        now = timezone.now()
    return mail.outbox[before:]


def paths_in(letter: mail.EmailMessage) -> list[str]:
    """Return the paths of the links of a mail, in their order."""
    return [urlsplit(link).path for link in re.findall(r"https?://\S+", str(letter.body))]
