"""What the worker does by itself for the form: forget."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from rights.asking import contacts, floods
from rights.asking.services import handing


@shared_task(name="rights.asking.tasks.forget")
def forget() -> int:
    """Forget past counts of visitors, addresses that nobody confirmed, and references whose time is over; the answer is how many."""
    at = timezone.now()
    return floods.forget_past(at) + contacts.forget_unconfirmed(at) + handing.forget_past(at)
