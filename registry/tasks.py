"""What the worker does for the search by the calendar: it takes in new words and keeps the sets from which processes start."""

from __future__ import annotations

from celery import shared_task

from registry.finding.loading import keep_snapshot
from registry.finding.vocabulary import keep_words


@shared_task(name="registry.tasks.keep_search_ready")
def keep_search_ready() -> bool:
    """Make mistyped words mendable and starts fast up to what is published now; false when nothing was new."""
    return any([keep_words(), keep_snapshot()])
