"""What happened to a session, from its journal: for who prepares it, and for who has to prove it later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Session
from workflow.models import JournalLine

#: What each action on a session was, once it is done.
HAPPENED: dict[str, Any] = {
    "plan": _("Session planned"),
    "publish": _("Published in the calendar"),
    "reschedule": _("Day, hours or place changed"),
    "set_agenda": _("Agenda changed"),
    "convene": _("Members convened"),
    "announce_absence": _("Presence or absence announced"),
    "note_presence": _("Presence noted"),
    "open_session": _("Session opened"),
    "deliberate": _("Deliberation noted"),
    "take_vote": _("Vote taken"),
    "close_session": _("Session closed"),
    "make_papers": _("Paper made"),
    "approve_minutes": _("Minutes approved"),
    "cancel": _("Session cancelled"),
}


@dataclass(frozen=True)
class Event:
    """One line of the history."""

    words: Any
    at: datetime
    by: str


def history_of(session: Session, most: int = 100) -> list[Event]:
    """The last events of a session, newest first; two queries."""
    lines = list(JournalLine.objects.filter(subject_type=Session.subject_type, subject_id=session.pk).order_by("-seq")[:most])
    people = User.objects.in_bulk({line.actor_id for line in lines})
    return [Event(HAPPENED.get(line.action, line.action), line.at, str(people.get(line.actor_id, ""))) for line in lines]
