"""What is forgotten with time: answers that nobody asks for again, and messages that are settled."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from extractions.exchange.models import Answer, Notice


@shared_task
def tidy() -> int:
    """Delete what is older than `TICKETS_ANSWER_DAYS`; the answer is how many rows."""
    before = timezone.now() - timedelta(days=settings.TICKETS_ANSWER_DAYS)
    answers, _kinds = Answer.objects.filter(made_at__lt=before).delete()
    notices, _kinds = Notice.objects.settled_before(before).delete()
    return answers + notices
