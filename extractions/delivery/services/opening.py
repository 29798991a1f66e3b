"""After the acceptance of the last delivery the data of the dossier are available: the site notes it, if nothing keeps the gate closed."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from contracts.life.gate import is_open
from extractions.delivery.models import Package
from extractions.models import Ticket
from extractions.states import Kind
from requests_app.models import Dossier
from requests_app.slots import broken_before
from requests_app.states import State
from requests_app.transitions.base import Recorded
from workflow.engine import lock_and_reread
from workflow.models import JournalLine
from workflow.outbox import queue
from workflow.periods import paris_day

KIND = "delivered_dossier"
log = logging.getLogger("guichet.extractions")


def open_data_soon(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to an accepted delivery: look, once this is written, whether the data of the dossier are all there.

    In a transaction of its own: moves of a dossier lock the dossier first and its tickets next.
    """
    queue(KIND, f"{KIND}:{line.pk}", dossier=ticket.dossier_id)


@transaction.atomic
def open_if_delivered(dossier: Dossier, at: datetime) -> bool:
    """Note that the data are available, on the day of the last answer; the answer is whether it was done. It never refuses."""
    lock_and_reread(dossier)
    day = paris_day(at)
    if dossier.state != State.IN_PREPARATION or not is_delivered(dossier) or not is_open(dossier, day):
        return False
    if broken_before(dossier, "open_data"):
        log.info("data_not_opened")
        return False
    answered = Package.objects.received().filter(ticket__dossier=dossier).aggregate(last=Max("decided_at"))["last"]
    dossier.open_data(by=User.objects.system(), at=at, act=Recorded(on=paris_day(answered)))
    return True


def is_delivered(dossier: Dossier) -> bool:
    """Was something received, and is no delivery of the dossier under way any more, or rejected without another in its place?"""
    deliveries = Ticket.objects.filter(dossier=dossier, kind=Kind.DELIVERY)
    return not deliveries.unfinished().exists() and Package.objects.received().filter(ticket__in=deliveries).exists()
