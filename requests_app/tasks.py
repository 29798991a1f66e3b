"""What happens to dossiers by the calendar alone: projects end, suspensions lapse, files that no row knows are deleted."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from files import orphans
from requests_app.models import Attachment, Dossier
from requests_app.services import lift_suspension
from requests_app.states import State
from requests_app.transitions.base import Recorded
from workflow.periods import expiry, paris_day
from workflow.refusals import Refusal
from workflow.silence import replaying

log = logging.getLogger("guichet.projects")


@shared_task(name="requests_app.tasks.end_due_projects")
def end_due_projects() -> int:
    """End the projects whose end date has passed; the answer is how many were."""
    now = timezone.now()
    due = Dossier.objects.filter(state=State.RUNNING, content__ends_on__lt=paris_day(now)).select_related("content")
    return _each(due, _end_on_its_day)


@shared_task(name="requests_app.tasks.lapse_suspensions")
def lapse_suspensions() -> int:
    """Open the gate again where the last day of a suspension has passed; the answer is how many were."""
    now = timezone.now()
    over = Dossier.objects.filter(suspensions__lifted_at=None, suspensions__until__lt=paris_day(now))
    return _each(over, lambda dossier: lift_suspension(dossier, by=User.objects.system(), at=now))


@shared_task(name="requests_app.tasks.sweep_orphan_files")
def sweep_orphan_files() -> int:
    """Delete the files of pieces that no row knows, once they are a day old; the answer is how many were."""
    return orphans.sweep(Attachment, "dossiers", before=timezone.now() - timedelta(days=1))


def _end_on_its_day(dossier: Dossier) -> None:
    """End a project when its last day was over, however late the worker comes, but never before its last move."""
    planned = dossier.content.ends_on
    if planned is None:
        return
    over = expiry(planned)
    dossier.end(by=User.objects.system(), at=max(over, dossier.moved_at or over), act=Recorded(on=planned))


def _each(dossiers: Any, act: Callable[[Dossier], Any]) -> int:
    """Do it for each dossier by itself; one that refuses, because somebody was quicker, does not stop the others."""
    if replaying():
        return 0
    found: Iterable[Dossier] = dossiers.order_by("pk")[:1000]
    return sum(_safely(act, dossier) for dossier in found)


def _safely(act: Callable[[Dossier], Any], dossier: Dossier) -> bool:
    try:
        act(dossier)
    except Refusal:
        log.exception("calendar_refused")
        return False
    return True
