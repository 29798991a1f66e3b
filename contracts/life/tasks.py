"""What the calendar does to conventions: they take effect, are renewed, expire, and their end is told beforehand."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from celery import shared_task
from django.db.models import F
from django.utils import timezone

from contracts.life.notifications import remind
from contracts.life.services.ending import end_due
from contracts.life.services.force import enter_if_ready
from contracts.models import Convention
from contracts.states import ConventionState
from workflow.models import OutboxMessage
from workflow.outbox import handler
from workflow.periods import paris_day
from workflow.refusals import Refusal

log = logging.getLogger("guichet.conventions")


@shared_task(name="contracts.life.tasks.follow_conventions")
def follow_conventions() -> int:
    """Bring into force, renew and end what the day says; running it twice changes nothing more. The answer is how many changed."""
    now = timezone.now()
    ready = Convention.objects.for_reading().filter(state=ConventionState.SIGNED)
    over = Convention.objects.for_reading().filter(
        state__in=[ConventionState.IN_FORCE, ConventionState.SUSPENDED], effective_until__lt=paris_day(now)
    )
    changed = _each(ready, lambda one: enter_if_ready(one, now))
    return changed + _each(over, lambda one: end_due(one, now))


@shared_task(name="contracts.life.tasks.remind_of_ends")
def remind_of_ends() -> int:
    """Tell the parties and who keeps the conventions of those that end soon; the answer is how many are told of."""
    return remind(paris_day(timezone.now()))


def _each(rows: Any, act: Callable[[Convention], Any]) -> int:
    """Do it for each by itself; one that refuses, because somebody was quicker, does not stop the others."""
    done = 0
    for one in rows.order_by(F("root").asc(nulls_first=True), "sequence", "pk"):
        try:
            done += bool(act(one))
        except Refusal:
            log.info("convention_left")
    return done


@handler("convention_force")
def try_one(message: OutboxMessage) -> None:
    """Bring it into force if its day has come and nothing is missing; else it waits, and its page says for what."""
    convention = Convention.objects.for_reading().filter(pk=message.payload["convention"], state=ConventionState.SIGNED).first()
    if convention is not None:
        enter_if_ready(convention, timezone.now())
