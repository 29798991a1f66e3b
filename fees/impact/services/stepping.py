"""What is the same for everything that is done step by step: one at a time, each step a transaction, and a halted run goes on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fees.impact.models import Run
from fees.impact.past import accepted
from workflow.outbox import queue

#: How many quotes a step looks at.
STEP = 250
#: After how long without a step a run has halted: the outbox has given its message up.
HALTED = timedelta(minutes=20)


def told(rows: Any, by: Any, at: datetime) -> dict[str, Any]:
    """What a new run knows: who asked, how many quotes there are, and which is the last of them."""
    last = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {"asked_at": at, "asked_by": by, "stepped_at": at, "total": rows.count(), "until": last}


def queue_step(kind: str, run: Run, at: datetime) -> None:
    """Have the next step made; the moment sets a run that goes on after a halt apart."""
    queue(kind, f"{kind}:{run.pk}:{run.steps}:{run.stepped_at.timestamp()}", run=run.pk, step=run.steps)


def has_halted(run: Run, at: datetime) -> bool:
    """Has nothing happened for so long that nothing will by itself?"""
    return run.is_under_way and run.stepped_at < at - HALTED


def go_on(kind: str, run: Run, at: datetime) -> None:
    """Queue the step at which a run halted."""
    type(run).objects.filter(pk=run.pk).update(stepped_at=at)  # type: ignore[attr-defined]
    run.stepped_at = at
    queue_step(kind, run, at)


def quotes_left(run: Run) -> Any:
    """The quotes that the run has not looked at yet."""
    return accepted().filter(pk__gt=run.reached, pk__lte=run.until)


def note_step(run: Run, seen: int, reached: int, at: datetime) -> None:
    """Note what a step has looked at; the run is finished once a step finds fewer quotes than it could take."""
    run.done, run.steps, run.stepped_at = run.done + seen, run.steps + 1, at
    run.reached = max(run.reached, reached)
    if seen < STEP:
        run.finished_at = at
