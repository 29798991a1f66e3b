"""Who read which sensitive page: a plain log, apart from the journal; its lines are never changed, and are forgotten in time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from workflow.models import AccessRead


def log_read(user: Any, page: str, subject_type: str, subject_id: int) -> None:
    """Note that a person opened a sensitive page."""
    AccessRead.objects.create(reader=user, page=page, subject_type=subject_type, subject_id=subject_id, at=timezone.now())


def forget_reads_before(moment: datetime) -> int:
    """Delete the lines older than a moment, and say how many there were."""
    deleted, _each = AccessRead.objects.filter(at__lt=moment).delete()
    return deleted
