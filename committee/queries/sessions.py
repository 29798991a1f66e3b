"""What the calendar and the page of a session show: whether the calendar keeps the rules, who comes, and what is still to prepare."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from committee.icalendar import CANCELLED, CONFIRMED, Event
from committee.models import Attendance, Member, Session
from committee.reference import rules_on
from committee.rules import RollCall, counts, quorum_of
from committee.states import Presence, SessionState
from workflow.periods import PARIS, paris_day

#: How long a session that is over stays in the feed: long enough for a calendar that was off for the holidays.
KEPT_IN_FEED = timedelta(days=90)


@dataclass(frozen=True)
class YearCount:
    """How many sessions a year has, and how many it must have."""

    year: int
    count: int
    wanted: int


@dataclass(frozen=True)
class CalendarCheck:
    """Whether the published calendar reaches far enough, and has enough sessions in each year that it already has to cover."""

    published_until: date | None
    must_reach: date
    short_years: tuple[YearCount, ...]
    unpublished: int

    @property
    def is_short(self) -> bool:
        """The calendar ends too early."""
        return self.published_until is None or self.published_until < self.must_reach

    @property
    def is_fine(self) -> bool:
        """Nothing is missing."""
        return not (self.is_short or self.short_years or self.unpublished)


def check_calendar(day: date) -> CalendarCheck:
    """Hold the published calendar against the rules in force that day.

    A year counts once the calendar has to cover all of it, and if the committee already sat here when it began.
    """
    figures = rules_on(day)
    must_reach = day + relativedelta(months=figures.calendar_months_ahead)
    held = Session.objects.exclude(state=SessionState.CANCELLED)
    days = [paris_day(at) for at in held.exclude(published_at=None).order_by("starts_at").values_list("starts_at", flat=True)]
    first = days[0].year + (days[0].month > 1) if days else day.year
    years = [year for year in range(day.year, must_reach.year + 1) if first <= year and date(year, 12, 31) <= must_reach]
    numbers = [YearCount(year, sum(one.year == year for one in days), figures.sessions_a_year) for year in years]
    unpublished = held.filter(published_at=None, urgent=False, starts_at__gte=_midnight(day)).count()
    return CalendarCheck(days[-1] if days else None, must_reach, tuple(one for one in numbers if one.count < one.wanted), unpublished)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=PARIS)


def public_calendar(at: datetime) -> tuple[list[Session], list[Session]]:
    """The published sessions to come, and those of the last year, newest first."""
    shown = Session.objects.public()
    past = shown.filter(ends_at__lt=at, ends_at__gte=at - timedelta(days=366)).order_by("-starts_at", "pk")
    return list(shown.filter(ends_at__gte=at).order_by("starts_at", "pk")), list(past)


def feed(at: datetime) -> list[Event]:
    """The published sessions as events, with nothing that is not public: neither place nor address of the meeting."""
    return [_event(one) for one in Session.objects.public().filter(ends_at__gte=at - KEPT_IN_FEED).order_by("starts_at", "pk")]


def _event(session: Session) -> Event:
    """A move to another day, and a cancellation, each make a newer copy of the same event."""
    cancelled = session.state == SessionState.CANCELLED
    changed = [session.published_at, session.revised_at, session.moved_at if cancelled else None]
    return Event(
        uid=str(uuid.uuid5(uuid.NAMESPACE_OID, f"guichet:session:{session.reference}")),
        sequence=session.revision + cancelled,
        changed_at=max(one for one in changed if one),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=_("Committee session %(reference)s") % {"reference": session.reference},
        description=_("Cancelled: %(reason)s") % {"reason": session.cancelled_because} if cancelled else str(session.get_venue_display()),
        url=settings.SITE_URL.rstrip("/") + reverse("committee:calendar"),
        status=CANCELLED if cancelled else CONFIRMED,
    )


@dataclass(frozen=True)
class Seat:
    """One member in mandate on the day of a session, and how they stand in it."""

    member: Member
    attendance: Attendance
    announced_late: bool

    @property
    def is_coming(self) -> bool:
        """Present already, or expected."""
        return self.attendance.presence in (Presence.PRESENT, Presence.EXPECTED)


def roster(session: Session) -> list[Seat]:
    """Every member in mandate on the day of the session; who said nothing is expected. Two queries."""
    kept = {row.member_id: row for row in session.attendances.select_related("represented_by__user").order_by("member")}
    sitting = Member.objects.sitting(session.day).select_related("user").order_by("user__last_name", "user__first_name", "pk")
    seats = []
    for member in sitting:
        row = kept.get(member.pk) or Attendance(session=session, member=member)
        seats.append(Seat(member, row, bool(row.announced_at and row.announced_at > session.absence_due_at)))
    return seats


def roll_of(session: Session, seats: Iterable[Seat]) -> RollCall:
    """Who is there now, of the members in mandate."""
    return _call(session, list(seats), [Presence.PRESENT])


def expected_roll(session: Session, seats: Iterable[Seat]) -> RollCall:
    """Who would be there if everybody who is expected came."""
    return _call(session, list(seats), [Presence.PRESENT, Presence.EXPECTED])


def _call(session: Session, seats: list[Seat], there: list[str]) -> RollCall:
    figures = rules_on(session.day)
    as_present = [Presence.PRESENT if seat.attendance.presence in there else seat.attendance.presence for seat in seats]
    return RollCall(len(seats), quorum_of(len(seats), figures), sum(counts(one, figures) for one in as_present))


def convocation_due_on(session: Session) -> date:
    """The last day on which the members are convened in time."""
    return session.day - timedelta(days=rules_on(session.day).convocation_days_before)


def papers_made(session: Session) -> frozenset[str]:
    """The kinds of papers that the session has."""
    return frozenset(session.papers.order_by("kind").values_list("kind", flat=True).distinct())


def approving(session: Session) -> Any:
    """The later sessions that may approve the minutes of this one."""
    held = Session.objects.filter(state__in=[SessionState.OPEN, SessionState.HELD, SessionState.APPROVED], starts_at__gt=session.starts_at)
    return held.exclude(pk=session.pk).order_by("starts_at", "pk")
