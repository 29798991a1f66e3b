"""Where people leave the form: how often each of its pages was reached, counted by day, and nothing of who reached it."""

from __future__ import annotations

import random
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from rights.measures.models import StepCount
from rights.slots import SENT
from workflow.periods import paris_day

#: Rows among which the counts of one page and day are spread.
SHARDS = 8
#: What everybody goes through; reading over is a page of its own for browsers without scripts only.
WAY = ("who", "databases", "rights", "identity", SENT)
_ADD = """
    INSERT INTO measures_stepcount (day, step, shard, shown, refused) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (day, step, shard) DO UPDATE
    SET shown = measures_stepcount.shown + excluded.shown, refused = measures_stepcount.refused + excluded.refused
"""


def count(step: str, at: datetime, refused: int) -> None:
    """A page was reached, or was sent back to be mended. Outside every transaction: no request waits for this row, nor holds it."""
    told = (paris_day(at), step, random.randrange(SHARDS), 1 - refused, refused)
    transaction.on_commit(lambda: _add(told))


def _add(told: tuple[Any, ...]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ADD, told)


def steps_in(month: date) -> list[dict[str, Any]]:
    """How often each page was reached and sent back in a month, rounded down to ten, and the share that did not reach the next one."""
    rows = StepCount.objects.filter(day__year=month.year, day__month=month.month).order_by()
    found = {row["step"]: row for row in rows.values("step").annotate(reached=Sum("shown"), mended=Sum("refused"))}
    reached = {step: _tens(found[step]["reached"]) if step in found else 0 for step in WAY}
    return [
        {
            "step": step,
            "reached": reached[step],
            "sent_back": _tens(found[step]["mended"]) if step in found else 0,
            "left_percent": _left(reached[step], reached[following]) if following else None,
        }
        for step, following in zip(WAY, (*WAY[1:], ""), strict=True)
    ]


def _tens(number: int) -> int:
    return number // 10 * 10


def _left(here: int, there: int) -> int | None:
    """The share that did not go on, in hundredths; None where too few came to say so."""
    return max(0, round(100 * (here - there) / here)) if here else None
