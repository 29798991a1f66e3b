"""The committee of the demonstration: its members, a year of sessions, one that was held and one convened, and the work between them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction

from accounts.models import User
from committee.models import Member, Session
from committee.services import sessions
from committee.services.sessions import Meeting
from config.demo.committee_coming import prepare_coming
from config.demo.committee_held import hold_first, work_towards
from config.demo.committee_people import name_holder, seat_committee
from config.demo.committee_projects import DEFERRED, FAVOURABLE, NEW, RECOMMENDED, project
from config.demo.dossiers import load_project, replaying
from workflow.periods import PARIS, paris_day

TUESDAY = 1
#: From one session to the next, in days: ten fit into a year.
APART = 35
PLANNED = 150


def furnish(people: dict[str, User], now: datetime) -> None:
    """Appoint the committee and let it work, once; a site on which somebody was appointed already is left alone."""
    if Member.objects.exists() or Session.objects.exists():
        return
    with replaying(), transaction.atomic():
        name_holder(people, now)
        members = seat_committee(people, now)
        held, coming = _calendar(people, now)[:2]
        for number in (FAVOURABLE, RECOMMENDED, DEFERRED):
            load_project(number, project(number, held.day - timedelta(days=20), paris_day(now)), people, now)
        work_towards(held, members, people)
        hold_first(held, coming, members, people, now)
        load_project(NEW, project(NEW, paris_day(now) - timedelta(days=2), paris_day(now)), people, now)
        prepare_coming(coming, members, people, now)


def _calendar(people: dict[str, User], now: datetime) -> list[Session]:
    """A session of last month and ten of the year to come, planned and published long ago; the earliest first."""
    planned = now - timedelta(days=PLANNED)
    rows = [sessions.plan(_meeting(day), by=people["officier"], at=planned) for day in _days(paris_day(now))]
    sessions.publish(rows, by=people["officier"], at=planned + timedelta(hours=1))
    return rows


def _days(today: date) -> list[date]:
    """The days of the sessions: a Tuesday four to five weeks ago, a working day in a few days, and then Tuesdays."""
    past = _tuesday_before(today - timedelta(days=28))
    coming = today + timedelta(days=3)
    coming += timedelta(days={5: 2, 6: 1}.get(coming.weekday(), 0))
    return [past, coming, *(_tuesday_before(coming + timedelta(days=APART * place)) for place in range(1, 10))]


def _tuesday_before(day: date) -> date:
    return day - timedelta(days=(day.weekday() - TUESDAY) % 7)


def _meeting(day: date) -> Meeting:
    begins = datetime.combine(day, time(14), tzinfo=PARIS)
    place, link = "Salle du comité, Paris (démonstration)", "https://visio.demo.guichet.example/cesrees"
    return Meeting(begins, begins + timedelta(hours=3, minutes=30), place=place, link=link)
