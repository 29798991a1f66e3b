"""What is done behind the site's back: the daily purge of sealed bytes."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from rights.envelopes.services.purging import purge


@shared_task(name="rights.envelopes.tasks.purge_sealed")
def purge_sealed() -> int:
    """Delete what is due, with its signed report; the answer is how much was deleted."""
    return sum(report.envelopes + report.messages for report in purge(timezone.now()))
