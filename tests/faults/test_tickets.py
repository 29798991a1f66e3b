"""A process that dies in the middle of a delivery, or of opening tickets: nothing stands half, and the same is done again once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from extractions.delivery.models import Package, PackageFile
from extractions.delivery.services import packages
from extractions.exchange.models import Answer
from extractions.models import Link, Ticket
from extractions.services.opening import cnam
from extractions.services.planning import open_planned
from extractions.states import Kind, TicketState
from tests.extractions.exchanging import API, a_system
from tests.extractions.factories import a_scene, a_ticket
from tests.extractions.test_delivery import told
from tests.faults.test_deposits import answers, database, exchange, running, until
from tests.tools.test_demo import free_port
from workflow.models import JournalLine

pytestmark = pytest.mark.django_db(transaction=True)
#: A process of its own makes the call, says that it stands in the middle of it, and waits to be killed.
DYING = """
import sys, time
import django; django.setup()
from django.utils import timezone
from accounts.models import User
from {module} import {owner} as owner

def stops(*_args, **_kwargs):
    print("here", flush=True); time.sleep(60)

owner.{name} = stops
{call}
"""
#: The server as it is served, but for a call at which it stops for ever and says that it is there.
STOPPING = """
import os, time
from pathlib import Path
from config.wsgi import application
import {owner} as owner

def stops(*_args, **_kwargs):
    Path(os.environ["HERE"]).touch(); time.sleep(60)

owner.{name} = stops
"""
#: What a system asks: the rest of the address, the body, the state in which the ticket stands, and what is written afterwards.
PACKAGE = {"manifest": f"{'a' * 64}  lot.parquet\n", "channel": "space", "place": "Espace 12", "total_bytes": 1024}
REQUESTS: dict[str, tuple[str, dict[str, Any], Kind, TicketState, str]] = {
    "claim": ("/claim", {}, Kind.COHORT, TicketState.NEED_AGREED, "claim"),
    "progress": ("/moves/begin_extraction", {"because": ""}, Kind.COHORT, TicketState.NEED_AGREED, "begin_extraction"),
    "deliver": ("/packages", PACKAGE, Kind.DELIVERY, TicketState.DELIVERY, "announce"),
}
#: Where it dies: all is written and nothing committed; or all is committed and nothing told.
BEFORE, AFTER = ("extractions.exchange.once", "tag_of"), ("extractions.exchange.api", "written")
#: The port and the body → what is sent with them.
Headers = Callable[[int, bytes], dict[str, str]]


def killed_in(owner: str, name: str, call: str) -> None:
    """Run the call in a process that dies when it comes to this function, with all that it had written."""
    module, owner = owner.rsplit(".", 1)
    code = DYING.format(module=module, owner=owner, name=name, call=call)
    told_by = {**os.environ, "DATABASE_URL": database(), "DJANGO_SETTINGS_MODULE": "config.settings"}
    process = subprocess.Popen([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=told_by, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert any(line.strip() == "here" for line in process.stdout)
    finally:
        process.kill()
        process.wait()


def lines() -> int:
    return JournalLine.objects.count()


def test_a_delivery_that_dies_half_way_is_announced_and_accepted_once_afterwards() -> None:
    with transaction.atomic():
        scene = a_scene()
        ticket = a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY)
    before = lines()
    call = f"""
from extractions.delivery.services import packages
from extractions.models import Ticket as T
from tests.extractions.test_delivery import told
packages.announce(T.objects.get(pk={ticket.pk}), told(), by=User.objects.get(pk={scene["cnam"].pk}), at=timezone.now())
"""
    killed_in("extractions.models.Ticket", "announce", call)
    assert not Package.objects.exists() and not PackageFile.objects.exists() and lines() == before
    package = packages.announce(Ticket.objects.get(pk=ticket.pk), told(), by=scene["cnam"], at=timezone.now())
    call = f"""
from extractions.delivery.models import Package
from extractions.delivery.services import packages
packages.accept(Package.objects.get(pk={package.pk}), by=User.objects.get(pk={scene["owner"].pk}), at=timezone.now())
"""
    killed_in("extractions.delivery.services.packages", "_decided", call)
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.ACCEPTANCE
    packages.accept(Package.objects.get(pk=package.pk), by=scene["owner"], at=timezone.now())
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.CLOSED and Package.objects.get().outcome == "accepted"


def test_a_worker_that_dies_while_it_opens_tickets_opens_each_once_afterwards() -> None:
    with transaction.atomic():
        scene: Any = a_scene()
    call = f"""
from extractions.services import planning
from requests_app.models import Dossier
planning.open_planned(Dossier.objects.get(pk={scene.dossier.pk}), by=User.objects.system(), at=timezone.now())
"""
    killed_in("extractions.services.planning", "_link_all", call)
    assert not Ticket.objects.exists()
    system = User.objects.system()
    opened = open_planned(scene.dossier, by=system, at=timezone.now())
    assert opened and open_planned(scene.dossier, by=system, at=timezone.now()) == []
    assert Ticket.objects.count() == len(opened) and Link.objects.exists()


@pytest.mark.parametrize(
    ("request_name", "where"),
    [
        ("deliver", BEFORE),
        *(
            pytest.param(name, where, marks=pytest.mark.slow)
            for name in REQUESTS
            for where in (BEFORE, AFTER)
            if (name, where) != ("deliver", BEFORE)
        ),
    ],
)
def test_a_server_killed_in_a_request_of_a_system_does_it_once_when_it_is_sent_again(
    tmp_path: Path, request_name: str, where: tuple[str, str]
) -> None:
    rest, body, kind, state, action = REQUESTS[request_name]
    with transaction.atomic():
        ticket, system = a_ticket(a_scene(), kind, state), a_system(cnam())
    before, path = lines(), f"/tickets/{ticket.number}{rest}"
    die_at(where, system.secret, path, body, tmp_path)
    done = where == AFTER
    assert Answer.objects.exists() == done and (lines() > before) == done
    assert (Ticket.objects.get(pk=ticket.pk).journal_seq > ticket.journal_seq) == done
    first = system.post(path, body, key="sent-twice")
    again = system.post(path, body, key="sent-twice")
    assert first.status_code == again.status_code == 200 and first.content == again.content
    assert first.headers.get("Idempotent-Replayed") == ("true" if done else None) and again["Idempotent-Replayed"] == "true"
    assert JournalLine.objects.filter(action=action).count() == 1 and Answer.objects.count() == 1
    assert Package.objects.count() == PackageFile.objects.count() == (request_name == "deliver")


def die_at(where: tuple[str, str], secret: str, path: str, body: dict[str, Any], tmp_path: Path) -> None:
    """A request of a system with its token, at which the server dies."""
    for folder in ("code", "temp", "var/broker/messages"):
        (tmp_path / folder).mkdir(parents=True)
    known = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "sent-twice"}
    server_dies_at(where, f"{API}{path}", lambda _port, _told: known, json.dumps(body).encode(), tmp_path)


def server_dies_at(where: tuple[str, str], address: str, headers: Headers, told: bytes, tmp_path: Path, **more: str) -> None:
    """Send a request to a server of its own, and kill the server when it comes to this call."""
    owner, name = where
    (tmp_path / "code/stopping_wsgi.py").write_text(STOPPING.format(owner=owner, name=name))
    port, here = free_port(), tmp_path / "here"
    known = headers(port, told) | {"Content-Type": "application/json"}

    def send() -> None:
        with contextlib.suppress(OSError, ValueError):
            exchange(port, "POST", address, known, told)

    words = ["gunicorn", "--config", "python:config.gunicorn", "stopping_wsgi:application"]
    with running(words, tmp_path, PORT=str(port), HERE=str(here), **more) as process:
        until(lambda: answers(port))
        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        until(here.exists)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        sender.join(10)
