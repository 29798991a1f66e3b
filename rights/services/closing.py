"""A request closes when its last part has ended, and opens again when an opposition is to be ended."""

from __future__ import annotations

from typing import Any

from rights.models import Request, Routing
from rights.states import OPEN
from workflow.models import JournalLine


def follow_end(routing: Any, line: JournalLine) -> None:
    """Note when every part of a request has ended; of two that end at once, the second waits for the first and sees it."""
    Request.objects.select_for_update(no_key=True).filter(pk=routing.request_id).first()
    if not Routing.objects.filter(request=routing.request_id, state__in=sorted(OPEN)).exists():
        Request.objects.filter(pk=routing.request_id, closed_at=None).update(closed_at=line.at)


def follow_deposit(routing: Any, line: JournalLine) -> None:
    """A request that asks for something more is open again."""
    Request.objects.filter(pk=routing.request_id).exclude(closed_at=None).update(closed_at=None)
