"""The outbox: what a transaction decided to do outside the database is a row of it, delivered later, at least once.

The row is the truth; the broker only wakes the worker up. Losing the broker loses nothing: the sweep finds the row.
"""

from __future__ import annotations

import contextlib
import contextvars
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from workflow.models import MessageState, OutboxMessage

log = logging.getLogger("guichet.outbox")


class NothingToDo(Exception):
    """What a message is about is gone (a draft that was deleted meanwhile): the message is done, and nothing is tried again."""


Handler = Callable[[OutboxMessage], None]
HANDLERS: dict[str, Handler] = {}
MOST_ATTEMPTS = 8

_muted: contextvars.ContextVar[bool] = contextvars.ContextVar("outbox_muted", default=False)


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that delivers messages of a kind."""

    def register(function: Handler) -> Handler:
        HANDLERS[kind] = function
        return function

    return register


@contextlib.contextmanager
def muted() -> Iterator[None]:
    """Queue nothing meanwhile: history is being replayed, and nobody must be written to about it."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


def still_there(rows: Any, **lookup: Any) -> Any:
    """The one row that a message is about, among these; raises NothingToDo when it was deleted since the message was queued."""
    found = rows.filter(**lookup).first()
    if found is None:
        raise NothingToDo
    return found


def is_muted() -> bool:
    """Is history being replayed here?"""
    return _muted.get()


def queue(kind: str, key: str, **payload: Any) -> None:
    """Put a message in the outbox, in the caller's transaction; the same key is queued once. The payload holds ids and codes only."""
    _put(kind, key, payload, timedelta(0))


def queue_later(kind: str, key: str, wait: timedelta, **payload: Any) -> None:
    """The same, delivered once this time has passed: what happens meanwhile can still be told in the same letter."""
    _put(kind, key, payload, wait)


def _put(kind: str, key: str, payload: dict[str, Any], wait: timedelta) -> None:
    if _muted.get():
        return
    now = timezone.now()
    row = OutboxMessage(kind=kind, key=key, payload=payload, queued_at=now, next_try_at=now + wait)
    OutboxMessage.objects.bulk_create([row], ignore_conflicts=True)
    if not any(entry[1] is nudge for entry in connection.run_on_commit):
        transaction.on_commit(nudge)


def nudge() -> None:
    """Wake the worker; a broker that is down is no harm, the sweep will come."""
    from workflow.tasks import sweep_outbox

    try:
        sweep_outbox.apply_async(expires=60, retry=False)
    except Exception:
        log.warning("broker_unreachable")


def waiting(now: datetime) -> list[int]:
    """The messages whose time has come, oldest first."""
    return list(
        OutboxMessage.objects.filter(state=MessageState.QUEUED, next_try_at__lte=now).order_by("id").values_list("pk", flat=True)[:500]
    )


def deliver_waiting(clock: Callable[[], datetime]) -> int:
    """Deliver what waits, and what that queues in turn, until a round delivers nothing; the answer is how many were delivered."""
    delivered, last = 0, 1
    while last:
        last = sum(deliver(pk, clock()) for pk in waiting(clock()))
        delivered += last
    return delivered


@transaction.atomic
def deliver(pk: int, now: datetime) -> bool:
    """Deliver one message unless another worker holds it; effect and `done_at` stand in one transaction.

    Returns whether it was delivered, or found nothing left to do. A failure is counted and tried again later, at last given up for
    a person to see.
    """
    message = OutboxMessage.objects.select_for_update(skip_locked=True).filter(pk=pk, state=MessageState.QUEUED).first()
    if message is None or message.next_try_at > now:
        return False
    message.attempts += 1
    try:
        with transaction.atomic():
            HANDLERS[message.kind](message)
    except NothingToDo:
        log.info("outbox_nothing_to_do")
    except Exception as error:
        log.exception("outbox_delivery_failed")
        _postpone(message, error, now)
        return False
    message.state, message.done_at, message.last_error = MessageState.DONE, now, ""
    message.save(update_fields=["state", "done_at", "attempts", "last_error"])
    return True


def _postpone(message: OutboxMessage, error: Exception, now: datetime) -> None:
    """Wait twice as long each time, from one minute on; give up after `MOST_ATTEMPTS`."""
    message.next_try_at = now + timedelta(minutes=2 ** (message.attempts - 1))
    message.last_error = type(error).__name__
    if message.attempts >= MOST_ATTEMPTS:
        message.state = MessageState.DEAD
    message.save(update_fields=["next_try_at", "last_error", "state", "attempts"])


def revive(message: OutboxMessage, at: datetime) -> None:
    """Try a message that was given up once more, as if it were new."""
    OutboxMessage.objects.filter(pk=message.pk, state=MessageState.DEAD).update(
        state=MessageState.QUEUED, attempts=0, next_try_at=at, last_error=""
    )
    transaction.on_commit(nudge)


def lag(at: datetime) -> timedelta:
    """How long the oldest message whose time has come has been waiting."""
    oldest = OutboxMessage.objects.filter(state=MessageState.QUEUED, next_try_at__lte=at).aggregate(oldest=Min("next_try_at"))["oldest"]
    return at - oldest if oldest else timedelta(0)


@handler("reaction")
def retry_reaction(message: OutboxMessage) -> None:
    """Run again a reaction that failed beside its move."""
    from workflow import engine
    from workflow.models import JournalLine

    line = JournalLine.objects.get(pk=message.payload["line"])
    subject = engine.subjects()[line.subject_type]._base_manager.get(pk=line.subject_id)
    engine.lock_and_reread(subject)  # as beside its move: a move made meanwhile must not be written over
    engine.reactions()[f"{line.subject_type}.{line.action}"][message.payload["number"]](subject, line)
