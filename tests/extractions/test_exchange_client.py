"""The example client of the documents, as it stands there, against the running site; and its receiver against replays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from extractions.exchange import signing
from extractions.exchange.models import Event
from extractions.services.opening import cnam
from extractions.states import Kind, TicketState
from tests.extractions.exchanging import API, a_receiver, a_system, a_webhook
from tests.extractions.factories import a_scene, a_ticket
from workflow import keys, outbox

PATH = Path(__file__).parents[2] / "docs/ticket_client.py"


@pytest.fixture
def example() -> ModuleType:
    found = util.spec_from_file_location("ticket_client", PATH)
    assert found and found.loader
    module = util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.django_db(transaction=True)
def test_the_example_client_takes_a_ticket_and_moves_it_on_the_running_site(live_server: Any, example: ModuleType) -> None:
    with transaction.atomic():
        scene, system = a_scene(), a_system(cnam())
        number = a_ticket(scene, Kind.COHORT, TicketState.NEED_AGREED).number
        other = a_ticket(scene, organisation=scene.holder).number
    environment = {**os.environ, "GUICHET_SITE": live_server.url, "GUICHET_TOKEN": system.secret}
    told = subprocess.run([sys.executable, str(PATH), "etape", number, "begin_extraction"], env=environment, capture_output=True, text=True)
    assert json.loads(told.stdout)["state"] == "extraction", told.stderr
    tickets = example.Tickets(live_server.url, system.secret, pause=0)
    assert [one["number"] for one in tickets.all(state="extraction")] == [number] and tickets.me()["scopes"]
    _ticket, etag = tickets.read(number)
    assert tickets.claim(number, etag=etag)["claimed"]
    with pytest.raises(example.Refused) as late:
        tickets.expect(number, "2099-01-15", etag=etag)
    assert late.value.status == 412 and late.value.sentences()
    assert tickets.ask(number, "Quelle version de la CIM-10 ?")["question_open_since"]
    assert tickets.withdraw(number)["question_open_since"] is None
    for asked in (lambda: tickets.need(number), lambda: tickets.result(number, 100, "NIR=96")):
        with pytest.raises(example.Refused) as early:
            asked()
        assert early.value.status in (404, 409), "nothing is agreed, and no matching is under way"
    with pytest.raises(example.Refused) as absent:
        tickets.read(other)
    assert absent.value.status == 404


@pytest.mark.django_db
def test_the_example_receiver_takes_each_message_once_and_from_the_site_only(settings: Any, tmp_path: Path, example: ModuleType) -> None:
    settings.KEYS_DIR, settings.WEBHOOK_PRIVATE_ADDRESSES = tmp_path, True
    keys.make("webhooks")
    with a_receiver() as received:
        a_webhook(a_system(cnam()), received.url, Event.OPENED)
        number = a_ticket(a_scene()).number
        outbox.deliver_waiting(lambda: outbox.timezone.now())
    headers, body = received.messages[0]
    receiver = example.Receiver(Client().get(f"{API}/webhook-keys").json()["keys"])
    assert receiver.take(headers, body)["data"]["number"] == number
    assert receiver.take(headers, body) is None, "the same message again"
    for wrong in (
        (headers | {"webhook-timestamp": str(int(time.time()) - 4000)}, body, None),
        (headers, body, time.time() + 4000),
        (headers | {"webhook-id": "msg_other"}, body, None),
        (headers, body.replace(b"created", b"closed"), None),
    ):
        with pytest.raises(ValueError):
            receiver.take(*wrong)
    keys.path_of(signing.USE).unlink()
    assert Client().get(f"{API}/webhook-keys").json() == {"keys": []}
