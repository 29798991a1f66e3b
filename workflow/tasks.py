"""What the worker does by itself: deliver the outbox, lapse the clocks, say that it lives."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from workflow import access_log, outbox, silence


@shared_task(name="workflow.tasks.sweep_outbox")
def sweep_outbox() -> int:
    """Deliver every message whose time has come; the answer is how many were."""
    return outbox.deliver_waiting(timezone.now)


@shared_task(name="workflow.tasks.lapse_due_clocks")
def lapse_due_clocks() -> int:
    """Lapse the clocks that are due; the answer is how many were."""
    return silence.lapse_all(timezone.now())


@shared_task(name="workflow.tasks.sign_journal")
def sign_journal() -> str:
    """Sign the day's checkpoint of the journal, once."""
    from workflow import checkpoints

    return str(checkpoints.sign(timezone.now()))


@shared_task(name="workflow.tasks.tidy")
def tidy() -> None:
    """Forget, once a day, what must not be kept: ended sessions, wrong sign-ins older than a month, old lines of the access log."""
    call_command("clearsessions")
    call_command("axes_reset_logs", age=30)
    access_log.forget_reads_before(timezone.now() - timedelta(days=settings.ACCESS_LOG_DAYS))


@shared_task(name="workflow.tasks.beat")
def beat() -> None:
    """Touch the heartbeat file that the health page reads."""
    heartbeat = settings.VAR_DIR / "broker" / "heartbeat"
    heartbeat.parent.mkdir(parents=True, exist_ok=True)
    heartbeat.touch()
