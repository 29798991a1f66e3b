"""A server or a worker that dies while a request is routed: nothing is lost, and everything is done once at the controller's own server."""

from __future__ import annotations

import json
import re
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as postbox
from django.db import transaction
from django.test import Client
from django.utils import timezone

from extractions.exchange.models import Answer, Notice
from extractions.exchange.services import add_webhook
from rights.answering.webhooks import CHANGED, RECEIVED
from rights.envelopes.models import Envelope, SealedMessage
from rights.models import Request, Routing
from rights.secret_keys import FOLDER, make_missing
from rights.services.opening import Choice, take
from tests.accounts.factories import UserFactory
from tests.extractions.exchanging import Received, a_receiver
from tests.faults.test_deposits import running, until
from tests.faults.test_tickets import killed_in, server_dies_at
from tests.rights.factories import Controller, a_controller, a_request, in_state
from tests.rights.systems import API, System, a_key, a_pair, a_system, an_envelope, words_for
from workflow import keys
from workflow.keys import folder_of
from workflow.models import JournalLine, MessageState, OutboxMessage
from workflow.tasks import sweep_outbox

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
#: A worker that comes to a call, makes it, and then stands still until it is killed.
DYING = """
import importlib, os, time
from pathlib import Path
from config.celery import app
from celery.signals import worker_ready

@worker_ready.connect
def arm(**_told):
    owner, name = importlib.import_module(os.environ["OWNER"]), os.environ["NAME"]
    real = getattr(owner, name)

    def stops(*told, **known):
        real(*told, **known)
        Path(os.environ["HERE"]).touch(); time.sleep(60)

    setattr(owner, name, stops)
"""


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    for name in ("var/broker/messages", "temp", "code"):
        (tmp_path / name).mkdir(parents=True)
    settings.KEYS_DIR, settings.WEBHOOK_PRIVATE_ADDRESSES = tmp_path / "keys", True
    keys.make("webhooks")
    make_missing(tmp_path / "keys" / FOLDER)


def told_of(there: Controller, url: str) -> System:
    """A system of the controller whose own server listens at this address."""
    system = a_system(there)
    add_webhook(system.client, url=url, events=[RECEIVED, CHANGED], by=UserFactory(administrator=True), at=timezone.now())
    return system


def taken_by(received: Received) -> list[dict[str, Any]]:
    """What the controller's server takes: the example receiver of the documents, which knows a message by its identity."""
    found = util.spec_from_file_location("ticket_client", ROOT / "docs/ticket_client.py")
    assert found and found.loader
    module = util.module_from_spec(found)
    found.loader.exec_module(module)
    receiver = module.Receiver(Client().get(f"{API}/webhook-keys").json()["keys"])
    return [one for one in (receiver.take(headers, body) for headers, body in received.messages) if one is not None]


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("extractions.exchange.sending", "post"),  # the controller's server has it, and nothing is written of it
        pytest.param("workflow.mail", "post", marks=pytest.mark.slow),  # the letter has left
        pytest.param("rights.answering.notifications", "agents_of", marks=pytest.mark.slow),
        pytest.param("extractions.exchange.notifications", "settle", marks=pytest.mark.slow),  # all is written, nothing is committed
    ],
)
def test_a_worker_killed_while_it_tells_of_a_request_tells_it_once_to_who_knows_messages_by_their_identity(
    tmp_path: Path, owner: str, name: str
) -> None:
    with a_receiver() as received:
        with transaction.atomic():
            there = a_controller()
            told_of(there, received.url)
            routing = a_request(there).routings[0]
        (tmp_path / "code/dying.py").write_text(DYING)
        here, words = tmp_path / "here", ["celery", "-A", "dying", "worker", "-P", "solo", "--without-gossip", "--without-mingle"]
        more = {"KEYS_DIR": str(tmp_path / "keys"), "WEBHOOK_PRIVATE_ADDRESSES": "true"}
        with running(words, tmp_path, HERE=str(here), OWNER=owner, NAME=name, **more):
            until(here.exists)
        assert OutboxMessage.objects.filter(state=MessageState.QUEUED).exists()
        for _each in range(3):
            sweep_outbox()
        assert not OutboxMessage.objects.exclude(state=MessageState.DONE).exists()
        taken = taken_by(received)
    assert [(one["type"], one["data"]["number"]) for one in taken] == [(RECEIVED, routing.number)]
    if owner == "extractions.exchange.sending":
        assert len(received.messages) == 2, "it came twice, under one identity"
    assert Notice.objects.get().delivered_at is not None
    letters = {*(letter.extra_headers["Message-ID"] for letter in postbox.outbox), *message_ids(tmp_path / "var/mail")}
    assert len(letters) == 1, "one letter, however often it was sent"


def message_ids(folder: Path) -> set[str]:
    texts = [path.read_text(errors="replace") for path in folder.glob("*.log")]
    return {found for text in texts for found in re.findall(r"^Message-ID: (\S+)$", text, re.MULTILINE)}


REQUESTS = {
    "acknowledgement": ("transmit", "take_up", lambda _routing: {}),
    "answer": ("transmit take_up", "accept", lambda routing: {"answer": "accept", "message": words_for(routing, a_pair())}),
    "complement": ("transmit take_up", "ask_complement", lambda _routing: {"kind": "identity"}),
    "extension": ("transmit take_up", "extend", lambda _routing: {"reason": "complexity"}),
}
#: Where a server dies: all is written and nothing committed; or all is committed and nothing told.
BEFORE, AFTER = ("extractions.exchange.once", "tag_of"), ("rights.answering.api", "written")


@pytest.mark.slow
@pytest.mark.parametrize("where", [BEFORE, AFTER])
@pytest.mark.parametrize("what", list(REQUESTS))
def test_a_server_killed_in_a_request_of_a_system_does_it_once_when_it_is_sent_again(
    tmp_path: Path, what: str, where: tuple[str, str]
) -> None:
    moves, action, body_of = REQUESTS[what]
    with a_receiver() as received:
        with transaction.atomic():
            there = a_controller()
            system = told_of(there, received.url)
            routing = in_state(a_request(there).routings[0], *moves.split(), by=there.agent)
        path, told = f"/requests/{routing.number}/{what}", body_of(routing)
        die_at(where, system, path, told, tmp_path)
        assert Answer.objects.exists() == (where == AFTER)
        first, again = (system.post(path, told, key="sent-twice") for _each in range(2))
        for _each in range(3):
            sweep_outbox()
        taken = taken_by(received)
    assert first.status_code == again.status_code == 200 and first.content == again.content and again["Idempotent-Replayed"] == "true"
    assert JournalLine.objects.filter(subject_type="routing", action=action).count() == 1
    assert [one["data"]["action"] for one in taken].count(action) == 1
    assert SealedMessage.objects.count() == (what == "answer")


def die_at(where: tuple[str, str], system: System, path: str, told: dict[str, Any], tmp_path: Path) -> None:
    """A signed request of a system, at which the server dies."""
    known = {"Idempotency-Key": "sent-twice"}

    def headers(port: int, body: bytes) -> dict[str, str]:
        return system.signed("POST", f"127.0.0.1:{port}", f"{API}{path}", body, known)

    server_dies_at(where, f"{API}{path}", headers, json.dumps(told).encode(), tmp_path, KEYS_DIR=str(tmp_path / "keys"))


@pytest.mark.slow
@pytest.mark.parametrize(("owner", "name"), [("rights.envelopes.services.keeping", "_measured"), ("rights.services.opening", "_next_key")])
def test_a_server_killed_while_a_request_is_taken_leaves_nothing_of_it_and_the_same_form_is_taken_once(
    owner: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction.atomic():
        there = a_controller()
        pair = a_key(there)
    call = f"""
from django.db import transaction
from accounts.models import Organisation
from catalogue.models import Database
from rights.envelopes import sealing
from rights.envelopes.choices import SealedBy
from rights.envelopes.models import ControllerKey
from rights.envelopes.services import keeping
from rights.services import opening
database, key = Database.objects.get(pk={there.database.pk}), ControllerKey.objects.get()
with transaction.atomic():
    chosen = [opening.Choice(database, Organisation.objects.get(pk={there.organisation.pk}), "access")]
    routing = opening.take(chosen, token=b"the same form", at=timezone.now()).routings[0]
    sealed = keeping.seal_here({{"v": 1}}, database, key)
    keeping.keep(routing, key, sealed, sealed_by=SealedBy.SERVER, at=timezone.now())
"""
    monkeypatch.setenv("KEYS_DIR", str(folder_of(FOLDER).parent))
    killed_in(owner, name, call)
    assert not Request.objects.exists() and not Routing.objects.exists() and not Envelope.objects.exists()
    chosen = [Choice(there.database, there.organisation, "access")]  # type: ignore[arg-type]
    for _each in range(2):
        routing = take(chosen, token=b"the same form", at=timezone.now()).routings[0]
        an_envelope(routing, pair)
    assert Request.objects.count() == Routing.objects.count() == Envelope.objects.count() == 1
