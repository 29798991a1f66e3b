"""A worker killed in the middle of its work, on either broker: every letter still goes out, and every row is settled."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from requests_app.states import State
from tests.needs import needs
from tests.requests_app.factories import a_dossier, cast
from workflow import mail
from workflow.models import JournalLine, MessageState, OutboxMessage

LETTERS = 60
PATIENCE = 60.0


@pytest.fixture
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a broker: a folder of the worker's own, or a Redis started for this test."""
    if request.param == "folder":
        yield "filesystem://"
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


def worker(var: Path, broker: str) -> subprocess.Popen[bytes]:
    """A real worker on the test's own database, with its own broker and letter box."""
    url = re.sub(r"(@[^/]*/)[^?]*", rf"\g<1>{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"])
    environment = {**os.environ, "DATABASE_URL": url, "GUICHET_VAR": str(var), "GUICHET_MODE": "test", "CELERY_BROKER_URL": broker}
    words = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "solo", "--without-gossip", "--without-mingle"]
    return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def wait_until_sent(at_least: int, var: Path) -> None:
    """Wait for so many letters to lie in the box."""
    end = time.monotonic() + PATIENCE
    while len(message_ids(var)) < at_least:
        assert time.monotonic() < end, f"{len(message_ids(var))} letters after {PATIENCE:.0f} s"
        time.sleep(0.02)


def message_ids(var: Path) -> set[str]:
    """The Message-IDs of the letters in the box."""
    texts = [path.read_text(errors="replace") for path in (var / "mail").glob("*.log")]
    return {found for text in texts for found in re.findall(r"^Message-ID: (\S+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("broker", ["folder", pytest.param("redis", marks=needs("redis"))], indirect=True)
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_no_letter(tmp_path: Path, broker: str) -> None:
    people = cast()
    dossier = a_dossier(State.SUBMITTED, people)
    line = JournalLine.objects.filter(subject_id=dossier.pk).get()
    OutboxMessage.objects.all().delete()
    for number in range(LETTERS):
        mail.write_to(people["owner"].pk, "mail/dossier_step", f"fault:{number}", dossier=dossier.pk, line=line.pk)
    first = worker(tmp_path, broker)
    try:
        wait_until_sent(5, tmp_path)
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    assert OutboxMessage.objects.filter(state=MessageState.QUEUED).exists(), "the worker was too fast to be killed in the middle"
    second = worker(tmp_path, broker)
    try:
        wait_until_sent(LETTERS, tmp_path)
        end = time.monotonic() + 10
        while OutboxMessage.objects.exclude(state=MessageState.DONE).exists() and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        os.killpg(second.pid, signal.SIGKILL)
        second.wait()
    assert not OutboxMessage.objects.exclude(state=MessageState.DONE).exists()
    assert len(message_ids(tmp_path)) == LETTERS
    assert OutboxMessage.objects.filter(done_at__lte=timezone.now()).count() == LETTERS
