"""What the worker does by itself for the trust in the registry: sign the log each day, forget addresses."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from registry.trust import checkpoints, corrections, floods


@shared_task(name="registry.trust.tasks.sign_registry")
def sign_registry() -> str:
    """Sign the day's checkpoint of the registry, once."""
    return str(checkpoints.sign(timezone.now()))


@shared_task(name="registry.trust.tasks.forget_addresses")
def forget_addresses() -> int:
    """Erase the e-mail addresses of requests that were answered long since, or never confirmed, and past counts; how many addresses."""
    floods.forget_past(timezone.now())
    return corrections.forget_addresses(timezone.now())
