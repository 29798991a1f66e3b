"""What happened in a month: the requests that came, and those that ended, one row for each controller; two queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from rights.measures.masking import Cell
from rights.models import Routing
from rights.transitions import MONTH
from workflow.models import Clock, JournalLine
from workflow.periods import PARIS, paris_day


@dataclass(frozen=True)
class Ended:
    """A part of a request that ended: what it was, how, and how long it took."""

    database: str
    right: str
    outcome: str
    reason: str
    channel: str
    days: int
    is_late: bool
    is_extended: bool


def span_of(month: date) -> tuple[datetime, datetime]:
    """The first instant of a month in Paris, and that of the next one."""
    return _midnight(month), _midnight(after(month))


def after(month: date) -> date:
    """The first day of the next month."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)


def received_in(month: date, before: datetime | None) -> Counter[Cell]:
    """What came in a month, by database, right and channel.

    A letter that was entered once its own month was closed counts here: `before` is when the month before this one was closed.
    """
    start, end = span_of(month)
    rows = Routing.objects.filter(received_at__lt=end)
    if before is None:
        rows = rows.filter(received_at__gte=start)
    else:
        line = JournalLine.objects.filter(subject_type=Routing.subject_type, subject_id=OuterRef("pk"), action="deposit")
        rows = rows.annotate(entered=Subquery(line.order_by("seq").values("recorded_at")[:1]))
        rows = rows.filter(Q(received_at__gte=start) | Q(entered__gt=before))
    found = rows.order_by().values_list("database__slug", "right", "request__channel")
    return Counter((slug, (right, channel)) for slug, right, channel in found)


def ended_in(month: date) -> list[Ended]:
    """What ended in a month, in whatever way."""
    start, end = span_of(month)
    clock = Clock.objects.filter(subject_type=Routing.subject_type, subject_id=OuterRef("pk"), code=MONTH).order_by("-pk")
    rows = Routing.objects.filter(ended_at__gte=start, ended_at__lt=end).annotate(due=Subquery(clock.values("due_on")[:1])).order_by()
    told: Any = rows.values_list(
        "database__slug", "right", "state", "reason", "request__channel", "received_at", "ended_at", "due", "extended_at"
    )
    return [
        Ended(
            slug,
            right,
            state,
            reason,
            channel,
            days=(paris_day(ended) - paris_day(received)).days,
            is_late=due is not None and paris_day(ended) > due,
            is_extended=extended is not None,
        )
        for slug, right, state, reason, channel, received, ended, due, extended in told
    ]


def cells_of(ended: Iterable[Ended]) -> Counter[Cell]:
    """What ended by database, right, outcome, reason and channel."""
    return Counter((one.database, (one.right, one.outcome, one.reason, one.channel)) for one in ended)


def first_month() -> date | None:
    """The month in which the first request came; None before there was one."""
    first = Routing.objects.order_by("received_at").values_list("received_at", flat=True).first()
    return paris_day(first).replace(day=1) if first else None
