"""What is told, to whom and once: letters that name nothing of what is asked, alerts of the legal month, webhooks."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as postbox
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from extractions.exchange.services import add_webhook
from rights.answering.alerting import alert_all
from rights.answering.models import Alert, Stage
from rights.answering.rules import Life, stages
from rights.answering.webhooks import CHANGED, RECEIVED
from rights.secret_keys import FOLDER, make_missing
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.extractions.exchanging import a_receiver
from tests.rights.factories import a_controller, a_key, a_request, an_envelope, in_state, person_of
from tests.rights.systems import a_system
from workflow import keys, outbox
from workflow.models import OutboxMessage, Outcome

START = datetime(2026, 3, 2, 10, tzinfo=UTC)


def told() -> list[str]:
    """Deliver everything, and answer the subjects of the letters."""
    postbox.outbox.clear()
    outbox.deliver_waiting(timezone.now)
    return [letter.subject for letter in postbox.outbox]


@pytest.mark.django_db
def test_the_agents_are_told_of_a_request_without_a_word_of_what_it_asks(english_pages: None) -> None:
    there = a_controller("QUIX")
    taken = a_request(there)
    routing = taken.routings[0]
    User.objects.update(language="en")
    assert told() == [f"Request {routing.number} has come"]
    letter = postbox.outbox[0]
    whole = str(letter.message())
    assert letter.to == [there.agent.email] and routing.number in whole
    assert not any(word.lower() in whole.lower() for word in ("QUIX", "access", taken.code))
    in_state(routing, "transmit", "take_up", by=there.agent)
    routing.ask_complement(by=there.agent, at=timezone.now(), kind="precision")
    routing.give_complement(by=person_of(taken), at=timezone.now())
    assert told() == [f"Request {routing.number}: the complement has come"], "nobody is told of what they did themselves"
    routing.withdraw(by=person_of(taken), at=timezone.now())
    assert told() == [f"Request {routing.number} is withdrawn"]


@pytest.mark.django_db
def test_each_alert_is_told_once_and_what_is_late_to_the_data_protection_officers_too(english_pages: None) -> None:
    there = a_controller()
    officer, own, stranger = UserFactory(), UserFactory(), UserFactory()
    RoleGrantFactory(user=officer, role=Role.DPO)
    RoleGrantFactory(user=own, role=Role.DPO, organisation=there.organisation)
    RoleGrantFactory(user=stranger, role=Role.DPO, organisation=a_controller("BNY").organisation)
    User.objects.update(language="en")
    with time_machine.travel(START, tick=False):
        routing = a_request(there, at=START).routings[0]
        told()
    heard = {}
    for day in range(40):
        with time_machine.travel(START + timedelta(days=day), tick=False):
            alert_all(timezone.now())
            alert_all(timezone.now())
            if subjects := told():
                heard[day] = (len(subjects), subjects[0].removeprefix(f"Request {routing.number}").strip(": "))
    assert heard == {
        3: (1, "has not been opened"),
        15: (1, "half of the time has passed"),
        23: (1, "one week left"),
        28: (1, "last days"),
        32: (3, "is late"),
    }, "2 April is the last day"
    assert Alert.objects.count() == 5 and Alert.objects.get(stage=Stage.OVERDUE).due_on == date(2026, 4, 2)
    with time_machine.travel(START + timedelta(days=41), tick=False):
        in_state(routing, "transmit", "take_up", "accept", by=there.agent)
        assert alert_all(timezone.now()) == 0


def test_an_alert_waits_while_the_time_limit_stands_still_and_an_extended_one_has_its_own() -> None:
    life = Life(date(2026, 3, 2), date(2026, 4, 2))
    assert [len(stages(life, date(2026, 3, day))) for day in (16, 17, 24, 25, 29, 30)] == [0, 1, 1, 2, 2, 3]
    assert stages(life, date(2026, 4, 3))[-1] == Stage.OVERDUE and Stage.OVERDUE not in stages(life, date(2026, 4, 2))
    assert stages(Life(life.received_on, life.due_on, is_paused=True, paused_days=5), date(2026, 5, 1)) == []
    assert stages(Life(life.received_on, date(2026, 4, 12), paused_days=10), date(2026, 3, 26)) == []
    extended = Life(life.received_on, date(2026, 6, 2), is_extended=True)
    assert stages(extended, date(2026, 4, 20)) == [] and stages(extended, date(2026, 5, 30)) == [Stage.LAST]
    assert stages(extended, date(2026, 6, 3)) == [Stage.LAST, Stage.OVERDUE]
    assert stages(Life(life.received_on, life.due_on, is_opened=False), date(2026, 3, 5)) == [Stage.UNOPENED]
    entered = Life(life.received_on, life.due_on, is_opened=False, handed_on=date(2026, 3, 12))
    assert stages(entered, date(2026, 3, 14)) == [] and stages(entered, date(2026, 3, 15)) == [Stage.UNOPENED]


@pytest.mark.django_db
def test_a_letter_that_was_entered_late_is_not_called_unopened_on_its_first_day() -> None:
    there = a_controller()
    key, _private = a_key(there, START)
    with time_machine.travel(START + timedelta(days=10), tick=False):
        routing = a_request(there, at=START).routings[0]
        an_envelope(routing, key)
        told()
        assert alert_all(timezone.now()) == 0
    with time_machine.travel(START + timedelta(days=13), tick=False):
        assert alert_all(timezone.now()) == 1 and Alert.objects.get().stage == Stage.UNOPENED


@pytest.mark.django_db
def test_the_systems_of_the_controller_are_told_of_a_number_and_a_state(settings: Any, tmp_path: Any) -> None:
    settings.KEYS_DIR, settings.WEBHOOK_PRIVATE_ADDRESSES = tmp_path, True
    keys.make("webhooks")
    make_missing(tmp_path / FOLDER)
    there, other = a_controller("QUIX"), a_controller("BNY")
    keeper = UserFactory(administrator=True)
    with a_receiver() as received:
        for controller in (there, other):
            client = a_system(controller).client
            add_webhook(client, url=received.url, events=[RECEIVED, CHANGED], by=keeper, at=timezone.now())
        routing = in_state(a_request(there).routings[0], "transmit", by=there.agent)
        outbox.deliver_waiting(timezone.now)
        OutboxMessage.objects.filter(kind="webhook").update(state="queued", done_at=None)
        outbox.deliver_waiting(timezone.now)
    bodies = [json.loads(body) for _headers, body in received.messages]
    assert [(one["type"], one["data"]["number"], one["data"]["state"]) for one in bodies] == [
        (RECEIVED, routing.number, "deposited"),
        (CHANGED, routing.number, "transmitted"),
    ], "told once each, to this controller alone"
    assert not any(word in body for _headers, body in received.messages for word in (b"QUIX", b"esme", b"access"))


@pytest.mark.django_db
def test_who_answers_while_an_identity_is_awaited_is_not_counted_late() -> None:
    there = a_controller()
    with time_machine.travel(START + timedelta(days=60), tick=False):
        routing = in_state(a_request(there, at=START).routings[0], "transmit", "take_up", by=there.agent, at=START)
        routing.ask_complement(by=there.agent, at=START + timedelta(days=20), kind="identity")
        routing.refuse(by=there.agent, at=START + timedelta(days=40), reason="identity")
        assert routing.month is not None and routing.month.outcome == Outcome.MET and routing.complement == ""
