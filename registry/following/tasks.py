"""What the worker does by itself for those who follow the registry."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from registry.following import alerts


@shared_task(name="registry.following.tasks.tell_alerts")
def tell_alerts() -> int:
    """Write to those for whose search something is new; the answer is how many letters."""
    return alerts.tell(timezone.now())


@shared_task(name="registry.following.tasks.forget_unconfirmed")
def forget_unconfirmed() -> int:
    """Forget the alerts that nobody confirmed; the answer is how many."""
    return alerts.forget_unconfirmed(timezone.now())
