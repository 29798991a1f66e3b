"""A linkage table sent to the site as it is served, well, badly and in the middle of a failure: no clear byte of it is found anywhere."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from extractions.deposits import storage, tasks
from extractions.deposits.models import Attempt, Deposit, DepositRequest, PurgeCertificate
from extractions.deposits.models.deposits import PurgeReason
from extractions.deposits.services.purging import ask_purge
from tests.config.test_error_reports import tracker  # noqa: F401 (a fixture)
from tests.extractions.depositing import address, asked_of, at_the_file, deposited, opened
from tests.extractions.linkage import HEAD_2, SOUND_2, table
from tests.tools.test_demo import free_port
from tools.environment import ROOT
from tools.postgres import binaries
from workflow.models import JournalLine, MessageState, OutboxMessage
from workflow.tasks import sweep_outbox

#: Names of nobody, which nothing else would write.
MARKS = ("Zylberfranck", "Quixtelune", "FAILQUORBAX")
BOUNDARY = "----------------------------guichet"
#: More than what Django keeps in memory: with its own handlers the table would lie in a temporary file.
LINES = 70_000
# The server as it is served, with a handler that fails on one mark in the worst way, and a record of every file opened for writing.
FAULTY = """
import os, sys
from config.wsgi import application
from extractions.deposits.uploads import SealingHandler

taken = SealingHandler.receive_data_chunk

def failing(self, raw_data, start):
    held = bytes(raw_data)
    taken(self, raw_data, start)
    if b"FAILQUORBAX" in held:
        raise ValueError(held.decode())

SealingHandler.receive_data_chunk = failing
record = os.open(os.environ["WRITTEN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def watch(event, told):
    if event == "open" and told[2] & (os.O_WRONLY | os.O_RDWR) or event == "tempfile.mkstemp":
        os.write(record, f"{told[0]}\\n".encode())

sys.addaudithook(watch)
"""
# A worker that stops for ever where it is told to, and says that it is there.
DYING = """
import os, time
from pathlib import Path
from config.celery import app
from celery.signals import worker_ready

def stops(*_args, **_kwargs):
    Path(os.environ["HERE"]).touch(); time.sleep(60)

@worker_ready.connect
def arm(**_told):
    import importlib
    setattr(importlib.import_module(os.environ["OWNER"]), os.environ["NAME"], stops)
"""


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    settings.DEPOSITS_DIR = tmp_path / "var" / "deposits"
    for name in ("var/broker/messages", "temp", "code"):
        (tmp_path / name).mkdir(parents=True)


def database() -> str:
    """The address of the test's own database."""
    return re.sub(r"(@[^/]*/)[^?]*", rf"\g<1>{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"])


def environment(tmp_path: Path) -> dict[str, str]:
    own = {"GUICHET_VAR": str(tmp_path / "var"), "TMPDIR": str(tmp_path / "temp"), "WRITTEN": str(tmp_path / "written")}
    own |= {"PYTHONPATH": str(tmp_path / "code"), "WEB_CONCURRENCY": "1", "DATABASE_URL": database(), "no_proxy": "127.0.0.1"}
    return {**os.environ, "GUICHET_MODE": "test", "CELERY_BROKER_URL": "filesystem://", **own}


@contextlib.contextmanager
def running(words: list[str], tmp_path: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the site, its log in the folder; killed at the end."""
    with (tmp_path / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env=environment(tmp_path) | more, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextlib.contextmanager
def served(tmp_path: Path, **more: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """gunicorn as on a server, with its port."""
    (tmp_path / "code/faulty_wsgi.py").write_text(FAULTY)
    port = free_port()
    words = ["gunicorn", "--config", "python:config.gunicorn", "faulty_wsgi:application"]
    with running(words, tmp_path, PORT=str(port), **more) as process:
        until(lambda: answers(port))
        yield port, process


def answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        return exchange(port, "GET", "/sante/", {})[0] > 0
    return False


def until(true: Any) -> None:
    end = time.monotonic() + 120  # a busy machine starts a server slowly
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def exchange(port: int, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> tuple[int, str]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode()


def at_the_form(port: int, asked: DepositRequest) -> tuple[dict[str, str], bytes]:
    """The cookies and the beginning of the body of somebody who is at the form of the file, over the line."""
    client = at_the_file(Client(), asked)
    client.cookies["csrftoken"] = token = "a" * 32
    cookies = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    headers = {"Cookie": cookies, "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    assert 'name="table"' in exchange(port, "GET", asked.get_absolute_url(), headers)[1]
    field = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="table"; filename="{MARKS[0]}.csv"\r\nContent-Type: text/csv\r\n\r\n'
    return headers, (field + file).encode()


def sent(port: int, asked: DepositRequest, content: bytes) -> int:
    headers, begun = at_the_form(port, asked)
    return exchange(port, "POST", address(asked), headers, begun + content + f"\r\n--{BOUNDARY}--\r\n".encode())[0]


def found(mark: str, where: Path) -> list[str]:
    """The files below a folder that hold a mark, in a name or in their content."""
    return [str(path) for path in where.rglob("*") if mark in path.name or (path.is_file() and holds(path.read_bytes(), mark))]


def holds(content: bytes, mark: str) -> bool:
    """Is the mark there, as text or as a dump writes bytes?"""
    return mark.encode() in content or mark.encode().hex().encode() in content


def dumped() -> bytes:
    """Every row of the database, as a backup would hold it."""
    words = [str(binaries() / "pg_dump"), "-d", database()]
    return subprocess.run(words, check=True, capture_output=True).stdout


def a_table(name: str, sex: str = "2") -> bytes:
    rows = [f"A{number};{name};Quixtelune;19800312;2" for number in range(LINES)]
    return table(*rows, f"B1;{name};Quixtelune;19800312;{sex}", head=HEAD_2)


@pytest.mark.django_db(transaction=True)
def test_the_marks_of_a_table_are_found_nowhere_and_its_service_has_every_byte(tmp_path: Path, tracker: Any) -> None:  # noqa: F811
    with transaction.atomic():
        (asked,) = asked_of(columns="reconstruction")
    good, dsn = a_table("Zylberfranck"), tracker[0]
    celery = ["celery", "-A", "config", "worker", "-P", "solo", "--without-gossip", "--without-mingle"]
    with running(celery, tmp_path, SENTRY_DSN=dsn), served(tmp_path, SENTRY_DSN=dsn) as (port, process):
        assert sent(port, asked, a_table("Zylberfranck", sex="9")) == 302
        assert sent(port, asked, b"Id_acc;Zylberfranck\n") == 302
        assert sent(port, asked, a_table("FAILQUORBAX")) == 500
        assert not Deposit.objects.exists() and list(storage.folder().iterdir()) == []
        assert sent(port, asked, good) == 302
        until(lambda: OutboxMessage.objects.filter(key__contains="deposit:received", state=MessageState.DONE).exists())
        until(lambda: tracker[1])
        core = Path(f"/proc/{process.pid}/limits").read_text()
    assert re.search(r"Max core file size\s+0\s+0", core)
    assert opened(Deposit.objects.get()) == good
    assert [one.outcome for one in Attempt.objects.order_by("pk")] == ["errors", "refused"]
    written = {line for line in (tmp_path / "written").read_text().splitlines() if line.startswith("/") and not line.startswith("/dev/")}
    # but for the wake-up calls of the worker, and the bytecode of modules that nobody had imported before
    others = {line for line in written if "/var/broker/" not in line and "/__pycache__/" not in line}
    assert others and all(re.fullmatch(r".*/var/deposits/[0-9a-f]{32}\.age\.part", line) for line in others), others
    shutil.rmtree(tmp_path / "code")  # it names a mark
    reports, log, dump = "".join(headers + body for headers, body in tracker[1]), (tmp_path / "log").read_text(), dumped()
    assert "ValueError" in reports and "ValueError" in log and b"deposits_deposit" in dump and (tmp_path / "var/mail").exists()
    for mark in (*MARKS, "19800312"):
        assert found(mark, tmp_path) == []
        assert mark not in reports and mark not in log and not holds(dump, mark), mark
    assert found("Zylberfranck", Path(django_settings.VAR_DIR)) == []


@pytest.mark.django_db(transaction=True)
def test_a_server_killed_in_the_middle_of_a_deposit_leaves_nothing_half_stored_and_it_is_sent_again(tmp_path: Path, client: Client) -> None:
    with transaction.atomic():
        (asked,) = asked_of(columns="reconstruction")
    with served(tmp_path) as (port, process), contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        headers, begun = at_the_form(port, asked)
        content = a_table("Zylberfranck")
        line.putrequest("POST", address(asked))
        for name, value in {**headers, "Content-Length": str(len(begun) + 2 * len(content))}.items():
            line.putheader(name, value)
        line.endheaders()
        line.send(begun + content)
        until(lambda: [one for one in storage.folder().iterdir() if one.stat().st_size > 1_000_000])
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    (left,) = storage.folder().iterdir()
    assert left.name.endswith(".age.part") and not Deposit.objects.exists() and found("Zylberfranck", tmp_path) == []
    os.utime(left, (1, 1))
    assert tasks.sweep() == 1 and list(storage.folder().iterdir()) == []
    deposit = deposited(client, asked, table(SOUND_2, head=HEAD_2))
    assert opened(deposit) == table(SOUND_2, head=HEAD_2) and deposit.received_at <= timezone.now()


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("extractions.deposits.tasks", "certify"),  # the file is gone, nothing is written
        pytest.param("extractions.deposits.storage", "delete", marks=pytest.mark.slow),
        pytest.param("extractions.deposits.services.purging", "tell", marks=pytest.mark.slow),  # all is written, nothing is committed
    ],
)
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_destroys_a_table_leaves_one_certificate_in_the_end(
    tmp_path: Path, client: Client, owner: str, name: str
) -> None:
    with transaction.atomic():
        (asked,) = asked_of()
    deposit = deposited(client, asked)
    OutboxMessage.objects.all().delete()
    with transaction.atomic():
        ask_purge([deposit], PurgeReason.ENDED, timezone.now())
    (tmp_path / "code/dying.py").write_text(DYING)
    here, words = tmp_path / "here", ["celery", "-A", "dying", "worker", "-P", "solo", "--without-gossip", "--without-mingle"]
    with running(words, tmp_path, HERE=str(here), OWNER=owner, NAME=name):
        until(here.exists)
    assert storage.path_of(deposit.stored_as).exists() == (name == "delete")
    deposit.refresh_from_db()
    assert deposit.purged_at is None and not PurgeCertificate.objects.exists() and not destroyed()
    assert OutboxMessage.objects.get(kind="purge_deposit").state == MessageState.QUEUED
    sweep_outbox()
    sweep_outbox()
    deposit.refresh_from_db()
    assert deposit.purged_at is not None and PurgeCertificate.objects.get().deposit_id == deposit.pk
    assert destroyed() == 1 and list(storage.folder().iterdir()) == []
    assert OutboxMessage.objects.filter(key__contains="deposit:destroyed").count() == 1


def destroyed() -> int:
    """How often the journal says that a table was destroyed."""
    return JournalLine.objects.filter(action="purge_deposit").count()
