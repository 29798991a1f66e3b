"""What is done by the clock: the alerts, and the nonces that are forgotten."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.services import forget_nonces
from rights.answering.alerting import alert_all


@shared_task(name="rights.answering.tasks.alert")
def alert() -> int:
    """Tell of the requests whose time limit comes near or has passed; running it twice tells nothing twice."""
    return alert_all(timezone.now())


@shared_task(name="rights.answering.tasks.tidy")
def tidy() -> int:
    """Forget the nonces of signatures that hold no more; the answer is how many."""
    return forget_nonces(at=timezone.now())
