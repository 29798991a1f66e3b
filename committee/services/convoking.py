"""Who is written to about a session: its members when they are convened, and again when it is moved or cancelled."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from committee.models import Member, Session
from workflow import mail
from workflow.models import JournalLine
from workflow.outbox import still_there

CONVENED, CHANGED = "committee/sessions/mail/convened", "committee/sessions/mail/changed"


def tell_convened(session: Session, line: JournalLine) -> None:
    """Write to every member in mandate on the day of the session."""
    _write(session, CONVENED, line)


def tell_changed(session: Session, line: JournalLine) -> None:
    """Write to the same members that what they were told no longer holds."""
    _write(session, CHANGED, line)


def _write(session: Session, letter: str, line: JournalLine) -> None:
    for user in Member.objects.sitting(session.day).values_list("user", flat=True):
        mail.write_to(user, letter, f"line:{line.pk}", session=session.pk)


@mail.context(CONVENED)
@mail.context(CHANGED)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The session as it stands when the letter is written, so that a late letter does not tell an old hour."""
    session = still_there(Session.objects.all(), pk=payload["session"])
    return {
        "session": session,
        "dossiers": session.items.pending().count(),
        "address": settings.SITE_URL.rstrip("/") + session.get_absolute_url(),
    }
