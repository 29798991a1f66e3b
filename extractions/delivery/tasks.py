"""What is done behind the site's back: data that are all there, access lists that follow the convention, accounts whose day has come."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from extractions.delivery.models import AccessEntry, DestructionProof
from extractions.delivery.models.proofs import FOLDER
from extractions.delivery.notifications import FOLLOW, remind_of_silence, remind_to_close, tell_to_close
from extractions.delivery.services.access import draw_list, to_close
from extractions.delivery.services.forgetting import due, forget
from extractions.delivery.services.opening import KIND, is_delivered, open_if_delivered
from extractions.models import Ticket
from files import orphans
from requests_app.models import Dossier
from requests_app.states import AFTER_AUTHORISATION, State
from workflow.models import OutboxMessage, Task
from workflow.outbox import handler, still_there
from workflow.periods import paris_day
from workflow.refusals import Refusal

log = logging.getLogger("guichet.extractions")
#: Dossiers whose named users may be let in, or must be shut out.
LISTED = frozenset({State.IN_PREPARATION, State.RUNNING})


@handler(KIND)
def open_of_message(message: OutboxMessage) -> None:
    """Note that the data of a dossier are available, once its last delivery is accepted."""
    open_if_delivered(still_there(Dossier.objects.all(), pk=message.payload["dossier"]), timezone.now())


@handler(FOLLOW)
def follow_of_message(message: OutboxMessage) -> None:
    """Bring the access list of a dossier into line with its named users, and have accounts closed that are open no more by right."""
    dossier: Dossier = still_there(Dossier.objects.select_related("content"), pk=message.payload["dossier"])
    now = timezone.now()
    if dossier.state in LISTED:
        draw_list(dossier, by=User.objects.system(), at=now)
    if dossier.state in AFTER_AUTHORISATION and to_close(dossier, paris_day(now)):
        tell_to_close(dossier, str(message.payload["line"]))


@shared_task(name="extractions.delivery.tasks.forget_access")
def forget_access() -> int:
    """Each night: delete the names of access lists whose time to be kept is over; the answer is how many."""
    now = timezone.now()
    return sum(forget(dossier, at=now) for dossier in due(paris_day(now)))


@shared_task(name="extractions.delivery.tasks.follow_deliveries")
def follow_deliveries() -> int:
    """Each day: data that became available meanwhile, and accounts whose day has come; the answer is how many of both.

    Running it twice does nothing more. Who does not close an account is told again each week; officers, once of each silence.
    """
    now = timezone.now()
    done = 0
    for dossier in Dossier.objects.filter(state=State.IN_PREPARATION, tickets__kind="delivery").distinct().order_by("pk"):
        try:
            done += is_delivered(dossier) and open_if_delivered(dossier, now)
        except Refusal:
            log.warning("data_not_opened")
    day = paris_day(now)
    with_open = AccessEntry.objects.open().order_by().values("dossier")
    for dossier in Dossier.objects.filter(pk__in=with_open).select_related("content").order_by("pk"):
        entries = to_close(dossier, day)
        if entries:
            remind_to_close(dossier, entries, day)
            done += len(entries)
    for task in Task.objects.filter(subject_type=Ticket.subject_type, action="conclude", closed_at=None).order_by("pk"):
        remind_of_silence(task)
    return done


@shared_task(name="extractions.delivery.tasks.sweep_orphan_proofs")
def sweep_orphan_proofs() -> int:
    """Delete the papers of destructions that no row knows, once they are a day old; the answer is how many."""
    return orphans.sweep(DestructionProof, FOLDER, before=timezone.now() - timedelta(days=1))
