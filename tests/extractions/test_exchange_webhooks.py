"""Webhooks: signed, sent again under the same identity until they are taken, and never where they may not go."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.services import end_api_client
from config.reactions import REACTIONS
from extractions.exchange import notifications, sending
from extractions.exchange.models import Event, Notice, Outcome
from extractions.exchange.rules import WRITE
from extractions.exchange.services import end_webhook, send_again, tell_systems
from extractions.models import Ticket
from extractions.services.opening import cnam
from extractions.services.waiting import answer, ask
from extractions.states import Kind, TicketState
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.extractions.exchanging import API, Received, System, a_receiver, a_system, a_webhook
from tests.extractions.factories import Scene, a_scene, a_ticket
from workflow import keys, outbox
from workflow.engine import moves_of
from workflow.models import MessageState, OutboxMessage
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path: Path) -> None:
    """A key of this test's own, and receivers on this machine."""
    settings.KEYS_DIR, settings.WEBHOOK_PRIVATE_ADDRESSES = tmp_path, True
    keys.make("webhooks")


@pytest.fixture
def scene() -> Scene:
    return a_scene()


@pytest.fixture
def system(scene: Scene) -> System:
    return a_system(cnam())


@pytest.fixture
def receiver() -> Iterator[Received]:
    with a_receiver() as received:
        yield received


def deliver_at(at: Any) -> None:
    """Deliver what waits, as if it were that moment."""
    outbox.deliver_waiting(lambda: at)


def test_each_event_reaches_the_systems_of_the_body_and_of_no_other(scene: Scene, system: System, receiver: Received) -> None:
    a_webhook(system, receiver.url)
    with a_receiver() as elsewhere:
        a_webhook(a_system(scene.holder), elsewhere.url)
        a_webhook(a_system(cnam(), WRITE, name="Sans lecture"), elsewhere.url)
        ticket = a_ticket(scene, Kind.COHORT)
        ask(ticket, "Quelle version ?", by=scene["cnam"], at=timezone.now())
        answer(ticket, "La dixième.", by=scene["owner"], at=timezone.now())
        ticket.reject(by=scene["cnam"], at=timezone.now(), because="Impossible.")
        deliver_at(timezone.now())
    assert elsewhere.messages == []
    told = [json.loads(body) for _headers, body in receiver.messages]
    assert sorted(one["type"] for one in told) == sorted([Event.OPENED, Event.ASKED, Event.ANSWERED, Event.MOVED])
    moved = next(one["data"] for one in told if one["type"] == Event.MOVED)
    assert (moved["number"], moved["previous_state"], moved["state"], moved["version"]) == (ticket.number, "created", "rejected", 4)
    assert not any(
        word in body.decode() for word in ("dixième", "Impossible", scene["owner"].last_name) for _headers, body in receiver.messages
    )


def test_a_receiver_checks_the_signature_with_the_key_that_the_site_publishes(scene: Scene, system: System, receiver: Received) -> None:
    a_webhook(system, receiver.url, Event.OPENED)
    a_ticket(scene)
    deliver_at(timezone.now())
    headers, body = receiver.messages[0]
    published = Client().get(f"{API}/webhook-keys").json()["keys"][0]
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(published["public_key"].removeprefix("whpk_")))
    scheme, _comma, signature = headers["webhook-signature"].partition(",")
    assert scheme == "v1a" and abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    public.verify(base64.b64decode(signature), signed)


def test_what_is_not_taken_is_sent_again_the_same_until_it_is_given_up(scene: Scene, system: System, receiver: Received) -> None:
    webhook = a_webhook(system, receiver.url, Event.OPENED)
    receiver.status = 302
    a_ticket(scene)
    now = timezone.now()
    deliver_at(now)
    deliver_at(now)
    assert len(receiver.messages) == 1, "a redirect is not followed, and the next try waits"
    notice = Notice.objects.get()
    webhook.refresh_from_db()
    assert (notice.outcome, notice.status, notice.attempts) == (Outcome.REFUSED, 302, 1) and webhook.failing_since
    webhook.rested_until = None
    webhook.save()
    receiver.status = 200
    deliver_at(now + timedelta(minutes=2))
    first, second = receiver.messages
    assert first[1] == second[1] and first[0]["webhook-id"] == second[0]["webhook-id"]
    notice.refresh_from_db()
    webhook.refresh_from_db()
    assert notice.delivered_at and notice.outcome == Outcome.TAKEN and webhook.failing_since is None


def test_a_message_that_nobody_takes_for_days_is_given_up_and_its_keeper_told(scene: Scene, system: System, settings: Any) -> None:
    webhook = a_webhook(system, "http://127.0.0.1:9/", Event.OPENED)
    settings.WEBHOOK_DAYS = 0
    a_ticket(scene)
    mail.outbox.clear()
    deliver_at(timezone.now())
    notice = Notice.objects.get()
    assert notice.given_up_at and notice.outcome == Outcome.UNREACHED
    deliver_at(timezone.now())
    letters = [letter for letter in mail.outbox if f"/compte/webhooks/{webhook.pk}/" in letter.body]
    assert [letter.to for letter in letters] == [[system.keeper.email]]
    with a_receiver() as receiver, pytest.raises(NotAllowed):
        send_again(notice, by=scene["cnam"], at=timezone.now())
    send_again(notice, by=system.keeper, at=timezone.now())
    deliver_at(timezone.now())
    notice.refresh_from_db()
    assert notice.attempts == 2 and receiver.messages == []


def test_a_system_that_fails_is_left_alone_for_a_while_whatever_else_waits_for_it(scene: Scene, system: System, receiver: Received) -> None:
    a_webhook(system, receiver.url, Event.OPENED)
    receiver.status = 500
    for kind in (Kind.COHORT, Kind.AGGREGATES, Kind.TARGETING):
        a_ticket(scene, kind)
    deliver_at(timezone.now())
    assert len(receiver.messages) == 1
    assert OutboxMessage.objects.filter(kind="webhook", state=MessageState.QUEUED).count() == 3


def test_who_has_no_access_any_more_is_told_nothing(scene: Scene, system: System, receiver: Received) -> None:
    webhook = a_webhook(system, receiver.url, Event.OPENED)
    a_ticket(scene)
    end_webhook(webhook, by=system.keeper, at=timezone.now())
    deliver_at(timezone.now())
    a_webhook(system, receiver.url, Event.OPENED)
    end_api_client(system.client, by=system.keeper, at=timezone.now())
    a_ticket(scene, Kind.AGGREGATES)
    deliver_at(timezone.now())
    assert receiver.messages == [] and Notice.objects.count() == 1
    with pytest.raises(WrongState):
        send_again(Notice.objects.get(), by=system.keeper, at=timezone.now())


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "::1",
            "fe80::1%eth0",
            "fc00::1",
        ),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "240.0.0.1", "::"),
    ],
)
def test_an_address_of_a_private_network_is_refused_whatever_name_leads_there(
    settings: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = False
    public = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", 443))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: [public, (0, 0, 0, "", (address, 443))])
    with pytest.raises(sending.Forbidden):
        sending.post("https://systeme.exemple.fr/", b"{}", {})


@pytest.mark.parametrize(
    "url", ["http://exemple.fr/", "https://a:b@exemple.fr/", "https://10.0.0.1/", "ftp://exemple.fr/", "https:///x", "https://é.fr/"]
)
def test_an_address_that_is_not_plain_https_is_refused_at_once(settings: Any, system: System, url: str) -> None:
    settings.WEBHOOK_PRIVATE_ADDRESSES = False
    with pytest.raises(RuleBroken):
        a_webhook(system, url)
    sending.require_public("93.184.215.14")
    sending.require_public("2606:4700::1111")


def test_an_answer_that_comes_byte_by_byte_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(sending, "PATIENCE", 0.5)
    server = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        line, _address = server.accept()
        with line:
            try:
                while True:
                    line.send(b"H")
                    time.sleep(0.05)
            except OSError:
                return

    threading.Thread(target=drip, daemon=True).start()
    start = time.monotonic()
    with pytest.raises(sending.Unreached):
        sending.post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"{}", {})
    assert time.monotonic() - start < 3
    server.close()


KILLED = """
import django, sys
django.setup()
from django.conf import settings
from django.utils import timezone
from workflow import outbox
import extractions.exchange.notifications
settings.WEBHOOK_PRIVATE_ADDRESSES = True
outbox.deliver_waiting(timezone.now)
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_of_a_webhook_sends_it_again_under_the_same_identity(
    settings: Any, receiver: Received, tmp_path: Path
) -> None:
    with transaction.atomic():
        scene, system = a_scene(), a_system(cnam())
        a_webhook(system, receiver.url, Event.OPENED)
        a_ticket(scene, Kind.COHORT, TicketState.CREATED)
    OutboxMessage.objects.exclude(kind="webhook").delete()
    arrived, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        go_on.wait(20)

    receiver.before = hold
    url = re.sub(r"(@[^/]*/)[^?]*", rf"\g<1>{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"])
    environment = {**os.environ, "DATABASE_URL": url, "KEYS_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"}
    worker = subprocess.Popen([sys.executable, "-c", KILLED], env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        assert arrived.wait(40), "the worker sent nothing"
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        go_on.set()
    receiver.before = None
    message = OutboxMessage.objects.get(kind="webhook")
    assert message.state == MessageState.QUEUED and Notice.objects.get().attempts == 0, "what it had begun has left no trace"
    end = time.monotonic() + 10
    while not Notice.objects.filter(delivered_at__isnull=False).exists() and time.monotonic() < end:
        deliver_at(timezone.now())  # the dead worker's connection lets its row go in a moment
    assert len(receiver.messages) == 2 and len({headers["webhook-id"] for headers, _body in receiver.messages}) == 1
    assert not OutboxMessage.objects.filter(kind="webhook").exclude(state=MessageState.DONE).exists()


def test_the_pages_of_systems_are_for_administrators(
    system: System, receiver: Received, scene: Scene, english_pages: None, client: Client
) -> None:
    webhook = a_webhook(system, receiver.url)
    a_ticket(scene)
    pages = ["/compte/clients/", f"/compte/clients/{system.client.pk}/", f"/compte/clients/{system.client.pk}/terminer/"]
    pages += [f"/compte/clients/{system.client.pk}/webhooks/", f"/compte/webhooks/{webhook.pk}/"]
    sign_in(client, system.keeper)
    shown = [client.get(page) for page in pages]
    assert [page.status_code for page in shown] == [200] * 5 and receiver.url in shown[-1].content.decode()
    made = client.post(f"/compte/clients/{system.client.pk}/jeton/")
    secret = re.search(r'value="(gch_[^"]+)"', made.content.decode())
    assert secret and "no-store" in made["Cache-Control"]
    assert Client().get(f"{API}/me", headers={"Authorization": f"Bearer {secret.group(1)}"}).status_code == 200
    sent = {"url": receiver.url, "events": [Event.OPENED]}
    assert "told already" in client.post(pages[3], sent).content.decode()
    new = {"name": "Planification", "organisation": system.client.organisation_id, "scopes": ["tickets:read"]}
    assert "has this name already" in client.post(pages[0], new).content.decode()
    assert client.post(pages[0], new | {"name": "Suivi"}).status_code == 302
    assert client.post(f"/compte/webhooks/messages/{Notice.objects.get().pk}/renvoyer/").status_code == 302
    for stranger in (scene["head"] if "head" in scene.people else scene["officer"], UserFactory()):
        other = sign_in(Client(), stranger)
        assert {other.get(page).status_code for page in pages} == {404}
        assert other.post(f"/compte/clients/{system.client.pk}/jeton/").status_code == 404


def test_no_move_of_a_ticket_is_kept_from_the_systems() -> None:
    told = {*moves_of(Ticket), "open", "ask", "answer"}
    assert not [name for name in told if tell_systems not in REACTIONS.get(f"ticket.{name}", ())]


def test_a_system_that_fails_is_tried_more_and_more_seldom() -> None:
    failed = (0, 1, 2, 30, 359, 5000)
    waits = [notifications.wait_after(timedelta(minutes=minutes)).total_seconds() / 60 for minutes in failed]
    assert waits == [1, 1, 2, 30, 359, 360]


def test_a_message_goes_to_the_name_that_its_certificate_says(settings: Any, tmp_path: Path) -> None:
    certificate = certified(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with a_receiver(context) as receiver:
        port = receiver.url.rpartition(":")[2].partition("/")[0]
        with pytest.raises(sending.Unreached):
            sending.post(f"https://localhost:{port}/told", b"{}", {})
        settings.WEBHOOK_CA_FILE = str(certificate)
        assert sending.post(f"https://localhost:{port}/told", b"{}", {}) == 204
        with pytest.raises(sending.Unreached):
            sending.post(f"https://127.0.0.1:{port}/told", b"{}", {})
    assert [headers["host"] for headers, _body in receiver.messages] == [f"localhost:{port}"]


def certified(folder: Path, name: str) -> Path:
    """A key with a certificate for a name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    who, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    path = folder / "server.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return path
