"""What the room does by itself: it forgets declarations that nobody comes back to, and the addresses with them."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from registry.editing import declaring

UNVERIFIED_DAYS = 7


@shared_task(name="registry.editing.tasks.forget_abandoned_declarations")
def forget_abandoned_declarations() -> int:
    """Delete abandoned declarations; how many."""
    days = {"unverified_days": UNVERIFIED_DAYS, "draft_days": settings.DECLARATION_DRAFT_DAYS}
    return declaring.forget_abandoned(at=timezone.now(), **days)
