"""Tasks: opened for an audience, closed by the engine once they are done or have no object."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection

from workflow.models import Clock, Task

#: In plain SQL, as it is part of every move: the same statement costs a third of the time.
SETTLE = """
    UPDATE workflow_task SET closed_at = %s, done = (action = %s)
    WHERE subject_type = %s AND subject_id = %s AND closed_at IS NULL AND (action = %s OR action <> ALL (%s::text[]))
"""


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
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [at, action, subject.subject_type, subject.pk, action, list(still_open)])
