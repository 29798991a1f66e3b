"""What happens by the calendar alone: letters that remind of obligations, and files that no row knows."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from celery import shared_task
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from files import orphans
from requests_app.cnil.models import Attestation, ListPaper, Obligation, Transmission
from requests_app.cnil.notifications import remind
from requests_app.cnil.reference import figures_on
from requests_app.cnil.rules import is_to_be_reminded
from workflow.periods import paris_day
from workflow.silence import replaying


@shared_task(name="requests_app.cnil.tasks.remind_of_obligations")
def remind_of_obligations() -> int:
    """Remind teams and officers of what is due soon, due today or late; the answer is how many dossiers were written about."""
    if replaying():
        return 0
    today = paris_day(timezone.now())
    soon = Obligation.objects.due_by(today + timedelta(days=max(figures_on(today).reminders_before)))
    found = [one for one in soon.select_related("dossier").order_by("dossier", "number") if is_to_be_reminded(one, today)]
    told = 0
    for dossier, rows in groupby(found, key=lambda one: one.dossier):
        with transaction.atomic():
            remind(dossier, today)
            Obligation.objects.filter(pk__in=[one.pk for one in rows]).update(reminded_on=today)
        told += 1
    return told


@shared_task(name="requests_app.cnil.tasks.sweep_orphan_papers")
def sweep_orphan_papers() -> int:
    """Delete the files that no transmission, no attestation and no list knows, once they are a day old; the answer is how many were."""
    return orphans.sweep_unknown(_known, "cnil", before=timezone.now() - timedelta(days=1))


def _known(paths: list[str]) -> set[str]:
    sent = Transmission.objects.filter(Q(slip__in=paths) | Q(package__in=paths)).values_list("slip", "package")
    found = {path for pair in sent for path in pair}
    return found.union(*(model.objects.filter(file__in=paths).values_list("file", flat=True) for model in (Attestation, ListPaper)))
