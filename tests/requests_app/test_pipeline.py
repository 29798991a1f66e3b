"""The picture of a dossier: every state stands somewhere, what is done is done, what stopped goes no further."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from requests_app import durations
from requests_app.durations import Usual
from requests_app.models import Dossier
from requests_app.overview import journal_of
from requests_app.pipeline import CURRENT, DONE, FUTURE, STOPPED, STOPS, mini, pipeline
from requests_app.running import shown_clocks
from requests_app.states import Opinion, State
from tests.requests_app.factories import ROADS, a_dossier, cast, make
from workflow import clocks, outbox
from workflow.periods import paris_day

pytestmark = pytest.mark.django_db


def drawn(dossier: Dossier, **more):
    found = clocks.of(dossier).prefetch_related("pauses")
    return pipeline(dossier, found, list(journal_of(dossier)), today=paris_day(timezone.now()), **more)


def here(steps) -> str:
    return next(step.code for step in steps if step.status in (CURRENT, STOPPED))


PLACES = {
    State.DRAFT: "filing",
    State.SUBMITTED: "completeness",
    State.INCOMPLETE: "completeness",
    State.ABANDONED: "completeness",
    State.COMPLETE: "committee",
    State.WITH_COMMITTEE: "committee",
    State.OPINION_GIVEN: "cnil",
    State.WITH_CNIL: "cnil",
    State.CNIL_INCOMPLETE: "cnil",
    State.REFUSED: "cnil",
    State.CLOSED_WITHOUT_ACTION: "cnil",
    State.AUTHORISED: "convention",
    State.CONTRACTING: "convention",
    State.IN_PREPARATION: "data",
    State.RUNNING: "project",
    State.ENDED: "results",
    State.DESTROYED: "results",
    State.WITHDRAWN: "filing",
}


@pytest.mark.parametrize("state", PLACES)
def test_every_state_has_its_place_in_the_picture_and_on_the_card(state: str) -> None:
    dossier = a_dossier(state)
    assert here(drawn(dossier)) == here(mini(dossier)) == PLACES[state]


@pytest.mark.parametrize("state", ROADS)
def test_steps_are_done_before_the_place_and_to_come_after_it(state: str) -> None:
    statuses = [step.status for step in drawn(a_dossier(state))]
    rank = {DONE: 0, CURRENT: 1, STOPPED: 1, FUTURE: 2}
    assert [rank[status] for status in statuses] == sorted(rank[status] for status in statuses)
    assert (STOPPED in statuses) == (state in STOPS)
    assert (FUTURE in statuses) == (state not in {*STOPS, State.CLOSED, State.ENDED, State.DESTROYED})


def test_the_picture_and_the_card_show_the_same_steps() -> None:
    dossier = a_dossier(State.RUNNING)
    assert [(step.code, step.status) for step in drawn(dossier)] == [(step.code, step.status) for step in mini(dossier)]


def test_the_card_asks_the_database_nothing(django_assert_num_queries) -> None:
    dossier = a_dossier(State.WITH_CNIL)
    with django_assert_num_queries(0):
        mini(dossier)


@pytest.mark.parametrize(
    ("procedure", "codes"),
    [
        ("aut", ["filing", "completeness", "committee", "cnil", "convention", "data", "project", "results"]),
        ("mr004", ["filing", "completeness", "commitment", "convention", "data", "project", "results"]),
        ("mr007", ["filing", "completeness", "committee", "commitment", "convention", "data", "project", "results"]),
    ],
)
def test_each_procedure_has_its_own_steps(procedure: str, codes: list[str]) -> None:
    assert [step.code for step in drawn(a_dossier(State.SUBMITTED, procedure=procedure))] == codes


def test_a_complete_dossier_without_committee_waits_for_its_commitment() -> None:
    dossier = a_dossier(State.COMPLETE, procedure="mr004")
    assert here(drawn(dossier)) == here(mini(dossier)) == "commitment"


def test_a_project_on_its_own_data_has_neither_convention_nor_delivery() -> None:
    dossier = a_dossier(State.COMPLETE, procedure="mr004", databases=[], other_sources="Cohorte propre")
    assert [step.code for step in drawn(dossier)] == ["filing", "completeness", "commitment", "project", "results"]


def test_a_done_step_tells_its_days_and_the_current_one_since_when() -> None:
    begun = timezone.now() - timedelta(days=20)
    filing, completeness, committee, *_rest = drawn(a_dossier(State.COMPLETE, begun=begun))
    assert (filing.since, filing.until) == (paris_day(begun), paris_day(begun + timedelta(days=3)))
    assert completeness.until == committee.since == paris_day(begun + timedelta(days=6))


def test_the_current_step_carries_its_clock_and_no_other_step_does() -> None:
    steps = {step.code: step for step in drawn(a_dossier(State.WITH_CNIL))}
    assert [clock.code for clock in steps["cnil"].clocks] == ["K-CNIL"]
    assert not any(step.clocks for code, step in steps.items() if code != "cnil")


def test_the_opinion_is_told_with_its_kind() -> None:
    committee = next(step for step in drawn(a_dossier(State.OPINION_GIVEN)) if step.code == "committee")
    assert (Opinion.FAVOURABLE.label, DONE) in [(one.detail, one.status) for one in committee.substeps]


def test_after_a_revision_the_committee_is_to_come_again_and_its_first_opinion_stays() -> None:
    people = cast()
    dossier = a_dossier(State.OPINION_GIVEN, people)
    make(dossier, "revise", people, timezone.now())
    committee = next(step for step in drawn(dossier) if step.code == "committee")
    assert committee.status == FUTURE
    assert [one.status for one in committee.substeps] == [DONE, DONE, FUTURE, FUTURE]


def test_a_withdrawn_dossier_stopped_where_it_stood() -> None:
    people = cast()
    dossier = a_dossier(State.WITH_COMMITTEE, people)
    make(dossier, "withdraw", people, timezone.now())
    assert here(drawn(dossier)) == here(mini(dossier)) == "committee"


def test_a_running_clock_counts_the_days_that_passed_and_those_that_were_suspended() -> None:
    people = cast()
    dossier = a_dossier(State.INCOMPLETE, people, begun=timezone.now() - timedelta(days=16))
    clocks.suspend(dossier, "K-COMP", timezone.now() - timedelta(days=4), "test")
    (clock,) = shown_clocks(clocks.of(dossier).prefetch_related("pauses"), paris_day(timezone.now()))
    assert (clock.elapsed, clock.is_suspended, clock.is_late) == (6, True, False)


def test_a_clock_past_its_due_day_is_late() -> None:
    dossier = a_dossier(State.SUBMITTED, begun=timezone.now() - timedelta(days=60))
    (clock,) = shown_clocks(clocks.of(dossier).prefetch_related("pauses"), paris_day(timezone.now()))
    assert clock.is_late
    assert clock.due_on < date.today()


def test_usual_durations_need_five_dossiers_that_left_the_step() -> None:
    people = cast()
    begun = timezone.now() - timedelta(days=30)
    with outbox.muted():
        for _number in range(4):
            a_dossier(State.WITH_COMMITTEE, people, begun=begun)
        assert "completeness" not in durations.measure().get("aut", {})
        a_dossier(State.WITH_COMMITTEE, people, begun=begun)
    found = durations.measure()["aut"]
    assert found["completeness"] == Usual(3.0, 3.0, 3.0, 5)
    assert "committee" not in found


def test_demonstration_dossiers_tell_no_duration_on_a_real_site(settings) -> None:
    people = cast()
    with outbox.muted():
        keys = [a_dossier(State.COMPLETE, people, begun=timezone.now() - timedelta(days=30)).pk for _number in range(5)]
    Dossier.objects.filter(pk__in=keys).update(is_demonstration=True)
    assert durations.measure() == {}
    settings.DEMO_DATA = True
    assert durations.measure()["aut"]["completeness"].dossiers == 5


def test_usual_durations_stand_on_the_steps_to_come() -> None:
    cache.clear()
    usual = {"cnil": Usual(1, 2, 3, 9), "authority": Usual(30, 45, 70, 12), "completeness": Usual(2, 3, 4, 12)}
    steps = {step.code: step for step in drawn(a_dossier(State.WITH_COMMITTEE), usual=usual)}
    assert steps["cnil"].usual == usual["authority"]
    assert steps["completeness"].usual is None


@pytest.mark.parametrize(
    ("usual", "sentence"),
    [
        (Usual(2.2, 3.4, 6.1, 8), "usually 3 days, most often 2 to 7"),
        (Usual(3, 3, 3, 5), "usually 3 days"),
        (Usual(28, 35, 60, 9), "usually 5 weeks, most often 4 to 9"),
        (Usual(100, 150, 400, 9), "usually 5 months, most often 3 to 14"),
    ],
)
def test_a_usual_duration_is_said_in_the_unit_in_which_people_think_of_it(usual: Usual, sentence: str) -> None:
    with translation.override("en"):
        assert usual.sentence == sentence
