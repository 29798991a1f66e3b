"""What the worker does by itself for requests that are followed: stamp receipts, forget what has ended."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from rights.tracking.services import forgetting, stamps


@shared_task(name="rights.tracking.tasks.stamp_receipts")
def stamp_receipts() -> int:
    """Have the receipts that wait stamped; the answer is how many."""
    return stamps.stamp_waiting(timezone.now())


@shared_task(name="rights.tracking.tasks.forget_ended")
def forget_ended() -> int:
    """Forget what has reached its term, with a signed report; the answer is how many contacts, codes and requests."""
    report = forgetting.forget(timezone.now())
    return report.contacts + report.codes + report.requests if report else 0
