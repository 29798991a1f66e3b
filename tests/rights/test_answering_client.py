"""The example client of the documents, as it stands there, with the controllers' tool, against the running site."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db import transaction
from django.utils import timezone

from accounts.models import ApiClient
from accounts.roles import Role
from accounts.services import register_client_key, verify_client_key
from extractions.states import Kind, TicketState
from rights import codes
from rights.asking.models import HandOver
from rights.envelopes import sealing
from rights.envelopes.models import SealedMessage
from rights.models import Routing
from rights.oppositions.models import Attestation, OppositionSet
from rights.oppositions.policies import PUBLISH
from rights.oppositions.services import keys
from rights.policies import ANSWER
from rights.secret_keys import pepper
from rights.states import Level, Right
from tests.accounts.factories import UserFactory
from tests.extractions.factories import a_scene, a_ticket
from tests.rights.factories import Controller, a_controller, a_request, in_state
from tests.rights.systems import a_key, a_pair, a_system, an_envelope

ROOT = Path(__file__).parents[2]
DOCS, TOOL, TOKENS = ROOT / "docs/rights_client.py", ROOT / "tools/rights_desk.py", ROOT / "tools/opposition_tokens.py"


@pytest.fixture
def example() -> ModuleType:
    found = util.spec_from_file_location("rights_client", DOCS)
    assert found and found.loader
    module = util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def running(folder: Path, site: str) -> Callable[..., str]:
    """What runs a program in a folder, as a body would, and answers what it says."""
    environment = {**os.environ, "GUICHET_SITE": site, "GUICHET_KEY": str(folder / "system.pem")}

    def run(script: Path, *words: str) -> str:
        done = subprocess.run([sys.executable, str(script), *words], env=environment, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def signing(there: Controller, public: dict[str, str], scope: str) -> ApiClient:
    """A system of a controller that signs with this key."""
    client, now = a_system(there, scopes=[scope]).client, timezone.now()
    key = register_client_key(client, public["public_key"], by=there.agent, at=now)
    verify_client_key(key, public["fingerprint"], by=UserFactory(administrator=True), at=now)
    return client


def a_reference(there: Controller) -> str:
    """What a person takes to the controller's own page."""
    code, now = codes.code_of(b"a form's token", pepper()), timezone.now()
    told = {"database": there.database, "organisation": there.organisation, "right": Right.ACCESS}
    with transaction.atomic():
        HandOver.objects.create(digest=codes.digest_of(code, pepper()), made_at=now, until=now + timedelta(days=7), **told)
    return codes.in_groups(code)


@pytest.mark.django_db(transaction=True)
def test_the_example_client_and_the_tool_answer_a_request_on_the_running_site(
    live_server: Any, example: ModuleType, tmp_path: Path
) -> None:
    told = example.make_key(tmp_path / "system.pem")
    with transaction.atomic():
        there, other = a_controller(), a_controller("BNY")
        signing(there, told, ANSWER)
        pair, reply, taken = a_key(there), a_pair(), a_request(there, other)
        routing, foreign = sorted(taken.routings, key=lambda one: one.organisation_id != there.organisation.pk)
        an_envelope(routing, pair, reply)
    (tmp_path / "own.pem").write_bytes(pair.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    run = running(tmp_path, live_server.url)
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
    assert json.loads(run(DOCS, "reference", a_reference(there)))["right"] == "access"
    private = example.serialization.load_pem_private_key((tmp_path / "system.pem").read_bytes(), None)
    rights = example.Rights(live_server.url, private, pause=0)
    assert rights.me()["scopes"] == ["rights:answer"]
    with pytest.raises(example.Refused) as again:
        rights.answer(number, "refuse", "identity")
    with pytest.raises(example.Refused) as absent:
        rights.read(foreign.number)
    assert (again.value.status, absent.value.status) == (409, 404) and again.value.sentences()


@pytest.mark.django_db(transaction=True)
def test_the_example_client_and_the_tool_publish_a_set_and_attest_a_delivery_on_the_running_site(
    live_server: Any, example: ModuleType, tmp_path: Path
) -> None:
    told, run, earlier = (
        example.make_key(tmp_path / "system.pem"),
        running(tmp_path, live_server.url),
        timezone.now() - timedelta(minutes=5),
    )
    public = run(TOKENS, "cle", "cles").split()[-1]
    with transaction.atomic():
        there = a_controller(level="catalogue")
        client = signing(there, told, PUBLISH)
        key = keys.register(there.organisation, public, by=there.agent, at=earlier)
        keys.compare(key, key.fingerprint[:16], by=UserFactory(roles=[Role.DPO]), at=earlier)
        opposed = a_request(there, right=Right.OPPOSITION, level=Level.RESEARCH, at=earlier).routings[0]
        in_state(opposed, "transmit", "take_up", "accept", by=there.agent, at=earlier)
        ticket = a_ticket(a_scene(), Kind.DELIVERY, TicketState.DELIVERY, organisation=there.organisation)
        ticket.databases.set([there.database])
    assert [one["code"] for one in json.loads(run(DOCS, "attester", ticket.number))["missing"]] == ["set_not_published"]
    run(DOCS, "recepisses", "bnx")
    (tmp_path / "ajouts.csv").write_text(f"identifiant;reference;etude\nC1;{opposed.number};\n")
    (tmp_path / "extraction.csv").write_text("ID;mot\nC1;a\nC2;b\n")
    new = ("--ajouts", "ajouts.csv", "--recepisses", "bnx.recepisses.json", "--sortie", "bnx-v1")
    run(TOKENS, "construire", "cles", *new)
    assert json.loads(run(DOCS, "publier", "bnx-v1.manifeste.json"))["count"] == 1
    run(TOKENS, "filtrer", "cles", "--jeu", "bnx-v1.set", "--colonne", "ID", "extraction.csv", "sortie.csv")
    made = ("--ticket", ticket.number, "--projet", ticket.dossier.reference, "--operateur", "poste 3", "--sortie", "attestation.json")
    run(TOKENS, "attester", "cles", "--jeu", "bnx-v1.set", *made, "sortie.csv")
    done = json.loads(run(DOCS, "attester", ticket.number, "attestation.json"))
    assert done["missing"] == [] and [one["version"] for one in done["attested"]] == [1]
    assert OppositionSet.objects.get().published_by_id == Attestation.objects.get().received_by_id == client.user_id
