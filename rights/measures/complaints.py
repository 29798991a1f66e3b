"""The complaints that are known of, as they are read: per month and addressee the last line counts, rounded down to ten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings

from rights.measures.models import ComplaintCount
from workflow.periods import paris_day


def complaints_of(month: date, before: datetime | None = None) -> list[dict[str, Any]]:
    """What is published of the complaints of a month, as known now or before a moment; nothing where nobody has noted any."""
    rows = ComplaintCount.objects.filter(month=month)
    return _told(rows if before is None else rows.filter(entered_at__lt=before))


def complaints_of_all() -> dict[date, list[dict[str, Any]]]:
    """The same for every month, as known now."""
    found: dict[date, list[dict[str, Any]]] = {}
    for row in _last(ComplaintCount.objects.all()):
        found.setdefault(row.month, []).append(_shown(row))
    return found


def masked(number: int) -> int | None:
    """Zero is told; a few are masked; more are rounded down to ten, so that two lines in a row tell no small difference."""
    tens = number // 10 * 10
    return 0 if number == 0 else tens if tens and number >= settings.RIGHTS_THRESHOLD else None


def _told(rows: Any) -> list[dict[str, Any]]:
    return [_shown(row) for row in _last(rows)]


def _last(rows: Any) -> Iterable[ComplaintCount]:
    found: Iterable[ComplaintCount] = rows.order_by("month", "source", "-entered_at", "-pk").distinct("month", "source")
    return found


def _shown(row: ComplaintCount) -> dict[str, Any]:
    return {"source": row.source, "count": masked(row.number), "known_on": f"{paris_day(row.entered_at):%Y-%m-%d}"}


def noted() -> list[ComplaintCount]:
    """The lines that were noted last, for who notes them: exact, with who and when."""
    return list(ComplaintCount.objects.select_related("entered_by").order_by("-entered_at", "-pk")[:12])
