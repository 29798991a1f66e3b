"""What the worker does for teams: forget the addresses of invitations whose time has passed."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from requests_app.team.services import close_past


@shared_task(name="requests_app.team.tasks.close_past_invitations")
def close_past_invitations() -> int:
    """Close what has expired; the answer is how many were."""
    return close_past(timezone.now())
