"""The outbox: in the move's transaction, delivered by whoever comes, tried again, given up in sight of a person."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from requests_app.states import State
from tests.requests_app.factories import a_dossier, cast, make
from workflow import engine, outbox
from workflow.models import MessageState, OutboxMessage
from workflow.tasks import sweep_outbox

pytestmark = pytest.mark.django_db
delivered: list[int] = []


@pytest.fixture(autouse=True)
def probe() -> Iterator[None]:
    """A channel that notes what it delivers, or fails when told to."""

    def note(message: OutboxMessage) -> None:
        if message.payload.get("fails"):
            raise ConnectionError("nobody answers")
        delivered.append(message.pk)

    outbox.HANDLERS["probe"] = note
    delivered.clear()
    yield
    del outbox.HANDLERS["probe"]


def only() -> OutboxMessage:
    return OutboxMessage.objects.get(kind="probe")


def test_the_same_key_is_queued_once() -> None:
    outbox.queue("probe", "k", a=1)
    outbox.queue("probe", "k", a=2)
    assert only().payload == {"a": 1}


def test_a_rolled_back_decision_queues_nothing() -> None:
    with transaction.atomic():
        outbox.queue("probe", "k")
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.filter(kind="probe").exists()


def test_a_message_is_delivered_once_however_often_the_sweep_comes() -> None:
    outbox.queue("probe", "k")
    assert sweep_outbox() == 1
    assert sweep_outbox() == 0
    assert (len(delivered), only().state) == (1, MessageState.DONE)


def test_a_failure_waits_twice_as_long_each_time_and_is_given_up_at_last() -> None:
    outbox.queue("probe", "k", fails=True)
    now, waits = timezone.now(), []
    for _attempt in range(outbox.MOST_ATTEMPTS):
        message = only()
        now = max(now, message.next_try_at)
        outbox.deliver(message.pk, now)
        waits.append((only().next_try_at - now) // timedelta(minutes=1))
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128]
    assert (only().state, only().last_error) == (MessageState.DEAD, "ConnectionError")
    outbox.revive(only(), now)
    assert (only().state, only().attempts) == (MessageState.QUEUED, 0)


def test_the_error_that_is_kept_says_no_more_than_its_kind() -> None:
    outbox.queue("probe", "k", fails=True)
    outbox.deliver(only().pk, timezone.now())
    assert "nobody" not in only().last_error


def test_nothing_is_queued_while_history_is_replayed() -> None:
    with outbox.muted():
        outbox.queue("probe", "k")
    assert not OutboxMessage.objects.filter(kind="probe").exists()


def test_a_broker_that_is_down_loses_nothing(
    settings: object, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(sweep_outbox, "apply_async", broken)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        outbox.queue("probe", "k")
    assert only().state == MessageState.QUEUED
    assert sweep_outbox() == 1


def test_a_move_writes_to_the_team_in_their_language(mailoutbox: list[mail.EmailMultiAlternatives]) -> None:
    people = cast()
    people["owner"].language = "fr"
    people["owner"].save()
    dossier = a_dossier(State.SUBMITTED, people)
    sweep_outbox()
    mailoutbox.clear()
    make(dossier, "ask_for_complement", people, timezone.now())
    sweep_outbox()
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted([people["owner"].email, people["signatory"].email])
    letter = next(one for one in mailoutbox if one.to == [people["owner"].email])
    assert dossier.reference in letter.body
    assert letter.alternatives and "Message-ID" in letter.extra_headers


def test_a_letter_sent_twice_carries_one_message_id() -> None:
    from workflow.mail import message_id

    assert message_id("line:1:2") == message_id("line:1:2") != message_id("line:1:3")


def test_a_reaction_that_fails_does_not_refuse_the_move_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def reaction(subject: object, line: object) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("first time")

    monkeypatch.setattr(engine, "reactions", lambda: {"dossier.declare_complete": (reaction,)})
    people = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    make(dossier, "declare_complete", people, timezone.now())
    assert dossier.state == State.COMPLETE
    message = OutboxMessage.objects.get(kind="reaction")
    assert outbox.deliver(message.pk, timezone.now())
    assert len(calls) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_deliver_one_message_once() -> None:
    outbox.queue("probe", "k")
    pk, barrier, results = only().pk, threading.Barrier(2), []

    def work() -> None:
        barrier.wait()
        results.append(outbox.deliver(pk, timezone.now()))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, True]
    assert len(delivered) == 1


def test_the_lag_is_how_long_the_oldest_has_waited() -> None:
    assert outbox.lag(timezone.now()) == timedelta(0)
    outbox.queue("probe", "k")
    assert outbox.lag(only().next_try_at + timedelta(minutes=5)) == timedelta(minutes=5)
