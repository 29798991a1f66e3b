"""The machine under random walks, double clicks and attempts to go around it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from requests_app.models import Dossier
from requests_app.services import begin_dossier, remind, state_wish, suspend
from requests_app.states import FINAL, State
from tests.requests_app.factories import a_dossier, a_draft, cast, make, told
from workflow import journal, silence
from workflow.engine import moves_of
from workflow.models import Clock, JournalLine
from workflow.periods import paris_day
from workflow.refusals import NotAllowed, Refusal, RuleBroken, WrongState


class Walk(RuleBasedStateMachine):
    """Walks random legal and illegal moves, with time passing between them."""

    @initialize(procedure=st.sampled_from(["aut", "du", "mr004", "mr007", "mr008"]))
    def begin(self, procedure: str) -> None:
        self.people = cast()
        self.at = datetime(2024, 1, 3, 9, tzinfo=UTC)
        self.dossier = a_draft(self.people, procedure=procedure, at=self.at)
        self.lines = 0

    @rule(
        move=st.sampled_from(sorted(moves_of(Dossier))),
        who=st.sampled_from(["owner", "officer", "head", "president", "cnil"]),
        days=st.integers(0, 20),
    )
    def try_a_move(self, move: str, who: str, days: int) -> None:
        self.at += timedelta(days=days)
        before = self.dossier.state
        try:
            getattr(self.dossier, move)(by=self.people[who], at=self.at, **told(move))
        except Refusal:
            assert Dossier.objects.values_list("state", flat=True).get(pk=self.dossier.pk) == before
            return
        self.lines += 1
        assert before not in FINAL

    @rule(days=st.integers(1, 90))
    def let_time_pass(self, days: int) -> None:
        self.at += timedelta(days=days)
        silence.lapse_all(self.at)
        self.dossier = Dossier.objects.select_related("content").get(pk=self.dossier.pk)
        self.lines = self.dossier.journal_seq

    @rule()
    def say_that_the_cnil_is_wanted(self) -> None:
        try:
            state_wish(self.dossier, by=self.people["owner"], at=self.at)
            self.lines += 1
        except Refusal:
            pass

    @invariant()
    def the_journal_follows(self) -> None:
        if not hasattr(self, "dossier"):
            return
        lines = list(JournalLine.objects.filter(subject_id=self.dossier.pk))
        assert len(lines) == self.lines
        assert not list(journal.faults())
        state = State.DRAFT
        for line in lines:
            spec = moves_of(Dossier).get(line.action)
            assert line.from_state == state
            assert spec is None or line.from_state in spec.sources
            state = State(line.to_state)
        assert Dossier.objects.values_list("state", flat=True).get(pk=self.dossier.pk) == state

    @invariant()
    def clocks_are_due_after_their_start(self) -> None:
        if hasattr(self, "dossier"):
            for clock in Clock.objects.filter(subject_id=self.dossier.pk):
                assert clock.due_on >= paris_day(clock.started_at)


Walk.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))


class TestRandomWalks(Walk.TestCase, TestCase):  # type: ignore[misc]
    """Each walk runs in a transaction that is rolled back."""


@pytest.mark.django_db(transaction=True)
def test_two_clicks_make_one_move() -> None:
    people = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    barrier, results = threading.Barrier(2), []

    def click() -> None:
        mine = Dossier.objects.select_related("content").get(pk=dossier.pk)
        barrier.wait()
        try:
            mine.declare_complete(by=people["officer"], at=datetime.now(UTC))
            results.append("done")
        except WrongState:
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "refused"]
    assert JournalLine.objects.filter(subject_id=dossier.pk, action="declare_complete").count() == 1


@pytest.mark.django_db
class TestGoingAround:
    """Nothing but a move changes a state."""

    def test_an_update_of_the_state_is_refused_by_the_database(self) -> None:
        dossier = a_dossier(State.SUBMITTED)
        with pytest.raises(DatabaseError, match="only through a move"), transaction.atomic():
            Dossier.objects.filter(pk=dossier.pk).update(state="closed", basis="express", authorised_on="2026-01-01")

    def test_a_dossier_cannot_begin_in_the_middle(self) -> None:
        people = cast()
        with pytest.raises(DatabaseError, match="begins in its first state"), transaction.atomic():
            Dossier.objects.create(
                reference="X", procedure="aut", state="complete", created_at=datetime.now(UTC), created_by=people["owner"], journal_seq=1
            )

    def test_assigning_the_state_is_refused_by_the_field(self) -> None:
        dossier = a_dossier(State.SUBMITTED)
        with pytest.raises(AttributeError):
            dossier.state = State.CLOSED

    def test_a_broken_rule_changes_nothing_and_says_everything(self) -> None:
        people = cast()
        dossier = begin_dossier(by=people["owner"], at=datetime.now(UTC), procedure="aut")
        with pytest.raises(RuleBroken) as refused:
            make(dossier, "submit", people, datetime.now(UTC))
        assert {"title", "controller", "lay_summary", "sources"} <= {broken.where for broken in refused.value.broken}
        again = Dossier.objects.get(pk=dossier.pk)
        assert (again.state, again.journal_seq, again.versions.count()) == (State.DRAFT, 0, 0)

    def test_nothing_happens_in_the_future_or_before_the_last_event(self) -> None:
        people = cast()
        dossier = a_dossier(State.SUBMITTED, people)
        for at in (datetime.now(UTC) + timedelta(minutes=1), dossier.moved_at - timedelta(seconds=1)):
            with pytest.raises(RuleBroken):
                make(dossier, "declare_complete", people, at)

    def test_the_content_cannot_be_transmitted_otherwise_than_filed(self) -> None:
        people = cast()
        dossier = a_dossier(State.OPINION_GIVEN, people)
        dossier.content.title = "Un autre titre"
        dossier.content.save()
        with pytest.raises(RuleBroken):
            make(dossier, "seize_cnil", people, datetime.now(UTC))

    def test_a_revision_keeps_the_former_opinion_on_file(self) -> None:
        people = cast()
        dossier = a_dossier(State.OPINION_GIVEN, people)
        make(dossier, "revise", people, datetime.now(UTC))
        assert (dossier.state, dossier.opinion) == (State.SUBMITTED, "")
        assert dossier.acts.get(action="record_opinion").outcome == "favourable"
        assert JournalLine.objects.get(subject_id=dossier.pk, action="revise").facts["former_opinion"] == "favourable"
        assert dossier.versions.count() == 2

    def test_an_opinion_that_is_not_plainly_favourable_needs_reasons(self) -> None:
        from requests_app.transitions.base import Recorded

        people = cast()
        for opinion in ("recommendations", "reserved", "unfavourable"):
            dossier = a_dossier(State.WITH_COMMITTEE, people)
            with pytest.raises(RuleBroken):
                make(dossier, "record_opinion", people, datetime.now(UTC), opinion=opinion, act=Recorded())
        make(dossier, "record_opinion", people, datetime.now(UTC), opinion="favourable", act=Recorded())

    @pytest.mark.parametrize(
        ("procedure", "opinion", "holds"), [("mr007", "favourable", True), ("mr007", "recommendations", True), ("mr008", "reserved", False)]
    )
    def test_a_commitment_needs_an_expressly_favourable_opinion(self, procedure: str, opinion: str, holds: bool) -> None:
        people = cast()
        dossier = a_dossier(State.WITH_COMMITTEE, people, procedure=procedure)
        make(dossier, "record_opinion", people, datetime.now(UTC), opinion=opinion)
        if holds:
            make(dossier, "verify_commitment", people, datetime.now(UTC))
            assert (dossier.state, dossier.basis) == (State.AUTHORISED, "commitment")
        else:
            with pytest.raises(RuleBroken):
                make(dossier, "verify_commitment", people, datetime.now(UTC))

    def test_a_tacit_opinion_supports_no_commitment(self) -> None:
        people = cast()
        dossier = a_dossier(State.WITH_COMMITTEE, people, procedure="mr007", begun=datetime.now(UTC) - timedelta(days=70))
        silence.lapse_all(datetime.now(UTC))
        dossier = Dossier.objects.select_related("content").get(pk=dossier.pk)
        assert dossier.opinion == "tacit"
        with pytest.raises(RuleBroken):
            make(dossier, "verify_commitment", people, datetime.now(UTC))

    def test_mr004_skips_the_committee(self) -> None:
        people = cast()
        dossier = a_dossier(State.COMPLETE, people, procedure="mr004", databases=[], other_sources="Base du centre")
        with pytest.raises(RuleBroken):
            make(dossier, "send_to_committee", people, datetime.now(UTC))
        make(dossier, "verify_commitment", people, datetime.now(UTC))
        make(dossier, "start_without_extraction", people, datetime.now(UTC))
        assert dossier.state == State.RUNNING

    def test_a_suspension_closes_the_gate_to_the_data(self) -> None:
        people = cast()
        dossier = a_dossier(State.IN_PREPARATION, people)
        suspend(dossier, by=people["officer"], at=datetime.now(UTC), cause="breach", reason="Accès partagé.")
        with pytest.raises(RuleBroken):
            make(dossier, "open_data", people, datetime.now(UTC))

    def test_reminding_is_for_officers(self) -> None:
        people = cast()
        dossier = a_dossier(State.INCOMPLETE, people)
        with pytest.raises(NotAllowed):
            remind(dossier, by=people["owner"], at=datetime.now(UTC))
