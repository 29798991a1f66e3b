"""What opens tickets behind the site's back: what moved a light of the gate, and the calendar."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from extractions.services.planning import KIND, PREPARING, open_planned
from requests_app.models import Dossier
from workflow.models import OutboxMessage
from workflow.outbox import handler, still_there
from workflow.refusals import Refusal

log = logging.getLogger("guichet.extractions")


@handler(KIND)
def open_of_message(message: OutboxMessage) -> None:
    """Open what the gate lets pass; nothing while it is closed."""
    dossier: Dossier = still_there(Dossier.objects.all(), pk=message.payload["dossier"])
    open_planned(dossier, by=User.objects.system(), at=timezone.now())


@shared_task(name="extractions.tasks.open_tickets")
def open_tickets() -> int:
    """Open what a day has let pass, such as a convention that takes effect; running it twice opens nothing more."""
    opened = 0
    for dossier in Dossier.objects.filter(state__in=sorted(PREPARING), amends=None).order_by("pk"):
        try:
            opened += len(open_planned(dossier, by=User.objects.system(), at=timezone.now()))
        except Refusal:
            log.warning("tickets_not_opened")
    return opened
