"""What the worker does each day: take the snapshot of the registry, and forget old ones."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from registry.reuse import snapshots


@shared_task(name="registry.reuse.tasks.take_snapshot")
def take_snapshot() -> int:
    """Take the snapshot of the day if it is missing, then forget the old ones; the answer is how many rows it has, 0 when it was there."""
    now = timezone.now()
    taken = snapshots.take(now)
    snapshots.forget(now)
    return taken.rows if taken else 0
