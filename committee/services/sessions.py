"""The calendar of the committee: sessions planned, published, moved to another day, and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Examination, Item, Session
from committee.policies import may_on_site
from committee.reference import rules_on
from committee.rules import RULES_OF_PROCEDURE, short_notice
from committee.services.convoking import tell_changed, tell_convened
from committee.services.presence import expect_sitting, forget_announcements
from committee.states import TO_COME, Ending, SessionState, Venue
from requests_app.models import Dossier
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

#: Held while the calendar is written, so that two people who plan at once get two numbers, and an hour is taken once.
CALENDAR = 0x5E5510


@dataclass(frozen=True)
class Meeting:
    """When and where: what is said of a session when it is planned, and may be said anew."""

    starts_at: datetime
    ends_at: datetime
    venue: str = Venue.MIXED
    place: str = ""
    link: str = ""

    def columns(self) -> dict[str, Any]:
        """The same as columns of a session."""
        return vars(self).copy()


@transaction.atomic
def plan(meeting: Meeting, *, by: User, at: datetime, urgent: bool = False) -> Session:
    """Put a session into the calendar; it is published by itself later, an urgent one is convened at once.

    Raises NotAllowed, RuleBroken.
    """
    if not may_on_site(by, "plan_sessions"):
        raise NotAllowed(_("None of your roles allows you to plan sessions of the committee."))
    _require_possible(meeting, at)
    if urgent and not Examination.objects.open().filter(urgent=True).exists():
        raise RuleBroken(Broken(_("No urgent dossier awaits the committee: plan an ordinary session."), where="urgent"))
    _lock_calendar()
    _require_free(meeting)
    session: Session = Session.objects.create(
        reference=_next_reference(paris_day(meeting.starts_at).year), urgent=urgent, planned_at=at, planned_by=by, **meeting.columns()
    )
    record(session, "plan", by=by, at=at, facts={"starts_at": meeting.starts_at.isoformat(), "urgent": urgent})
    return session


def _lock_calendar() -> None:
    """Let one person at a time look at the calendar and write into it, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CALENDAR])


def _next_reference(year: int) -> str:
    """One more than the highest number of the year; a number is never given twice."""
    given = Session.objects.filter(reference__startswith=f"CES-{year}-").values_list("reference", flat=True)
    numbers = [int(found[1]) for one in given if (found := re.fullmatch(rf"CES-{year}-(\d+)", one))]
    return f"CES-{year}-{max(numbers, default=0) + 1:02d}"


def _require_possible(meeting: Meeting, at: datetime) -> None:
    """Raise RuleBroken for a meeting that is over before it begins, lasts into the next day, or lies in the past."""
    broken = []
    if meeting.starts_at <= at:
        broken.append(Broken(_("A session is planned for a moment to come."), where="day"))
    if meeting.ends_at <= meeting.starts_at:
        broken.append(Broken(_("The session ends after it begins."), where="ends"))
    elif paris_day(meeting.ends_at) != paris_day(meeting.starts_at):
        broken.append(Broken(_("A session ends on the day on which it begins."), where="ends"))
    if broken:
        raise RuleBroken(*broken)


def _require_free(meeting: Meeting, but: Session | None = None) -> None:
    """Raise RuleBroken when another session stands at that time: nobody sits twice."""
    others = Session.objects.exclude(state=SessionState.CANCELLED).filter(starts_at__lt=meeting.ends_at, ends_at__gt=meeting.starts_at)
    other = (others.exclude(pk=but.pk) if but else others).order_by("starts_at", "pk").first()
    if other is not None:
        raise RuleBroken(Broken(_("Session %(reference)s stands at that time already.") % {"reference": other.reference}, where="day"))


@transaction.atomic
def publish(sessions: Iterable[Session], *, by: Any, at: datetime) -> int:
    """Put sessions into the public calendar; the answer is how many were not there yet. Raises NotAllowed, WrongState."""
    done = 0
    for session in sorted(sessions, key=lambda one: one.pk):  # as everywhere where several are held
        lock_and_reread(session)
        if session.published_at is not None:
            continue
        if session.state == SessionState.CANCELLED:
            raise WrongState(_("A cancelled session that was never published is not published any more."))
        record(session, "publish", by=by, at=at, law=RULES_OF_PROCEDURE, facts={"starts_at": session.starts_at.isoformat()})
        session.published_at = at
        session.save(update_fields=["published_at"])
        done += 1
    return done


@transaction.atomic
def reschedule(session: Session, meeting: Meeting, *, by: User, at: datetime) -> bool:
    """Say anew when and where a session is held, and say whether anything changed.

    The public calendar follows by itself; members who were convened are written to. Raises NotAllowed, RuleBroken, WrongState.
    """
    lock_and_reread(session)
    if session.state not in TO_COME:
        raise WrongState(_("Only a session to come can be moved."))
    changed = sorted(name for name, value in meeting.columns().items() if getattr(session, name) != value)
    if not changed:
        return False
    _require_possible(meeting, at)
    _lock_calendar()
    _require_free(meeting, but=session)
    facts: dict[str, Any] = {"changed": changed, "from": session.starts_at.isoformat(), "to": meeting.starts_at.isoformat()}
    facts |= {"short_notice": True} if short_notice_of(session, meeting, at) else {}
    line = record(session, "reschedule", by=by, at=at, facts=facts)
    if paris_day(meeting.starts_at) != session.day:
        forget_announcements(session)
    for name in changed:
        setattr(session, name, getattr(meeting, name))
    session.revision, session.revised_at = session.revision + 1, at
    session.save(update_fields=[*changed, "revision", "revised_at"])
    if session.state == SessionState.CONVENED:
        expect_sitting(session)
        tell_changed(session, line)
    return True


def short_notice_of(session: Session, meeting: Meeting, at: datetime) -> list[Any]:
    """What moving a convened session there leaves too little time for, under the rules of that day; the form has it confirmed."""
    return short_notice(session, meeting.starts_at, at, rules_on(paris_day(meeting.starts_at)))


def expect_members(session: Session, line: JournalLine) -> None:
    """Reaction: the members in mandate on the day of the session are expected, and are written to."""
    expect_sitting(session)
    tell_convened(session, line)


def release_agenda(session: Session, line: JournalLine) -> None:
    """Reaction: the session was cancelled; its dossiers are ready for another one, and who had been convened is told."""
    system = User.objects.system()
    for item in Item.objects.pending().filter(session=session).order_by("position"):
        dossier = Dossier.objects.get(examinations=item.examination_id)
        record(dossier, "take_off_agenda", by=system, at=max(line.at, dossier.moved_at or line.at), facts={"session": session.pk})
        Item.objects.filter(pk=item.pk).update(ending=Ending.STRUCK, ended_at=line.at)
    if session.convened_at:
        tell_changed(session, line)
