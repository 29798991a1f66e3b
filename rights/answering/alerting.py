"""What runs late is told: each alert has its row, and so it is told once, however often the clock is asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from rights.answering.models import Alert, Stage
from rights.answering.notifications import ALERT
from rights.answering.rules import Life, is_opened, stages
from rights.models import Routing
from rights.states import OPEN
from rights.transitions import MONTH
from workflow.models import Clock, Outcome
from workflow.outbox import queue
from workflow.periods import Pause, paris_day

BLOCK = 500


def alert_all(at: datetime) -> int:
    """Make the alerts that are due; the answer is how many. In the order of the requests, in blocks, each in its own transaction."""
    made, last = 0, 0
    while True:
        open_ones = Routing.objects.filter(pk__gt=last, state__in=sorted(OPEN)).order_by("pk").only("pk", "state", "received_at")
        rows = list(with_handing(open_ones)[:BLOCK])
        if not rows:
            return made
        made, last = made + _alert_some(rows, at), rows[-1].pk


@transaction.atomic
def _alert_some(rows: list[Routing], at: datetime) -> int:
    keys = {row.pk: row for row in rows}
    running = Clock.objects.filter(subject_type=Routing.subject_type, subject_id__in=keys, code=MONTH, outcome=Outcome.RUNNING)
    known = set(Alert.objects.filter(routing__in=keys).values_list("routing", "stage", "extended"))
    made = 0
    for clock in running.prefetch_related("pauses").order_by("subject_id"):
        made += _alert(keys[clock.subject_id], clock, known, at)
    return made


def _alert(routing: Routing, clock: Any, known: set[Any], at: datetime) -> int:
    """The alerts of one request; where several are due at once, all are kept and the last is told."""
    extended = clock.extended_at is not None
    due = stages(life_of(routing, clock, paris_day(at)), paris_day(at))
    fresh = [stage for stage in due if (routing.pk, stage.value, extended) not in known]
    rows = [Alert(routing=routing, stage=stage, extended=extended, due_on=clock.due_on, at=at) for stage in fresh]
    Alert.objects.bulk_create(rows, ignore_conflicts=True)
    if fresh:
        _tell(routing, fresh[-1], extended)
    return len(fresh)


def _tell(routing: Routing, stage: Stage, extended: bool) -> None:
    mark = "extended" if extended else "month"
    queue(ALERT, f"{ALERT}:{routing.pk}:{stage}:{mark}", routing=routing.pk, about=stage.value)


def with_handing(rows: Any) -> Any:
    """These requests with the moment from which their envelope lies here."""
    return rows.annotate(handed_at=F("envelope__at"))


def life_of(routing: Any, clock: Any, today: date) -> Life:
    """What the alerts depend on, from the clock of the legal month and its pauses; of a request that `with_handing` has read."""
    pauses = list(clock.pauses.all())
    paused = sum(Pause(pause.since, pause.until or today).days() for pause in pauses)
    return Life(
        received_on=paris_day(routing.received_at),
        due_on=clock.due_on,
        paused_days=paused,
        is_paused=any(pause.until is None for pause in pauses),
        is_opened=is_opened(routing.state),
        is_extended=clock.extended_at is not None,
        handed_on=paris_day(routing.handed_at) if routing.handed_at else None,
    )
