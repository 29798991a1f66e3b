"""Tasks: opened for an audience, closed by the engine once they are done or have no object."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q

from workflow.models import Clock, Task


def open_task(subject: Any, action: str, audience: str, at: datetime, *, clock: Clock | None = None) -> Task:
    """Ask the audience to do the action; asking twice opens one task."""
    task, _created = Task.objects.get_or_create(
        subject_type=subject.subject_type,
        subject_id=subject.pk,
        action=action,
        closed_at=None,
        defaults={"audience": audience, "opened_at": at, "clock": clock, "due_on": clock.due_on if clock else None},
    )
    return task


def settle(subject: Any, action: str, still_open: Collection[str], at: datetime) -> None:
    """After a move: its own task is done, and the tasks of moves that are no longer possible have no object."""
    waiting = Task.objects.filter(subject_type=subject.subject_type, subject_id=subject.pk, closed_at=None)
    waiting.filter(Q(action=action) | ~Q(action__in=still_open)).update(closed_at=at, done=Q(action=action))
