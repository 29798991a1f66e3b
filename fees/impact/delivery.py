"""The steps of replays and yearly figures, as the outbox delivers them."""

from __future__ import annotations

from django.utils import timezone

from fees.impact.models import Replay, YearReport
from fees.impact.services import replays, years
from workflow.models import OutboxMessage
from workflow.outbox import handler, still_there


@handler(replays.KIND)
def deliver_replay(message: OutboxMessage) -> None:
    """Price the next quotes of a replay again."""
    replays.take_step(still_there(Replay.objects.all(), pk=message.payload["run"]), message.payload["step"], at=timezone.now())


@handler(years.KIND)
def deliver_year(message: OutboxMessage) -> None:
    """Count the next quotes of a year."""
    years.take_step(still_there(YearReport.objects.all(), pk=message.payload["run"]), message.payload["step"], at=timezone.now())
