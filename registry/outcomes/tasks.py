"""What the room does by itself: it reminds of results that are awaited."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from registry.outcomes import reminders
from workflow.silence import replaying


@shared_task(name="registry.outcomes.tasks.remind_of_results")
def remind_of_results() -> int:
    """Remind of results that are due soon, due today or overdue; the answer is how many projects were written about."""
    return 0 if replaying() else reminders.remind(timezone.now())
