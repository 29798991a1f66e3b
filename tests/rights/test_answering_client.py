"""The example client of the documents, as it stands there, with the controllers' tool, against the running site."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import transaction
from django.utils import timezone

from accounts.services import register_client_key, verify_client_key
from rights.envelopes import sealing
from rights.envelopes.models import SealedMessage
from rights.models import Routing
from tests.accounts.factories import UserFactory
from tests.rights.factories import a_controller, a_request
from tests.rights.systems import a_key, a_pair, a_system, an_envelope

DOCS, TOOL = Path(__file__).parents[2] / "docs/rights_client.py", Path(__file__).parents[2] / "tools/rights_desk.py"


@pytest.fixture
def example() -> ModuleType:
    found = util.spec_from_file_location("rights_client", DOCS)
    assert found and found.loader
    module = util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.django_db(transaction=True)
def test_the_example_client_and_the_tool_answer_a_request_on_the_running_site(
    live_server: Any, example: ModuleType, tmp_path: Path
) -> None:
    told = example.make_key(tmp_path / "system.pem")
    with transaction.atomic():
        there, other = a_controller(), a_controller("BNY")
        client, now = a_system(there).client, timezone.now()
        key = register_client_key(client, told["public_key"], by=there.agent, at=now)
        verify_client_key(key, told["fingerprint"], by=UserFactory(administrator=True), at=now)
        pair, reply, taken = a_key(there), a_pair(), a_request(there, other)
        routing, foreign = sorted(taken.routings, key=lambda one: one.organisation_id != there.organisation.pk)
        an_envelope(routing, pair, reply)
    (tmp_path / "own.pem").write_bytes(pair.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    environment = {**os.environ, "GUICHET_SITE": live_server.url, "GUICHET_KEY": str(tmp_path / "system.pem")}

    def run(script: Path, *words: str) -> str:
        done = subprocess.run([sys.executable, str(script), *words], env=environment, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    number = routing.number
    assert [json.loads(line)["number"] for line in run(DOCS, "liste", "deposited").splitlines()] == [number]
    run(DOCS, "chercher", number)
    run(TOOL, "open", f"{number}.json", "--key", "own.pem", "--into", "demandes")
    (tmp_path / "words.txt").write_text("Voici vos données.", encoding="utf-8")
    run(TOOL, "seal", f"demandes/{number}", "--kind", "answer", "--words", "words.txt", "--out", "answer.json")
    run(DOCS, "examiner", number)
    assert json.loads(run(DOCS, "repondre", number, "accept", "answer.json"))["state"] == "accepted"
    message, found = SealedMessage.objects.get(), Routing.objects.get(pk=routing.pk)
    content = sealing.open_sealed(bytes(message.sealed), reply.private, message.info)
    assert content["words"] == "Voici vos données." and found.is_answered
    private = example.serialization.load_pem_private_key((tmp_path / "system.pem").read_bytes(), None)
    rights = example.Rights(live_server.url, private, pause=0)
    assert rights.me()["scopes"] == ["rights:answer"]
    with pytest.raises(example.Refused) as again:
        rights.answer(number, "refuse", "identity")
    with pytest.raises(example.Refused) as absent:
        rights.read(foreign.number)
    assert (again.value.status, absent.value.status) == (409, 404) and again.value.sentences()
