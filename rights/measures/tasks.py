"""What is done by the clock: the figures of the month that has ended."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from rights.measures.services.closing import close_due


@shared_task(name="rights.measures.tasks.close_months")
def close_months() -> int:
    """Close the months that are over; the answer is how many."""
    return len(close_due(timezone.now()))
