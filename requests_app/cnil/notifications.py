"""What the outbox does for the room: files and attestations are made, and letters remind of obligations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from requests_app.cnil.models import Obligation, Transmission
from requests_app.cnil.packing import attest, pack
from requests_app.models import Dossier
from requests_app.notifications import team_of
from workflow import mail
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import handler, still_there
from workflow.periods import paris_day

LETTER = "mail/cnil_obligations"


@handler("cnil_package")
def deliver_package(message: OutboxMessage) -> None:
    """Make the slip and the file of one transmission."""
    pack(still_there(Transmission.objects.all(), pk=message.payload["transmission"]), at=timezone.now())


@handler("cnil_attestation")
def deliver_attestation(message: OutboxMessage) -> None:
    """Make the attestation of a tacit authorisation."""
    dossier = still_there(Dossier.objects.for_frame(), pk=message.payload["dossier"])
    attest(dossier, JournalLine.objects.get(pk=message.payload["line"]), at=timezone.now())


def remind(dossier: Dossier, today: date) -> None:
    """Write to the team, and to the officer in charge, that obligations are due or late: one letter a day for them all."""
    readers = {person.pk for person in team_of(dossier)} | ({dossier.officer_id} if dossier.officer_id else set())
    for reader in sorted(readers):
        mail.write_to(reader, LETTER, f"obligations:{dossier.pk}:{today.isoformat()}", dossier=dossier.pk)


@mail.context(LETTER)
def shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The obligations that are still open and have a day, the nearest first; and the page on which they are met."""
    dossier = still_there(Dossier.objects.select_related("content"), pk=payload["dossier"])
    today = paris_day(timezone.now())
    rows = Obligation.objects.filter(dossier=dossier, due_on__isnull=False).open().order_by("due_on", "number")
    return {
        "dossier": dossier,
        "obligations": [{"words": one.words, "due_on": one.due_on, "late": one.is_late(today)} for one in rows],
        "address": settings.SITE_URL.rstrip("/") + reverse("cnil:dossier", args=[dossier.reference]),
    }
