"""A request at its controllers: one answer each, in the legal month, whatever is repeated."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from rights import codes
from rights.models import Request, Routing
from rights.services.closing import follow_end
from rights.services.opening import lift, take
from rights.states import Level, Right, RoutingState
from tests.rights.factories import a_controller, a_request, in_state, person_of
from workflow.models import Clock, JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
#: Received on → due, and due once extended (Regulation 1182/71, EDPB 01/2022): a clamped month, Easter, Ascension, New Year, a leap year.
VECTORS = [
    (date(2026, 1, 31), date(2026, 3, 2), date(2026, 4, 30)),
    (date(2026, 3, 5), date(2026, 4, 7), None),
    (date(2026, 4, 14), date(2026, 5, 15), None),
    (date(2025, 12, 1), date(2026, 1, 2), None),
    (date(2026, 8, 31), date(2026, 9, 30), None),
    (date(2028, 1, 30), date(2028, 2, 29), date(2028, 5, 2)),
    (date(2026, 10, 31), date(2026, 11, 30), date(2027, 2, 1)),  # All Saints' Day is not in the way; 31 January is a Sunday
    (date(2026, 6, 13), date(2026, 7, 13), date(2026, 9, 14)),  # 14 July is not the day; 13 September is a Sunday
    (date(2026, 6, 14), date(2026, 7, 15), None),  # due on 14 July: the day after
    (date(2026, 11, 25), date(2026, 12, 28), None),  # Christmas, a Friday: the Monday after
]


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=PARIS)


def month_of(routing: Routing) -> Clock:
    clock = routing.month
    assert clock is not None
    return clock


@pytest.mark.parametrize(("received", "due", "extended"), VECTORS)
def test_the_legal_month_ends_on_the_working_day_the_texts_say(received, due, extended):
    there = a_controller()
    with time_machine.travel(noon(received), tick=False):
        routing = a_request(there, at=noon(received)).routings[0]
        assert month_of(routing).due_on == due
        if extended:
            in_state(routing, "transmit", "take_up", by=there.agent, at=noon(received))
            routing.extend(by=there.agent, at=noon(received), reason="complexity")
            assert month_of(routing).due_on == extended


def test_an_extension_one_minute_late_is_refused():
    there, received = a_controller(), noon(date(2026, 1, 31))
    with time_machine.travel(noon(date(2026, 3, 4)), tick=False):
        routing = in_state(a_request(there, at=received).routings[0], "transmit", "take_up", by=there.agent, at=received)
        with pytest.raises(RuleBroken, match=r"March|mars"):
            routing.extend(by=there.agent, at=datetime(2026, 3, 3, 0, 0, tzinfo=PARIS), reason="complexity")
        routing.extend(by=there.agent, at=datetime(2026, 3, 2, 23, 59, tzinfo=PARIS), reason="complexity")


def test_only_a_question_on_identity_makes_the_month_stand_still():
    there, received = a_controller(), noon(date(2026, 1, 31))
    with time_machine.travel(noon(date(2026, 3, 4)), tick=False):
        taken = a_request(there, at=received)
        routing = in_state(taken.routings[0], "transmit", "take_up", by=there.agent, at=received)
        routing.ask_complement(by=there.agent, at=received + timedelta(days=2), kind="precision")
        routing.give_complement(by=person_of(taken), at=received + timedelta(days=5))
        assert month_of(routing).due_on == date(2026, 3, 2)
        routing.ask_complement(by=there.agent, at=received + timedelta(days=6), kind="identity")
        routing.give_complement(by=person_of(taken), at=received + timedelta(days=9))
        assert month_of(routing).due_on == date(2026, 3, 3)  # 28 February and three days


def test_a_form_that_is_sent_twice_makes_one_request_and_shows_the_same_code():
    there = a_controller()
    first, again = a_request(there, token=b"same"), a_request(there, token=b"same")
    assert again.again and again.code == first.code and [row.pk for row in again.routings] == [row.pk for row in first.routings]
    assert Request.objects.count() == 1


def test_each_database_has_one_right_and_one_answer():
    there, other = a_controller(), a_controller("BNY")
    taken = a_request(there, other)
    one, two = taken.routings
    in_state(one, "transmit", "take_up", "accept", by=there.agent)
    with pytest.raises(WrongState):
        one.refuse(by=there.agent, at=datetime.now(UTC), reason="excessive")
    assert Request.objects.get().closed_at is None
    two.withdraw(by=person_of(taken), at=datetime.now(UTC))
    assert Request.objects.get().closed_at is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Routing.objects.filter(pk=one.pk).update(reason="excessive")


def test_nobody_answers_for_another_controller_nor_withdraws_for_another_person():
    there, other = a_controller(), a_controller("BNY")
    taken, stranger = a_request(there), a_request(other)
    with pytest.raises(NotAllowed):
        taken.routings[0].transmit(by=other.agent, at=datetime.now(UTC))
    with pytest.raises(NotAllowed):
        taken.routings[0].withdraw(by=person_of(stranger), at=datetime.now(UTC))
    assert list(Routing.objects.visible_to(other.agent)) == stranger.routings


def test_a_refusal_has_a_reason_of_the_list_that_fits_the_right():
    there = a_controller()
    routing = in_state(a_request(there).routings[0], "transmit", "take_up", by=there.agent)
    for wrong in ("", "constitution", "because"):
        with pytest.raises(RuleBroken):
            routing.refuse(by=there.agent, at=datetime.now(UTC), reason=wrong)
    line = routing.refuse(by=there.agent, at=datetime.now(UTC), reason="others")
    assert line.facts["reason"] == "others" and routing.text_of_reason in line.facts["text"]


def test_an_opposition_that_took_effect_is_ended_once_and_never_refused():
    there = a_controller()
    taken = a_request(there, right=Right.OPPOSITION, level=Level.RESEARCH)
    routing = taken.routings[0]
    with pytest.raises(WrongState):
        lift(routing, by=person_of(taken), at=datetime.now(UTC))
    in_state(routing, "transmit", "take_up", "accept", by=there.agent)
    end = lift(routing, by=person_of(taken), at=datetime.now(UTC))
    assert Request.objects.get().closed_at is None
    in_state(end, "transmit", "take_up", by=there.agent)
    with pytest.raises(RuleBroken):
        end.refuse(by=there.agent, at=datetime.now(UTC), reason="done")
    end.accept(by=there.agent, at=datetime.now(UTC))
    with pytest.raises(WrongState):
        lift(routing, by=person_of(taken), at=datetime.now(UTC))


def test_the_end_of_an_opposition_that_was_given_up_is_asked_for_again_and_is_never_answered_with_nothing():
    there = a_controller()
    taken = a_request(there, right=Right.OPPOSITION, level=Level.RESEARCH)
    routing = in_state(taken.routings[0], "transmit", "take_up", "accept", by=there.agent)
    lift(routing, by=person_of(taken), at=datetime.now(UTC)).withdraw(by=person_of(taken), at=datetime.now(UTC))
    end = in_state(lift(routing, by=person_of(taken), at=datetime.now(UTC)), "transmit", "take_up", by=there.agent)
    with pytest.raises(RuleBroken):
        end.find_nothing(by=there.agent, at=datetime.now(UTC))
    with pytest.raises(WrongState):
        lift(routing, by=person_of(taken), at=datetime.now(UTC))


def test_two_parts_that_end_at_once_cannot_both_leave_the_request_open():
    """Each would see the other one open: the request is locked before its parts are looked at."""
    there = a_controller()
    routing = in_state(a_request(there).routings[0], "transmit", "take_up", "accept", by=there.agent)
    with CaptureQueriesContext(connection) as queries:
        follow_end(routing, JournalLine.objects.filter(subject_id=routing.pk).latest("seq"))
    told = [one["sql"] for one in queries]
    locks = [place for place, sql in enumerate(told) if "rights_request" in sql and "FOR NO KEY UPDATE" in sql]
    looks = [place for place, sql in enumerate(told) if '"rights_routing"' in sql]
    assert locks and looks and locks[0] < looks[0]


def test_a_level_belongs_to_an_opposition_alone():
    there = a_controller()
    with pytest.raises(RuleBroken):
        a_request(there, right=Right.OPPOSITION)
    with pytest.raises(RuleBroken):
        a_request(there, right=Right.ACCESS, level=Level.RESEARCH)
    with pytest.raises(RuleBroken):
        take([], token=b"x", at=datetime.now(UTC))


def test_the_journal_names_the_site_for_the_person_and_holds_no_code():
    taken = a_request(a_controller())
    line = JournalLine.objects.get(subject_type="routing")
    assert line.actor.is_system and line.actor_role == "person" and taken.code not in str(line.facts)
    assert line.to_state == RoutingState.DEPOSITED


def test_a_code_is_read_however_it_is_typed_and_a_slip_is_seen():
    code = codes.code_of(b"token", b"pepper")
    assert codes.tidy(code) == codes.tidy(codes.in_groups(code).lower()) == code
    assert codes.tidy("  " + codes.in_groups(code).replace("-", " ").replace("0", "o").replace("1", "l")) == code
    swapped = code[1] + code[0] + code[2:]
    assert codes.tidy(swapped) is None or code[0] == code[1]
    for wrong in ("", "0", code[:-1], code + "0", "U" * 17, "é" * 17):
        assert codes.tidy(wrong) is None
