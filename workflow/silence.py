"""What silence does: due clocks are lapsed once, through the same door as a person's moves."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from workflow import clocks, tasklist
from workflow.engine import Subject, lock_and_reread, moves_of, subjects
from workflow.models import Clock, ClockPause, Outcome, Silence
from workflow.outbox import queue
from workflow.periods import paris_day
from workflow.refusals import Refusal

log = logging.getLogger("guichet.clocks")

#: Advisory lock held by whoever replays history; the sweep stays out meanwhile.
REPLAY_LOCK = 7_301_001


def replaying() -> bool:
    """Is history being replayed by another session?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock_shared(%s)", [REPLAY_LOCK])
        free = bool(cursor.fetchone()[0])
        if free:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [REPLAY_LOCK])
    return not free


def lapse_all(now: datetime) -> int:
    """Lapse every running clock that is due and not suspended; the answer is how many were. Safe to run twice, or in two workers."""
    if replaying():
        return 0
    paused = ClockPause.objects.filter(clock=OuterRef("pk"), until=None)
    due = Clock.objects.filter(~Exists(paused), outcome=Outcome.RUNNING, lapsed_at=None, due_on__lt=paris_day(now))
    return sum(_lapse_safely(pk, now) for pk in due.order_by("due_on", "id").values_list("pk", flat=True)[:1000])


def _lapse_safely(pk: int, now: datetime) -> bool:
    try:
        return lapse(pk, now)
    except Exception as error:  # one clock that fails must not keep the others from lapsing
        log.exception("silence_refused" if isinstance(error, Refusal) else "silence_failed", extra={"clock": pk})
        return False  # the clock stays as it was: the next sweep tries again


@transaction.atomic
def lapse(pk: int, now: datetime) -> bool:
    """Lapse one clock: the subject is locked first, as every move does; whoever comes second finds it done."""
    clock = Clock.objects.select_related("rule").get(pk=pk)
    subject = subjects()[clock.subject_type]._base_manager.get(pk=clock.subject_id)
    lock_and_reread(subject)
    clock = Clock.objects.select_related("rule").select_for_update(of=("self",)).get(pk=pk)
    if clock.outcome != Outcome.RUNNING or clock.lapsed_at is not None or not clock.is_over(now) or clocks.is_paused(clock):
        return False
    clock.lapsed_at = now
    if clock.rule.ends_by_itself:
        clock.outcome, clock.ended_at = Outcome.LAPSED, clock.expires_at
    clock.save(update_fields=["lapsed_at", "outcome", "ended_at"])
    if not clock.rule.ends_by_itself:
        _speak(subject, clock)
    return True


def _speak(subject: Subject, clock: Clock) -> None:
    """APPLY makes the move as the system, PROPOSE asks a person, NOTE raises an alert."""
    rule, at = clock.rule, _instant_of_silence(subject, clock)
    if rule.silence == Silence.APPLY:
        system: Any = get_user_model().objects.system()  # type: ignore[attr-defined]
        getattr(subject, rule.silent_move)(by=system, at=at)
    elif rule.silence == Silence.PROPOSE and _exists_for(subject, rule.silent_move):
        tasklist.open_task(subject, rule.silent_move, rule.audience, at, clock=clock)
    queue("clock_lapsed", f"clock_lapsed:{clock.pk}", clock=clock.pk)


def _exists_for(subject: Subject, action: str) -> bool:
    """Is the proposed move one that this subject can make? Silence proposes nothing that the law excludes."""
    spec = moves_of(subject)[action]
    return subject.state in spec.sources and (spec.fits is None or spec.fits(subject))


def _instant_of_silence(subject: Subject, clock: Clock) -> datetime:
    """Silence speaks when the period expires, but never before the last event of the subject."""
    return max(clock.expires_at, subject.moved_at or clock.expires_at)
