"""A dossier in a few lines beside its list: where it is, what is awaited, what was said last, its pieces, its officer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from requests_app.desks.queries import absent_on
from requests_app.journal_words import happened
from requests_app.models import Dossier
from requests_app.openings import expected, openings
from requests_app.policies import MAY
from requests_app.reading import roles_for
from requests_app.running import rule_name
from requests_app.talk.models import Message
from requests_app.talk.subjects import thread_address
from workflow import clocks
from workflow.models import JournalLine, Outcome
from workflow.periods import paris_day

SHOWN_PIECES = 8


def summary_for(request: Any, dossier: Any, now: datetime) -> dict[str, Any]:
    """What the side summary of a dossier shows to a reader."""
    running = [clock for clock in clocks.of(dossier).select_related("rule") if clock.outcome == Outcome.RUNNING]
    roles, today = roles_for(request, dossier), paris_day(now)
    can = openings(dossier, request.user, roles, running, now)
    pieces = list(dossier.attachments.filter(removed_at=None).order_by("-added_at", "-pk")[: SHOWN_PIECES + 1])
    message = _last_message(dossier, roles)
    away = absent_on(today, [dossier.officer_id]) if dossier.officer_id else {}
    return {
        "dossier": dossier,
        "last_event": _last_event(dossier),
        "periods": [{"name": rule_name(clock.rule), "due_on": clock.due_on} for clock in running],
        "awaited": expected(can, dossier) if can else None,
        "pieces": pieces[:SHOWN_PIECES],
        "has_more_pieces": len(pieces) > SHOWN_PIECES,
        "absence": away.get(dossier.officer_id),
        "message": message,
        "message_url": thread_address(dossier.reference, message.thread.field) if message else "",
    }


def _last_event(dossier: Any) -> dict[str, Any] | None:
    lines = JournalLine.objects.filter(subject_type=Dossier.subject_type, subject_id=dossier.pk)
    line = lines.order_by("-seq").first()
    return {"words": happened(line.action), "at": line.at} if line else None


def _last_message(dossier: Any, roles: frozenset[str]) -> Message | None:
    """What applicant and secretariat said last to each other, for those who may read it."""
    if not roles & MAY["read_talk"]:
        return None
    said = Message.objects.filter(thread__dossier=dossier).select_related("by", "thread")
    return said.order_by("-at", "-pk").first()
