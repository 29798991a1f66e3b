"""A month that is over is closed: its figures are computed once, and never change."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from rights.measures.document import document_of
from rights.measures.gathering import after, first_month
from rights.measures.models import Month
from workflow.periods import paris_day


def close_due(at: datetime) -> list[Month]:
    """Close every month that is over, the oldest first; one that is closed stays as it is."""
    made = []
    while (month := _next(at)) is not None:
        made.append(close(month, at=at))
    return made


@transaction.atomic
def close(month: date, *, at: datetime) -> Month:
    """Close one month; twice, or twice at once, is the same as once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('measures_closing'))")
    there: Month | None = Month.objects.filter(month=month).first()
    if there is not None:
        return there
    last = Month.objects.filter(month__lt=month).order_by("-month").values_list("closed_at", flat=True).first()
    made: Month = Month.objects.create(month=month, closed_at=at, document=document_of(month, last, at))
    return made


def _next(at: datetime) -> date | None:
    """The first month that is over and not closed; None when there is none."""
    last = Month.objects.order_by("-month").values_list("month", flat=True).first()
    month = after(last) if last else first_month()
    return month if month is not None and after(month) <= paris_day(at) else None
