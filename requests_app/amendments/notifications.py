"""Who is told of an amendment: the secretariat of one that was registered without it."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from requests_app.amendments.models import Amendment
from requests_app.models import Dossier
from requests_app.notifications import officers_for
from workflow import mail
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import handler, queue, still_there


def tell_secretariat(dossier: Dossier, line: JournalLine) -> None:
    """Write to the officer in charge, or to every officer who may instruct the dossier, that an amendment was registered."""
    queue("amendment_registered", f"amendment_registered:{line.pk}", dossier=dossier.pk, number=line.facts["amendment"])


@handler("amendment_registered")
def write_to_secretariat(message: OutboxMessage) -> None:
    """Queue one letter for each officer."""
    dossier = still_there(Dossier.objects.select_related("content", "content__controller"), pk=message.payload["dossier"])
    number = message.payload["number"]
    for reader in [dossier.officer_id] if dossier.officer_id else officers_for(dossier):
        mail.write_to(reader, "mail/amendment_registered", f"amendment:{dossier.pk}:{number}", dossier=dossier.pk, number=number)


@mail.context("mail/amendment_registered")
def shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The dossier, the amendment with its reasons, and the page on which it can be contested."""
    dossier = still_there(Dossier.objects.select_related("content"), pk=payload["dossier"])
    amendment = still_there(Amendment.objects.all(), dossier=dossier, number=payload["number"])
    amendment.dossier = dossier
    return {"dossier": dossier, "amendment": amendment, "address": settings.SITE_URL.rstrip("/") + amendment.get_absolute_url()}
