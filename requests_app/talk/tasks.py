"""What is tidied by the calendar alone: files enclosed with messages that no row knows."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from files import orphans
from requests_app.talk.models import Enclosure


@shared_task(name="requests_app.talk.tasks.sweep_orphan_enclosures")
def sweep_orphan_enclosures() -> int:
    """Delete the files of enclosures that no row knows, once they are a day old; the answer is how many were."""
    return orphans.sweep(Enclosure, "messages", before=timezone.now() - timedelta(days=1))
