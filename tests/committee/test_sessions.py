"""The calendar of the committee: who plans it, what it must reach, what follows a move, a convocation and a cancellation."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from committee.models import Attendance, Session
from committee.queries.sessions import check_calendar, convocation_due_on
from committee.services.presence import announce
from committee.services.sessions import Meeting, plan, publish, reschedule
from committee.states import Presence, Venue
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, on_agenda
from workflow.models import JournalLine, OutboxMessage
from workflow.periods import PARIS
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def a_meeting(days: int = 30, hours: float = 4, **said) -> Meeting:
    start = (timezone.now() + timedelta(days=days)).astimezone(PARIS).replace(hour=9, minute=30, second=0, microsecond=0)
    return Meeting(start, start + timedelta(hours=hours), **said)


def refused(act) -> str:
    with pytest.raises(RuleBroken) as caught:
        act()
    return " ".join(str(one.sentence) for one in caught.value.broken)


def test_sessions_are_numbered_by_year_without_a_number_given_twice() -> None:
    officer, now = UserFactory(officer=True), timezone.now()
    first = plan(a_meeting(30), by=officer, at=now)
    a_session(reference=f"CES-{first.starts_at.year}-11", by=officer, starts_at=first.starts_at + timedelta(days=3))
    second = plan(Meeting(first.starts_at + timedelta(days=1), first.ends_at + timedelta(days=1)), by=officer, at=now)
    assert first.reference.endswith("-01")
    assert second.reference == f"CES-{second.starts_at.astimezone(PARIS).year}-12"
    assert JournalLine.objects.get(subject_type="session", subject_id=first.pk).action == "plan"


def test_a_member_plans_no_session() -> None:
    with pytest.raises(NotAllowed):
        plan(a_meeting(), by=UserFactory(committee_member=True), at=timezone.now())
    assert not Session.objects.exists()


def test_a_session_is_planned_for_a_moment_to_come_and_ends_that_day() -> None:
    officer, now = UserFactory(officer=True), timezone.now()
    assert "to come" in refused(lambda: plan(Meeting(now, now + timedelta(hours=1)), by=officer, at=now))
    assert "ends after" in refused(lambda: plan(a_meeting(hours=0), by=officer, at=now))
    assert "on the day" in refused(lambda: plan(a_meeting(hours=15), by=officer, at=now))
    assert plan(a_meeting(hours=14), by=officer, at=now).pk


def test_two_sessions_do_not_stand_at_the_same_time_unless_one_is_cancelled() -> None:
    officer, now = UserFactory(officer=True), timezone.now()
    first = plan(a_meeting(30), by=officer, at=now)
    touching = Meeting(first.ends_at, first.ends_at + timedelta(hours=1))
    assert plan(touching, by=officer, at=now).pk
    over = Meeting(first.ends_at - timedelta(minutes=1), first.ends_at)
    assert first.reference in refused(lambda: plan(over, by=officer, at=now))
    first.cancel(by=officer, at=timezone.now(), because="Salle indisponible.")
    assert plan(over, by=officer, at=now).pk


def test_an_urgent_session_is_called_only_for_an_urgent_dossier() -> None:
    officer = UserFactory(officer=True)
    examination = an_examination()
    assert "urgent" in refused(lambda: plan(a_meeting(2), by=officer, at=timezone.now(), urgent=True))
    type(examination).objects.filter(pk=examination.pk).update(urgent=True)
    assert plan(a_meeting(2), by=officer, at=timezone.now(), urgent=True).urgent


def test_a_session_is_published_once_and_a_cancelled_one_never() -> None:
    officer, session, dropped = UserFactory(officer=True), a_session(), a_session(timezone.now() + timedelta(days=40))
    assert publish([session], by=officer, at=timezone.now()) == 1
    assert publish([session], by=officer, at=timezone.now()) == 0
    dropped.cancel(by=officer, at=timezone.now(), because="Doublon.")
    with pytest.raises(WrongState):
        publish([dropped], by=officer, at=timezone.now())
    with pytest.raises(NotAllowed):
        publish([a_session(timezone.now() + timedelta(days=50))], by=a_committee(1)[0].user, at=timezone.now())


def test_moving_a_session_raises_its_revision_and_the_same_words_again_do_not() -> None:
    officer, session = UserFactory(officer=True), a_session()
    there = a_meeting(33, venue=Venue.REMOTE, link="https://visio.exemple.fr/ces")
    assert reschedule(session, there, by=officer, at=timezone.now())
    assert not reschedule(session, there, by=officer, at=timezone.now())
    session = Session.objects.get(pk=session.pk)
    assert (session.revision, session.starts_at, session.link) == (1, there.starts_at, there.link)
    line = JournalLine.objects.get(subject_type="session", subject_id=session.pk, action="reschedule")
    assert line.facts["changed"] == ["ends_at", "link", "starts_at", "venue"]


def test_a_session_may_be_moved_within_its_own_hours() -> None:
    officer, session = UserFactory(officer=True), a_session()
    assert reschedule(session, Meeting(session.starts_at, session.ends_at + timedelta(minutes=30)), by=officer, at=timezone.now())


def test_the_convocation_expects_every_member_in_mandate_and_writes_to_them() -> None:
    members, officer, session = a_committee(3), UserFactory(officer=True), a_session()
    gone = members[2].mandates.get()
    gone.ends_on = session.day
    gone.save()
    on_agenda(session, an_examination())
    session.convene(by=officer, at=timezone.now())
    assert set(session.attendances.values_list("member", "presence")) == {(one.pk, "expected") for one in members[:2]}
    letters = OutboxMessage.objects.filter(kind="mail", payload__template="committee/sessions/mail/convened")
    assert {one.payload["user"] for one in letters} == {one.user_id for one in members[:2]}


def test_what_was_announced_for_one_day_says_nothing_about_another() -> None:
    (member,), officer, session = a_committee(1), UserFactory(officer=True), a_session()
    announce(session, Presence.EXCUSED, by=member.user, at=timezone.now())
    reschedule(session, Meeting(session.starts_at, session.ends_at + timedelta(minutes=1)), by=officer, at=timezone.now())
    assert Attendance.objects.get().presence == Presence.EXCUSED
    reschedule(session, a_meeting(60), by=officer, at=timezone.now())
    assert Attendance.objects.get().presence == Presence.EXPECTED


def test_who_was_convened_is_told_of_another_day_and_of_a_cancellation() -> None:
    members, officer, session = a_committee(2), UserFactory(officer=True), a_session()
    item = on_agenda(session, an_examination())
    reschedule(session, a_meeting(31), by=officer, at=timezone.now())
    changed = OutboxMessage.objects.filter(payload__template="committee/sessions/mail/changed")
    assert not changed.exists()
    session.convene(by=officer, at=timezone.now())
    reschedule(session, a_meeting(32), by=officer, at=timezone.now())
    assert changed.count() == len(members)
    session.cancel(by=officer, at=timezone.now(), because="Quorum impossible.")
    assert changed.count() == 2 * len(members)
    item.refresh_from_db()
    assert item.ending == "struck"
    taken_off = JournalLine.objects.get(subject_type="dossier", action="take_off_agenda")
    assert taken_off.actor_role == "system"


def test_who_sits_only_on_the_new_day_is_expected_on_it() -> None:
    (president,), officer, session = a_committee(1), UserFactory(officer=True), a_session()
    on_agenda(session, an_examination())
    session.convene(by=officer, at=timezone.now())
    newcomer = a_member()
    newcomer.mandates.update(starts_on=session.day + timedelta(days=1))
    reschedule(session, a_meeting(60), by=officer, at=timezone.now())
    assert set(session.attendances.values_list("member", flat=True)) == {president.pk, newcomer.pk}


def test_a_session_that_is_over_is_not_moved() -> None:
    officer, session = UserFactory(officer=True), a_session()
    session.cancel(by=officer, at=timezone.now(), because="Doublon.")
    with pytest.raises(WrongState):
        reschedule(session, a_meeting(), by=officer, at=timezone.now())


def at_ten(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=PARIS)


def published(*days: date) -> None:
    for day in days:
        a_session(at_ten(day), reference=f"CES-{day:%Y-%m%d}", published_at=timezone.now())


def test_the_published_calendar_reaches_nine_months_ahead_to_the_day() -> None:
    today = date(2026, 5, 31)
    assert check_calendar(today).is_short
    published(date(2027, 2, 27))
    assert check_calendar(today).is_short
    published(date(2027, 2, 28))  # nine months after 31 May: the last day of a shorter month
    found = check_calendar(today)
    assert (found.must_reach, found.is_short) == (date(2027, 2, 28), False)


def test_a_year_is_warned_of_below_ten_sessions_once_the_calendar_covers_all_of_it() -> None:
    published(*(date(2026, month, 10) for month in range(1, 10)))
    a_session(at_ten(date(2026, 11, 10)), reference="CES-2026-99")  # planned, not published
    assert check_calendar(date(2026, 3, 30)).short_years == ()
    [short] = check_calendar(date(2026, 3, 31)).short_years
    assert (short.year, short.count, short.wanted) == (2026, 9, 10)
    published(date(2026, 12, 31))
    assert check_calendar(date(2026, 3, 31)).short_years == ()


def test_a_cancelled_session_does_not_count() -> None:
    published(*(date(2026, month, 10) for month in range(1, 11)))
    Session.objects.get(reference="CES-2026-1010").cancel(by=UserFactory(officer=True), at=timezone.now(), because="Annulée.")
    assert check_calendar(date(2026, 4, 1)).short_years[0].count == 9


def test_a_session_of_the_last_evening_belongs_to_the_year_of_paris() -> None:
    published(*(date(2026, month, 10) for month in range(1, 10)))
    a_session(datetime(2026, 12, 31, 23, 30, tzinfo=PARIS), reference="CES-2026-77", published_at=timezone.now())
    assert check_calendar(date(2026, 4, 1)).short_years == ()


def test_members_are_convened_five_days_before() -> None:
    assert convocation_due_on(a_session(at_ten(date(2026, 9, 15)))) == date(2026, 9, 10)


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_at_once_get_two_numbers_and_one_hour_is_taken_once() -> None:
    officer, first = UserFactory(officer=True), a_meeting(30)
    other_day = Meeting(first.starts_at + timedelta(days=1), first.ends_at + timedelta(days=1))
    gate, refusals = threading.Barrier(3), []

    def plan_now(meeting: Meeting) -> None:
        try:
            gate.wait(10)
            plan(meeting, by=officer, at=timezone.now())
        except RuleBroken as refusal:
            refusals.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=plan_now, args=(meeting,)) for meeting in (first, first, other_day)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert len(refusals) == 1
    assert sorted(reference[-2:] for reference in Session.objects.values_list("reference", flat=True)) == ["01", "02"]
