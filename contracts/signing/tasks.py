"""What the calendar does to requests for signatures: reminders, the last day, files that nobody knows."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from contracts.signing.models import Delegation, SealedRevision, Signatory, SignatureRequest, SignedScan
from contracts.signing.services import ending, signing
from contracts.signing.states import AWAITED, TURN
from files import orphans
from workflow.refusals import Refusal

log = logging.getLogger("guichet.conventions")

#: How long somebody whose turn it is goes without a letter.
BETWEEN_LETTERS = timedelta(days=7)


@shared_task(name="contracts.signing.tasks.expire_due")
def expire_due() -> int:
    """Let the requests lapse whose last day has passed; the answer is how many did."""
    now = timezone.now()
    due = SignatureRequest.objects.awaited().filter(expires_at__lt=now).order_by("pk")
    done = 0
    for request in due:
        try:
            done += ending.expire(request, at=now)
        except Refusal:  # one that cannot lapse does not keep the others
            log.exception("request_left")
    return done


@shared_task(name="contracts.signing.tasks.remind")
def remind() -> int:
    """Write once more to those who have not signed for a week; the answer is how many were written to."""
    now = timezone.now()
    silent = Signatory.objects.filter(
        stage__in=sorted(TURN), person__isnull=False, request__state__in=sorted(AWAITED), request__expires_at__gt=now
    )
    rows = list(
        silent.filter(invited_at__lt=now - BETWEEN_LETTERS).annotate(last=Coalesce(F("reminded_at"), F("invited_at"))).order_by("pk")
    )
    found = [one for one in rows if one.last < now - BETWEEN_LETTERS]  # type: ignore[attr-defined]
    done = 0
    for one in found:
        try:
            signing.remind(one, by=User.objects.system(), at=now)
            done += 1
        except Refusal:  # they signed meanwhile, or the request is over
            log.info("signatory_left")
    return done


@shared_task(name="contracts.signing.tasks.sweep_orphan_papers")
def sweep_orphan_papers() -> int:
    """Delete the files of signatures that no row knows and that are a day old; the answer is how many."""
    return orphans.sweep_unknown(_known, "conventions/signed", before=timezone.now() - timedelta(days=1))


def _known(paths: list[str]) -> set[str]:
    tables = (SealedRevision, SignedScan, Delegation)
    return {name for table in tables for name in table._default_manager.filter(file__in=paths).values_list("file", flat=True)}
