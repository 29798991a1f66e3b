"""Who is there, who is represented by whom, and whether the quorum is reached: each rule at its edge."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from committee.models import Attendance, Session
from committee.queries.sessions import expected_roll, roll_of, roster
from committee.reference import rules_on
from committee.rules import RollCall, Stand, counts, quorum_of, require_proxies, wrong_proxy
from committee.services.presence import announce, chairs_of, note_presence, stands_of
from committee.states import Presence
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_member, a_session, an_examination, on_agenda, on_its_day, seat
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.usefixtures("in_english")
FIGURES = rules_on(timezone.localdate())
PRESENT, EXPECTED, EXCUSED = Stand(Presence.PRESENT), Stand(Presence.EXPECTED), Stand(Presence.EXCUSED)


def by_proxy(pk: int | None) -> Stand:
    return Stand(Presence.REPRESENTED, pk)


@pytest.mark.parametrize(("seats", "quorum"), [(0, 1), (1, 1), (2, 1), (3, 2), (14, 7), (15, 8), (16, 8)])
def test_half_of_the_members_make_the_quorum_and_half_a_member_counts_for_one(seats: int, quorum: int) -> None:
    assert quorum_of(seats, FIGURES) == quorum


@pytest.mark.parametrize(("counted", "met"), [(6, False), (7, False), (8, True), (15, True)])
def test_the_quorum_is_reached_at_the_eighth_of_fifteen(counted: int, met: bool) -> None:
    assert RollCall(15, quorum_of(15, FIGURES), counted).is_met is met


def test_a_larger_share_asks_for_more_members() -> None:
    assert quorum_of(15, replace(FIGURES, quorum_share=Fraction(2, 3))) == 10
    assert quorum_of(15, replace(FIGURES, quorum_share=Fraction(1, 1))) == 15


def test_a_represented_member_does_not_count_unless_the_text_says_so() -> None:
    assert counts(Presence.PRESENT, FIGURES)
    assert not counts(Presence.REPRESENTED, FIGURES)
    assert counts(Presence.REPRESENTED, replace(FIGURES, proxies_count_for_quorum=True))
    assert not counts(Presence.EXPECTED, replace(FIGURES, proxies_count_for_quorum=True))


def test_one_member_carries_one_proxy_and_not_two() -> None:
    one = {1: PRESENT, 2: by_proxy(1), 3: PRESENT}
    require_proxies(one, FIGURES, in_session=True)
    two = one | {3: by_proxy(1)}
    with pytest.raises(RuleBroken) as caught:
        require_proxies(two, FIGURES, in_session=True)
    assert {broken.where for broken in caught.value.broken} == {"proxy_2", "proxy_3"}
    require_proxies(two, replace(FIGURES, proxies_each=2), in_session=True)


@pytest.mark.parametrize(
    ("stands", "wrong"),
    [
        ({1: by_proxy(None)}, "names another"),
        ({1: by_proxy(1)}, "names another"),
        ({1: by_proxy(9)}, "names another"),
        ({1: by_proxy(2), 2: EXCUSED}, "must be there"),
        ({1: by_proxy(2), 2: by_proxy(3), 3: PRESENT}, "must be there"),
        ({1: by_proxy(2), 2: EXPECTED}, "must be there"),
        ({1: by_proxy(2), 2: PRESENT}, ""),
        ({1: PRESENT}, ""),
    ],
)
def test_a_proxy_is_another_member_who_is_there(stands: dict[int, Stand], wrong: str) -> None:
    said = str(wrong_proxy(1, stands, FIGURES, in_session=True))
    assert wrong in said if wrong else said == ""


def test_before_the_session_a_proxy_is_at_least_expected() -> None:
    assert wrong_proxy(1, {1: by_proxy(2), 2: EXPECTED}, FIGURES, in_session=False) == ""
    assert wrong_proxy(1, {1: by_proxy(2), 2: EXCUSED}, FIGURES, in_session=False)


def convened(size: int = 3) -> tuple[Session, list]:
    members, session = a_committee(size), a_session()
    on_agenda(session, an_examination())
    session.convene(by=members[0].user, at=timezone.now())
    return session, members


@pytest.mark.django_db
def test_a_member_announces_an_absence_and_takes_it_back() -> None:
    session, members = convened(2)
    announce(session, Presence.EXCUSED, by=members[1].user, at=timezone.now())
    assert stands_of(session)[members[1].pk] == EXCUSED
    announce(session, Presence.EXPECTED, by=members[1].user, at=timezone.now())
    assert stands_of(session)[members[1].pk] == EXPECTED
    assert JournalLine.objects.filter(action="announce_absence").count() == 2


@pytest.mark.django_db
def test_who_represents_a_member_and_cannot_come_leaves_that_member_excused() -> None:
    session, (_president, absent, proxy) = convened(3)
    announce(session, Presence.REPRESENTED, by=absent.user, at=timezone.now(), represented_by=proxy)
    announce(session, Presence.EXCUSED, by=proxy.user, at=timezone.now())
    assert stands_of(session)[absent.pk] == EXCUSED
    assert JournalLine.objects.filter(action="announce_absence").latest("seq").facts["released"] == [absent.pk]


@pytest.mark.django_db
def test_a_second_member_is_not_represented_by_the_same_one() -> None:
    session, (proxy, first, second) = convened(3)
    announce(session, Presence.REPRESENTED, by=first.user, at=timezone.now(), represented_by=proxy)
    with pytest.raises(RuleBroken, match="at most 1"):
        announce(session, Presence.REPRESENTED, by=second.user, at=timezone.now(), represented_by=proxy)
    assert stands_of(session)[second.pk] == EXPECTED
    announce(session, Presence.EXCUSED, by=second.user, at=timezone.now())  # what the first one said is no hindrance


@pytest.mark.django_db
def test_only_a_member_in_mandate_on_the_day_announces() -> None:
    session, members = convened(2)
    expert = a_member(quality="expert")
    with pytest.raises(NotAllowed):
        announce(session, Presence.EXCUSED, by=expert.user, at=timezone.now())
    gone = members[1].mandates.get()
    gone.ends_on = session.day
    gone.save()
    with pytest.raises(NotAllowed):
        announce(session, Presence.EXCUSED, by=members[1].user, at=timezone.now())


@pytest.mark.django_db
def test_an_absence_announced_less_than_three_days_before_is_noted_as_late() -> None:
    members, session = a_committee(2), a_session(timezone.now() + timedelta(days=10))
    for member, hours in ((members[0], 72), (members[1], 71)):
        announce(session, Presence.EXCUSED, by=member.user, at=timezone.now())
        Attendance.objects.filter(member=member).update(announced_at=session.starts_at - timedelta(hours=hours))
    assert {one.member.pk: one.announced_late for one in roster(session)} == {members[0].pk: False, members[1].pk: True}


@pytest.mark.django_db
def test_presence_is_noted_by_who_leads_and_journalled_by_ids_only() -> None:
    session, members = convened(3)
    noted = {members[0].pk: Stand(Presence.PRESENT, remote=True), members[1].pk: by_proxy(members[0].pk), members[2].pk: EXCUSED}
    with pytest.raises(NotAllowed):
        note_presence(session, noted, by=members[2].user, at=timezone.now())
    assert note_presence(session, noted, by=UserFactory(officer=True), at=timezone.now()) == 3
    assert note_presence(session, noted, by=members[0].user, at=timezone.now()) == 0
    line = JournalLine.objects.get(action="note_presence")
    assert line.facts["proxies"] == [[members[1].pk, members[0].pk]]
    assert line.facts["excused"] == [members[2].pk]


@pytest.mark.django_db
def test_presence_is_not_noted_before_the_convocation() -> None:
    members, session = a_committee(1), a_session()
    with pytest.raises(WrongState):
        note_presence(session, {members[0].pk: PRESENT}, by=members[0].user, at=timezone.now())


@pytest.mark.django_db
def test_a_refused_list_changes_nothing() -> None:
    session, members = convened(3)
    noted = {members[0].pk: PRESENT, members[1].pk: by_proxy(members[0].pk), members[2].pk: by_proxy(members[0].pk)}
    with pytest.raises(RuleBroken):
        note_presence(session, noted, by=members[0].user, at=timezone.now())
    assert set(stands_of(session).values()) == {EXPECTED}


@pytest.mark.django_db
def test_the_session_opens_at_the_quorum_and_not_below() -> None:
    session, members = convened(5)
    seat(session, members[:2])
    note_presence(session, {members[2].pk: by_proxy(members[0].pk)}, by=members[0].user, at=timezone.now())
    on_its_day(session)
    with pytest.raises(RuleBroken, match="3 of 5"):
        session.open_session(by=members[0].user, at=timezone.now(), chair=members[0])
    note_presence(session, {members[2].pk: PRESENT}, by=members[0].user, at=timezone.now())
    on_its_day(session)
    session.open_session(by=members[0].user, at=timezone.now(), chair=members[0])
    assert (session.seats, session.quorum) == (5, 3)


@pytest.mark.django_db
def test_once_the_session_is_open_a_proxy_is_in_the_room() -> None:
    session, members = convened(4)
    seat(session, members[:2])
    on_its_day(session)
    session.open_session(by=members[0].user, at=timezone.now(), chair=members[0])
    late = {members[3].pk: by_proxy(members[2].pk)}
    with pytest.raises(RuleBroken, match="must be there"):
        note_presence(session, late, by=members[0].user, at=timezone.now())
    assert note_presence(session, late | {members[2].pk: PRESENT}, by=members[0].user, at=timezone.now()) == 2


@pytest.mark.django_db
def test_the_light_shows_who_is_there_and_who_would_be() -> None:
    session, members = convened(4)
    seat(session, members[:1])
    seat(session, members[3:], Presence.EXCUSED)
    seats = roster(session)
    assert roll_of(session, seats) == RollCall(4, 2, 1)
    assert expected_roll(session, seats) == RollCall(4, 2, 3)


@pytest.mark.django_db
def test_the_chair_is_taken_by_who_holds_an_office_and_is_there() -> None:
    session, members = convened(4)
    seat(session, [members[1], members[2]])
    assert list(chairs_of(session)) == [members[1]]
    seat(session, [members[0]])
    assert list(chairs_of(session)) == [members[0], members[1]]


@pytest.mark.django_db
def test_who_was_expected_to_the_end_was_absent() -> None:
    session, members = convened(3)
    seat(session, members[:2])
    on_its_day(session)
    session.open_session(by=members[0].user, at=timezone.now(), chair=members[0])
    session.items.update(ending="deferred", ended_at=timezone.now(), ending_reason="Faute de temps.")
    newcomer = a_member()
    session.close_session(by=members[0].user, at=timezone.now())
    assert session.attendances.get(member=newcomer).presence == Presence.ABSENT
    assert stands_of(session)[members[2].pk].presence == Presence.ABSENT
    with pytest.raises(WrongState):
        note_presence(session, {members[2].pk: PRESENT}, by=members[0].user, at=timezone.now())


@pytest.mark.django_db
def test_a_session_does_not_open_before_its_day() -> None:
    session, members = convened(3)
    seat(session, members)
    with pytest.raises(RuleBroken, match="opens on that day"):
        session.open_session(by=members[0].user, at=timezone.now(), chair=members[0])
