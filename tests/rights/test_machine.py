"""Requests under random walks: one answer for each database, none lost, none answered twice, whatever is repeated or tried."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from accounts.models import User
from rights.answering import services
from rights.answering.alerting import alert_all
from rights.answering.models import Alert
from rights.answering.rules import ANSWERS
from rights.envelopes import sealing
from rights.envelopes.models import Envelope, SealedMessage
from rights.models import Request, Routing
from rights.services.opening import Choice, take
from rights.states import ANSWERED, ENDED, RoutingState
from tests.rights.factories import a_controller, person_of
from tests.rights.systems import a_key, a_pair, an_envelope, words_for
from workflow import journal, silence
from workflow.engine import moves_of
from workflow.models import Clock, JournalLine, OutboxMessage
from workflow.refusals import Refusal

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
#: What goes with each move.
TOLD: dict[str, dict[str, Any]] = {
    "ask_complement": {"kind": "identity"},
    "extend": {"reason": "complexity"},
    "accept_in_part": {"reason": "others"},
    "refuse": {"reason": "identity"},
}
WHO = st.sampled_from(["own", "other", "person", "stranger", "system"])
PLACE = st.integers(0, 1)


class Walk(RuleBasedStateMachine):
    """One form to two controllers, sent several times; both, the person and strangers do what they may and what they may not."""

    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()  # each walk is taken back, so that the next one finds nothing
        self.block.__enter__()
        self.at, self.reply = START, a_pair()
        self.travel = time_machine.travel(datetime(2028, 1, 1, tzinfo=UTC), tick=False)
        self.travel.start()
        self.controllers = [a_controller(), a_controller("BNY")]
        self.keys = [a_key(one, at=START) for one in self.controllers]
        self.send()
        self.routings = [Routing.objects.get(organisation=one.organisation) for one in self.controllers]
        for routing, key in zip(self.routings, self.keys, strict=True):
            an_envelope(routing, key, self.reply, at=START)
        self.people: dict[str, Any] = {
            "person": person_of(self.taken),
            "stranger": self.controllers[0].agent,
            "system": User.objects.system(),
        }

    def teardown(self) -> None:
        if hasattr(self, "travel"):
            self.travel.stop()
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    @rule()
    def send(self) -> None:
        """The same form once more."""
        choices = [Choice(one.database, one.organisation, "access") for one in self.controllers]  # type: ignore[arg-type]
        self.taken = take(choices, token=b"the same form", at=self.at)

    @rule(place=PLACE, who=WHO, days=st.integers(0, 12), move=st.sampled_from(sorted(moves_of(Routing))))
    def try_a_move(self, place: int, who: str, days: int, move: str) -> None:
        by = self.actor(place, who)
        self.tried(place, days, lambda one, at: getattr(one, move)(by=by, at=at, **TOLD.get(move, {})))

    @rule(place=PLACE, days=st.integers(0, 3), move=st.sampled_from(sorted(ANSWERS)), twice=st.booleans())
    def answer(self, place: int, days: int, move: str, twice: bool) -> None:
        reason = TOLD.get(move, {}).get("reason", "")
        told = words_for(self.routings[place], self.reply)
        words = services.SealedWords(base64.b64decode(told["sealed"]), told["sealed_to"])
        for _again in range(1 + twice):
            self.tried(place, days, lambda one, at: services.answer(one, move, reason, words, by=self.actor(place, "own"), at=at))

    @rule(place=PLACE, who=WHO)
    def fetch(self, place: int, who: str) -> None:
        self.tried(place, 0, lambda one, at: services.fetch(one, by=self.actor(place, who), at=at))

    @rule(place=PLACE)
    def take_up(self, place: int) -> None:
        self.tried(place, 0, lambda one, at: services.take_up(one, by=self.actor(place, "own"), at=at))

    @rule(days=st.integers(1, 40))
    def let_time_pass(self, days: int) -> None:
        self.at += timedelta(days=days)
        silence.lapse_all(self.at)
        before = Alert.objects.count()
        made = alert_all(self.at)
        assert alert_all(self.at) == 0 and Alert.objects.count() == before + made

    def actor(self, place: int, who: str) -> Any:
        if who in self.people:
            return self.people[who]
        return self.controllers[place if who == "own" else 1 - place].agent

    def tried(self, place: int, days: int, act: Any) -> None:
        self.at += timedelta(days=days)
        routing = Routing.objects.get(pk=self.routings[place].pk)
        before, lines = routing.state, routing.journal_seq
        try:
            act(Routing.objects.get(pk=routing.pk), self.at)
        except Refusal:
            after = Routing.objects.get(pk=routing.pk)
            assert (after.state, after.journal_seq) == (before, lines), "what is refused changes nothing"
            return
        assert before not in ENDED or Routing.objects.get(pk=routing.pk).state == before

    @invariant()
    def one_answer_for_each_database(self) -> None:
        if not hasattr(self, "people"):
            return
        assert Request.objects.count() == 1 and Routing.objects.count() == len(self.controllers)
        assert Envelope.objects.count() == len(self.controllers)
        states = []
        for routing in Routing.objects.order_by("pk"):
            lines = list(JournalLine.objects.filter(subject_type="routing", subject_id=routing.pk).order_by("seq"))
            ends = [line.to_state for line in lines if line.to_state in ENDED and line.from_state != line.to_state]
            assert len(ends) == (routing.state in ENDED) and len(lines) == routing.journal_seq
            answers = SealedMessage.objects.filter(routing=routing, kind="answer")
            assert routing.state in ANSWERED or not answers.exists()
            running = set(
                Clock.objects.filter(subject_type="routing", subject_id=routing.pk, outcome="running").values_list("code", flat=True)
            )
            assert ("K-DRO" in running) == (routing.state not in ENDED) and (routing.state not in ENDED or not running)
            assert ("K-CPL" in running) == (routing.state == RoutingState.COMPLEMENT_ASKED)
            states.append(routing.state)
        assert (Request.objects.get().closed_at is not None) == all(state in ENDED for state in states)
        keys = OutboxMessage.objects.filter(kind="rights_request").values_list("key", flat=True)
        assert len(set(keys)) == len(keys)

    @invariant()
    def the_journal_is_whole(self) -> None:
        if hasattr(self, "people"):
            assert not list(journal.faults())


class TestWalk(Walk.TestCase, TestCase):  # type: ignore[misc, name-defined]
    """The walks, few of them."""

    settings = settings(
        max_examples=12, stateful_step_count=18, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
    )


@pytest.mark.slow
class TestLongWalk(Walk.TestCase, TestCase):  # type: ignore[misc, name-defined]
    """The same at length."""

    settings = settings(max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def test_what_was_sealed_to_one_person_does_not_pass_for_another(db: None) -> None:
    there, reply = a_controller(), a_pair()
    routing = take([Choice(there.database, there.organisation, "access")], token=b"one", at=START).routings[0]  # type: ignore[arg-type]
    told = words_for(routing, reply)
    with pytest.raises(sealing.NotOpened):
        sealing.open_sealed(base64.b64decode(told["sealed"]), a_pair().private, b"guichet")
