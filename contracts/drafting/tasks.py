"""What the calendar does to the files of conventions: those that no row knows are deleted."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from contracts.models import Annex, VersionFile
from files import orphans


@shared_task(name="contracts.drafting.tasks.sweep_orphan_files")
def sweep_orphan_files() -> int:
    """Delete the files of versions and annexes that no row knows and that are a day old; the answer is how many."""
    before = timezone.now() - timedelta(days=1)
    return sum(
        orphans.sweep(model, f"conventions/{folder}", before=before) for model, folder in ((VersionFile, "versions"), (Annex, "annexes"))
    )
