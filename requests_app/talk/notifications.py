"""Who is written to about new messages: one letter for all that came within a few minutes, without a word of what they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from requests_app.models import Dossier
from requests_app.notifications import officers_for
from requests_app.policies import roles_on
from requests_app.talk.models import Announcement, Message, Side, Thread
from requests_app.talk.policies import side_of, team_told
from requests_app.talk.subjects import subject_named, subjects_of, thread_address
from workflow import mail
from workflow.engine import lock_and_reread
from workflow.models import OutboxMessage
from workflow.outbox import handler, is_muted, queue_later, still_there

LETTER = "talk/mail/new"
#: How long a letter waits for further messages.
WAIT = timedelta(minutes=5)


def announce(dossier: Dossier, side: Side, at: datetime) -> None:
    """Tell a side that something was written to it, in the letter that already waits for it or in a new one; the caller holds the lock."""
    if is_muted():
        return
    waiting, new = Announcement.objects.get_or_create(dossier=dossier, side=side, sent_at=None, defaults={"asked_at": at})
    if new:
        queue_later("announce_messages", f"talk:{waiting.pk}", WAIT, announcement=waiting.pk)


@handler("announce_messages")
def write_announcement(message: OutboxMessage) -> None:
    """Queue one letter for each person of the side who has not read everything meanwhile."""
    announcement = still_there(Announcement.objects.select_related("dossier"), pk=message.payload["announcement"])
    dossier = announcement.dossier
    lock_and_reread(dossier)  # a message written right now waits, and then asks for a letter of its own
    for person in _told(dossier, announcement.side):
        if Message.objects.awaiting_reader(person, announcement.side).filter(thread__dossier=dossier).exists():
            mail.write_to(person.pk, LETTER, f"talk:{announcement.pk}", dossier=dossier.pk)
    announcement.sent_at = timezone.now()
    announcement.save(update_fields=["sent_at"])


def _told(dossier: Dossier, side: str) -> list[User]:
    """The team; or the officer in charge, or all officers who may see the dossier while none is."""
    if side == Side.APPLICANT:
        return team_told(dossier)
    keys = [dossier.officer_id] if dossier.officer_id else officers_for(dossier)
    return list(User.objects.filter(pk__in=keys, is_active=True).order_by("pk"))


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """What the letter shows: the dossier, what is new under which heading, and the address where each can be answered."""
    dossier = still_there(Dossier.objects.select_related("content"), pk=payload["dossier"])
    reader = User.objects.get(pk=payload["user"])
    side = side_of(roles_on(reader, dossier))
    found = Thread.objects.filter(dossier=dossier).seen_by(reader, side)
    new = [thread for thread in found if thread.unread]
    subjects, site = subjects_of(dossier), settings.SITE_URL.rstrip("/")
    return {
        "dossier": dossier,
        "count": sum(thread.unread for thread in new),
        "from_team": side == Side.SECRETARIAT,
        "threads": [
            {
                "label": subject_named(subjects, thread.field).label,
                "count": thread.unread,
                "address": site + thread_address(dossier.reference, thread.field, page="reply"),
            }
            for thread in new
        ],
        "address": site + reverse("talk:index", args=[dossier.reference]),
    }
