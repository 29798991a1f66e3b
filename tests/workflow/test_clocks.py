"""Clocks at work on dossiers: what starts, extends, suspends and ends them, and what silence does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from requests_app.models import Dossier
from requests_app.states import Opinion, State
from requests_app.transitions.base import Recorded
from tests.requests_app.factories import PARIS, a_dossier, a_draft, cast, make
from workflow import clocks, silence
from workflow.models import Clock, ClockRule, JournalLine, Outcome, Task
from workflow.refusals import RuleBroken

pytestmark = pytest.mark.django_db
REASON = Recorded(text="Il faut entendre un expert.")


def paris(*parts: int) -> datetime:
    """An instant in Paris."""
    return datetime(*parts, tzinfo=PARIS)  # type: ignore[misc]


def before_committee(people: dict[str, Any], received: datetime) -> Dossier:
    """A dossier that the committee received at an instant."""
    dossier = a_draft(people, at=received - timedelta(days=20))
    make(dossier, "submit", people, received - timedelta(days=10))
    make(dossier, "declare_complete", people, received - timedelta(days=5))
    make(dossier, "send_to_committee", people, received)
    return dossier


def running(dossier: Dossier, code: str) -> Clock:
    return clocks.of(dossier).get(code=code, outcome=Outcome.RUNNING)


def test_filing_starts_seven_working_days() -> None:
    people = cast()
    dossier = a_draft(people, at=paris(2026, 4, 20, 9))
    line = make(dossier, "submit", people, paris(2026, 4, 28, 17, 30))
    clock = running(dossier, "K-SEC")
    assert clock.due_on == date(2026, 5, 11)
    assert clock.start_line == line


def test_the_rule_in_force_on_the_day_is_used() -> None:
    assert clocks.rule_in_force("K-CES", date(2018, 3, 1)).extension_length == 0
    assert clocks.rule_in_force("K-CES", date(2024, 3, 1)).extension_length == 1


def test_two_rules_of_one_clock_cannot_overlap() -> None:
    rule = ClockRule.objects.get(code="K-COMP")
    rule.pk, rule.valid = None, (date(2020, 1, 1), None)
    with pytest.raises(IntegrityError, match="clock_rule_one_at_a_time"), transaction.atomic():
        rule.save()


def test_a_clock_cannot_be_due_before_its_start() -> None:
    dossier = a_dossier(State.SUBMITTED)
    with pytest.raises(IntegrityError, match="clock_not_due_before_its_start"), transaction.atomic():
        clocks.of(dossier).update(due_on=date(2020, 1, 1))


def test_the_president_extends_the_month_once() -> None:
    people = cast()
    dossier = before_committee(people, paris(2026, 1, 31, 10))
    assert running(dossier, "K-CES").due_on == date(2026, 3, 2)  # 28 February 2026 is a Saturday
    dossier.extend_committee(by=people["president"], at=paris(2026, 2, 20, 10), act=REASON)
    assert running(dossier, "K-CES").due_on == date(2026, 3, 31)  # two months from the receipt, date to date
    with pytest.raises(RuleBroken, match=r"extended once already|déjà été prolongé"):
        dossier.extend_committee(by=people["president"], at=paris(2026, 2, 21, 10), act=REASON)


def test_an_extension_one_minute_after_expiry_is_refused() -> None:
    people = cast()
    dossier = before_committee(people, paris(2026, 3, 10, 10))
    assert running(dossier, "K-CES").due_on == date(2026, 4, 10)
    with pytest.raises(RuleBroken):
        dossier.extend_committee(by=people["president"], at=paris(2026, 4, 11, 0, 1), act=REASON)
    dossier.extend_committee(by=people["president"], at=paris(2026, 4, 10, 23, 59), act=REASON)


def test_an_opinion_of_the_last_minute_stands() -> None:
    people = cast()
    dossier = before_committee(people, paris(2026, 3, 10, 10))
    make(dossier, "record_opinion", people, paris(2026, 4, 10, 23, 59, 59))
    assert dossier.opinion == Opinion.FAVOURABLE
    assert clocks.of(dossier).get(code="K-CES").outcome == Outcome.MET


def test_silence_of_the_committee_is_a_favourable_opinion() -> None:
    people = cast()
    dossier = before_committee(people, paris(2026, 3, 10, 10))
    assert silence.lapse_all(paris(2026, 4, 10, 23, 59)) == 0 or running(dossier, "K-CES")
    silence.lapse_all(paris(2026, 4, 11, 0, 5))
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert (dossier.state, dossier.opinion) == (State.OPINION_GIVEN, Opinion.TACIT)
    line = JournalLine.objects.filter(subject_id=dossier.pk, action="deem_favourable").get()
    assert (line.actor_role, line.at) == ("system", paris(2026, 4, 11, 0, 0))
    assert clocks.of(dossier).get(code="K-CES").outcome == Outcome.LAPSED


def test_a_late_opinion_is_refused_before_the_sweep_has_come() -> None:
    people = cast()
    dossier = before_committee(people, paris(2026, 3, 10, 10))
    with pytest.raises(RuleBroken):
        make(dossier, "record_opinion", people, paris(2026, 4, 11, 0, 1))


def test_sweeping_twice_lapses_once() -> None:
    people = cast()
    dossier = before_committee(people, paris(2026, 3, 10, 10))
    now = paris(2026, 4, 20, 8)
    silence.lapse_all(now)
    seen = JournalLine.objects.filter(subject_id=dossier.pk).count()
    silence.lapse_all(now)
    assert JournalLine.objects.filter(subject_id=dossier.pk).count() == seen


def with_cnil(people: dict[str, Any], *, tacit: bool) -> Dossier:
    """A dossier that the CNIL received on 20 April 2026, after an express or a tacit opinion."""
    dossier = before_committee(people, paris(2026, 3, 10, 10))
    if tacit:
        silence.lapse_all(paris(2026, 4, 11, 0, 5))
        dossier = Dossier.objects.select_related("content").get(pk=dossier.pk)
    else:
        make(dossier, "record_opinion", people, paris(2026, 4, 2, 10))
    make(dossier, "seize_cnil", people, paris(2026, 4, 20, 10))
    return dossier


def test_silence_of_the_cnil_after_an_express_opinion_is_proposed_to_the_head_who_confirms() -> None:
    people = cast()
    dossier = with_cnil(people, tacit=False)
    silence.lapse_all(paris(2026, 6, 23, 6))
    task = Task.objects.get(subject_id=dossier.pk, closed_at=None)
    assert (task.action, task.audience) == ("confirm_tacit_authorisation", "head_of_secretariat")
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.state == State.WITH_CNIL
    make(dossier, "confirm_tacit_authorisation", people, paris(2026, 6, 24, 9))
    assert (dossier.state, dossier.basis) == (State.AUTHORISED, "tacit")
    assert dossier.authorised_on == date(2026, 6, 23)  # two months from 20 April end on a Saturday, so on Monday 22 June
    assert Task.objects.get(pk=task.pk).done


def test_silence_of_the_cnil_after_a_tacit_opinion_authorises_nothing() -> None:
    people = cast()
    dossier = with_cnil(people, tacit=True)
    silence.lapse_all(paris(2026, 6, 23, 6))
    assert not Task.objects.filter(subject_id=dossier.pk).exists()
    with pytest.raises(RuleBroken):
        make(dossier, "confirm_tacit_authorisation", people, paris(2026, 6, 24, 9))


def test_the_cnil_clock_starts_anew_once_the_file_is_complete() -> None:
    people = cast()
    dossier = with_cnil(people, tacit=False)
    make(dossier, "cnil_finds_incomplete", people, paris(2026, 5, 4, 10))
    assert not clocks.of(dossier).filter(code="K-CNIL", outcome=Outcome.RUNNING).exists()
    make(dossier, "complete_for_cnil", people, paris(2026, 5, 12, 10))
    assert running(dossier, "K-CNIL").due_on == date(2026, 7, 13)  # 12 July 2026 is a Sunday


def test_the_cnil_extends_to_four_months() -> None:
    people = cast()
    dossier = with_cnil(people, tacit=False)
    make(dossier, "cnil_extends", people, paris(2026, 6, 1, 10))
    assert running(dossier, "K-CNIL").due_on == date(2026, 8, 20)


def test_a_suspended_clock_keeps_its_history_and_is_not_lapsed_meanwhile() -> None:
    people = cast()
    dossier = a_dossier(State.INCOMPLETE, people, begun=paris(2026, 2, 26, 10))
    clock = running(dossier, "K-COMP")
    assert clock.due_on == date(2026, 4, 3)  # asked on 4 March, thirty days
    clocks.suspend(dossier, "K-COMP", paris(2026, 3, 10, 10), "illness")
    silence.lapse_all(paris(2026, 5, 1, 10))
    assert Clock.objects.get(pk=clock.pk).lapsed_at is None
    clocks.resume(dossier, "K-COMP", paris(2026, 3, 20, 10))
    assert running(dossier, "K-COMP").due_on == date(2026, 4, 13)
    assert clock.pauses.get().until == date(2026, 3, 20)


def test_a_clock_that_may_not_be_suspended_is_not() -> None:
    dossier = a_dossier(State.SUBMITTED)
    with pytest.raises(RuleBroken):
        clocks.suspend(dossier, "K-SEC", datetime.now(UTC), "illness")


def test_abandonment_is_proposed_then_needs_a_reminder_and_a_person() -> None:
    people = cast()
    dossier = a_dossier(State.INCOMPLETE, people, begun=paris(2026, 2, 26, 10))
    with pytest.raises(RuleBroken):  # too early
        dossier.abandon(by=people["officer"], at=paris(2026, 3, 20, 10))
    silence.lapse_all(paris(2026, 4, 5, 10))
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.state == State.INCOMPLETE
    assert Task.objects.filter(subject_id=dossier.pk, action="abandon", closed_at=None).exists()
    with pytest.raises(RuleBroken):  # never reminded
        dossier.abandon(by=people["officer"], at=paris(2026, 4, 6, 10))
    make(dossier, "abandon", people, paris(2026, 4, 7, 10))
    assert dossier.state == State.ABANDONED


def test_catalogue_holders_have_ten_days_only_when_their_database_is_asked_for() -> None:
    from catalogue.models import Database

    people = cast()
    plain = a_dossier(State.WITH_COMMITTEE, people)
    assert not clocks.of(plain).filter(code="K-DATA").exists()
    asked = a_dossier(State.WITH_COMMITTEE, people, databases=[Database.objects.filter(level="catalogue").first()])
    assert clocks.of(asked).filter(code="K-DATA").exists()


def test_the_holders_period_ends_by_itself_and_makes_nobody_late() -> None:
    from catalogue.models import Database

    people = cast()
    asked = [Database.objects.filter(level="catalogue").first()]
    dossier = a_dossier(State.WITH_COMMITTEE, people, begun=paris(2026, 3, 2, 10), databases=asked)
    silence.lapse_all(paris(2026, 3, 25, 10))
    assert clocks.of(dossier).get(code="K-DATA").outcome == Outcome.LAPSED


def test_an_assignment_does_not_hold_a_true_date_back() -> None:
    from requests_app.services import assign

    people = cast()
    dossier = a_dossier(State.SUBMITTED, people, begun=paris(2026, 3, 2, 10))
    assign(dossier, officer=people["officer"], by=people["officer"], at=paris(2026, 3, 20, 10))
    make(dossier, "declare_complete", people, paris(2026, 3, 10, 10))
    assert dossier.completed_at == paris(2026, 3, 10, 10)


def test_a_withdrawal_stops_every_clock() -> None:
    people = cast()
    dossier = a_dossier(State.WITH_COMMITTEE, people)
    make(dossier, "withdraw", people, datetime.now(UTC))
    assert not clocks.of(dossier).filter(outcome=Outcome.RUNNING).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_lapse_a_clock_once() -> None:
    import threading

    from django.db import connection

    dossier = before_committee(cast(), paris(2026, 3, 10, 10))
    clock, barrier, results = running(dossier, "K-CES"), threading.Barrier(2), []

    def sweep() -> None:
        barrier.wait()
        results.append(silence.lapse(clock.pk, paris(2026, 4, 20, 8)))
        connection.close()

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, True]
    assert JournalLine.objects.filter(subject_id=dossier.pk, action="deem_favourable").count() == 1
