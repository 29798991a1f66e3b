"""Systems that publish opposition sets and attest deliveries by themselves: what the tool wrote, sent as it is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.forms import ApiClientForm
from accounts.models import ApiClient
from accounts.services import end_api_client
from extractions.delivery.models import Package
from extractions.delivery.services import packages
from extractions.exchange.models import Answer
from extractions.history import history_of
from extractions.policies import ATTESTER, MAY
from extractions.states import Kind, TicketState
from rights.answering.key_pages import clients_of, part_of_client
from rights.oppositions import documents
from rights.oppositions.endpoints import DELIVERIES
from rights.oppositions.models import Attestation, OppositionSet, Recheck
from rights.oppositions.policies import PUBLISH, may_publish, publishes_for
from rights.oppositions.words import BAD
from rights.policies import ANSWER, controllers_of
from tests.accounts.factories import UserFactory
from tests.extractions.factories import a_ticket
from tests.rights.factories import a_controller
from tests.rights.opposing import Workshop, a_workshop
from tests.rights.systems import System, a_system
from tests.rights.test_oppositions import TEXT, day, holding, of_scene, written
from tools import opposition_sets as sets
from workflow.models import JournalLine
from workflow.refusals import RuleBroken

pytestmark = pytest.mark.django_db
SETS = "/opposition-sets/bnx"


@pytest.fixture(autouse=True)
def at_the_day():
    with time_machine.travel(day(60), tick=False):
        yield


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return a_workshop(a_controller("BNX", level="catalogue"), tmp_path, day(0))


@pytest.fixture
def system(shop: Workshop) -> System:
    return replace(a_system(shop.controller, name="Oppositions", scopes=[PUBLISH], at=day(0)), language="en")


def sent(signed: documents.Signed) -> dict[str, Any]:
    """A document as the tool writes it."""
    return {"signed": signed.said, "signature": signed.signature}


def manifest(shop: Workshop, **told: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shop.build(day(60), **told).read_text())
    return found


def codes(answer: Any) -> list[str]:
    return [one["code"] for one in answer.json()["missing"]]


def sentences(answer: Any) -> str:
    return " ".join(one["message"] for one in answer.json()["errors"])


def test_a_system_fetches_the_receipts_publishes_and_reads_the_versions(shop, system):
    routing = shop.opposed(day(58))[1]
    fetched = system.get(f"{SETS}/receipts")
    assert (fetched.json()["entering"], fetched.json()["version"], fetched["ETag"]) == ([routing.number], 1, '"0"')
    first = system.post(f"{SETS}/versions", manifest(shop, fetched=fetched.json()), headers={"If-Match": fetched["ETag"]})
    made = OppositionSet.objects.get()
    assert first.status_code == 200 and first["ETag"] == '"1"' and made.published_by == system.client.user
    assert {name: first.json()[name] for name in ("database", "root", "count", "key")} == {
        "database": "bnx", "root": made.root, "count": 1, "key": shop.key.fingerprint,
    }  # fmt: skip
    shop.last = str(shop.folder / "v1.set")
    with time_machine.travel(day(61), tick=False):
        again = system.get(f"{SETS}/receipts").json()
        assert again["previous_root"] == made.root and again["entering"] == []
        assert system.post(f"{SETS}/versions", manifest(shop, fetched=again)).json()["version"] == 2
        page = system.get(f"{SETS}/versions?limit=1").json()
        rest = system.get(f"{SETS}/versions?cursor={page['next_cursor']}").json()
        since = system.get(f"{SETS}/versions?since={day(61).isoformat().replace('+00:00', 'Z')}").json()
    assert page["items"] == [first.json()] and [one["version"] for one in rest["items"]] == [2] == [since["items"][0]["version"]]
    assert rest["next_cursor"] is None and system.get(f"{SETS}/versions?sinc=1").status_code == 422


def test_what_the_page_refuses_the_api_refuses_in_the_same_words(shop, system, in_english):
    told = manifest(shop)
    cut = told | {"signature": told["signature"][:-4]}
    assert sentences(system.post(f"{SETS}/versions", cut)) == str(BAD["signature"])
    other = {"signed": told["signed"], "signature": told["signature"], "counts": {}}
    assert sentences(system.post(f"{SETS}/versions", other)) == str(BAD["fields"])
    false = told | {"signed": told["signed"] | {"version": 7}}
    assert "not that of a key of this controller" in sentences(system.post(f"{SETS}/versions", false))
    same = {name: value for name, value in told["signed"].items() if name not in ("key", "tool_sha256")}
    gap = system.post(f"{SETS}/versions", sets.signed(same | {"version": 7}, shop.secrets.signing) | {"counts": told["counts"]})
    assert gap.status_code == 422 and "Version 1 is the next one" in sentences(gap) and gap.json()["errors"][0]["where"] == "file"
    elsewhere = sets.signed(same | {"database": "bny"}, shop.secrets.signing) | {"counts": told["counts"]}
    assert "another database" in sentences(system.post(f"{SETS}/versions", elsewhere))
    late = {"signed": {"format": documents.SET, "x": "y" * documents.LARGEST}, "signature": "", "counts": {}}
    assert sentences(system.post(f"{SETS}/versions", late)) == str(BAD["large"])
    for wrong in ({}, {"signed": []}, {"signed": {}, "signature": 1, "counts": {}}):
        assert system.post(f"{SETS}/versions", wrong).status_code == 422
    assert not OppositionSet.objects.exists() and not Answer.objects.exists()


def test_a_version_is_published_once_per_key_and_not_over_another_one(shop, system):
    told = manifest(shop)
    first, again = (system.post(f"{SETS}/versions", told, key="sent-twice") for _each in range(2))
    assert first.content == again.content and again["Idempotent-Replayed"] == "true" and OppositionSet.objects.count() == 1
    assert system.post(f"{SETS}/versions", told, key=None).status_code == 422
    assert system.post(f"{SETS}/versions", told, headers={"If-Match": '"0"'}).status_code == 412
    assert system.post(f"{SETS}/versions", told).status_code == 422, "the next version is another one"


def test_a_system_knows_what_lacks_attests_and_then_announces(shop, system, in_english):
    ticket = of_scene(shop)[1]
    address = f"/deliveries/{ticket.number}"
    assert system.get(f"{address}/oppositions").json()["databases"] == [], "nobody objects: nothing is asked"
    shop.opposed(day(58))
    assert codes(system.get(f"{address}/oppositions")) == ["set_not_published"]
    shop.version(day(59), added="C1;L-1;")
    lacks = system.get(f"{address}/oppositions")
    told = lacks.json()
    assert codes(lacks) == ["not_attested"] and "send the attestation first" in told["missing"][0]["message"]
    assert (told["project"], told["package"], told["study"], lacks["ETag"]) == (
        ticket.dossier.reference, 1, "", f'"{told["version"]}"',
    )  # fmt: skip
    out = shop.filtered(TEXT)
    signed = shop.attested(ticket, out)
    made = system.post(f"{address}/attestations", sent(signed), headers={"If-Match": lacks["ETag"]})
    assert made.status_code == 200 and codes(made) == [] and made["ETag"] == f'"{made.json()["version"]}"'
    assert [(one["database"], one["version"], one["sha256"], one["is_rechecked"]) for one in made.json()["attested"]] == [
        ("bnx", 1, signed.sha256, False)
    ]
    line = JournalLine.objects.get(action="attest_oppositions")
    assert (line.actor_id, line.actor_role) == (system.client.user.pk, ATTESTER)
    assert str(history_of(ticket)[-1].role) == "system of the body that does the work"
    assert Attestation.objects.get().received_by == system.client.user
    assert packages.announce(ticket, holding(out), by=shop.controller.agent, at=day(60)) == Package.objects.get()
    late = system.post(f"{address}/attestations", sent(signed))
    assert late.status_code == 409 and "announced meanwhile" in sentences(late)


def test_an_old_set_and_an_old_package_have_their_codes(shop, system, tmp_path):
    ticket = of_scene(shop)[1]
    address = f"/deliveries/{ticket.number}"
    shop.opposed(day(20))
    shop.version(day(25))
    assert codes(system.get(f"{address}/oppositions")) == ["set_too_old"]
    with time_machine.travel(day(50), tick=False):
        out = shop.filtered(TEXT)
        assert system.post(f"{address}/attestations", sent(shop.attested(ticket, out))).status_code == 200
        assert codes(system.get(f"{address}/oppositions")) == []
    shop.version(day(51))
    assert codes(system.get(f"{address}/oppositions")) == ["version_not_applied"]
    with time_machine.travel(day(57), tick=False):
        assert codes(system.get(f"{address}/oppositions")) == ["package_too_old"]
    with time_machine.travel(day(52), tick=False):
        out = shop.filtered(TEXT)
        assert codes(system.post(f"{address}/attestations", sent(shop.attested(ticket, out)))) == []
    files = holding(out, written(tmp_path / "lisez-moi.txt", "mot"))
    with pytest.raises(RuleBroken, match="lisez-moi"):  # the files are known, and compared, once the package is announced
        packages.announce(ticket, files, by=shop.controller.agent, at=day(60))


def test_a_second_look_comes_from_another_system_and_may_take_an_attestation_back(shop, system, in_english):
    ticket = of_scene(shop)[1]
    address, second = f"/deliveries/{ticket.number}", a_system(shop.controller, name="Contrôle", scopes=[PUBLISH], at=day(0))
    shop.opposed(day(58))
    shop.version(day(59), added="C1;L-1;")
    out = shop.filtered(TEXT)
    signed = shop.attested(ticket, out)
    system.post(f"{address}/attestations", sent(signed))
    found = shop.rechecked(signed, out)
    assert sentences(system.post(f"{address}/attestations", sent(found))) == str(BAD["other"])
    refused = system.post(f"{address}/rechecks", sent(found))
    assert refused.status_code == 403 and "second operator" in sentences(refused) and not Recheck.objects.exists()
    seen = second.post(f"{address}/rechecks", sent(found))
    assert (
        seen.status_code == 200 and seen.json()["attested"][0]["is_rechecked"] and Recheck.objects.get().received_by == second.client.user
    )
    said = {name: value for name, value in found.said.items() if name not in ("key", "tool_sha256")} | {"present": 1}
    bad = second.post(f"{address}/rechecks", sets.signed(said, shop.secrets.signing))
    assert bad.status_code == 200 and bad.json()["attested"] == [] and codes(bad) == ["not_attested"]
    assert JournalLine.objects.filter(action="attest_oppositions", actor_id=second.client.user.pk).count() == 2


def test_a_system_of_another_body_finds_neither_the_set_nor_the_ticket(shop, system):
    ticket = of_scene(shop)[1]
    shop.opposed(day(58))
    stranger = a_system(a_controller("BNY"), scopes=[PUBLISH, ANSWER], at=day(0))
    shop.version(day(59))
    told, ours = manifest(shop), f"/deliveries/{ticket.number}"
    attested = sent(shop.attested(ticket, shop.filtered(TEXT)))
    for path in (f"{SETS}/receipts", f"{SETS}/versions", f"{ours}/oppositions"):
        assert (stranger.get(path).status_code, system.get(path).status_code) == (404, 200), path
    for path, document in ((f"{SETS}/versions", told), (f"{ours}/attestations", attested), (f"{ours}/rechecks", attested)):
        refused = stranger.post(path, document)
        assert refused.status_code == 404 and refused["Content-Type"] == "application/problem+json", path
    assert not Attestation.objects.exists() and OppositionSet.objects.count() == 1 and not Answer.objects.exists()
    for absent in ("/opposition-sets/bnz/receipts", "/opposition-sets/bnz/versions", "/deliveries/TIC-2026-99999/oppositions"):
        assert system.get(absent).status_code == 404, absent


def test_a_ticket_that_delivers_nothing_is_not_found(shop, system):
    scene, _ticket = of_scene(shop)
    other = a_ticket(scene, Kind.TARGETING, TicketState.CREATED, organisation=shop.controller.organisation, at=day(-20))
    assert system.get(f"/deliveries/{other.number}/oppositions").status_code == 404


def test_each_right_opens_its_own_and_ends_with_the_access(shop, system):
    ticket = of_scene(shop)[1]
    answering = a_system(shop.controller, at=day(0))
    for path in (f"{SETS}/receipts", f"{SETS}/versions", f"/deliveries/{ticket.number}/oppositions"):
        refused = answering.get(path)
        assert refused.status_code == 403 and PUBLISH in refused.json()["detail"], path
    for path in (f"{SETS}/versions", f"/deliveries/{ticket.number}/attestations", f"/deliveries/{ticket.number}/rechecks"):
        assert answering.post(path, {"signed": {}, "signature": "", "counts": {}}).status_code == 403, path
    assert system.get("/requests").status_code == 403 and system.get("/me").json()["scopes"] == [PUBLISH]
    assert {one.pk for one in clients_of(shop.controller.agent)} == {system.client.pk, answering.client.pk}
    offered = dict(ApiClientForm().fields["scopes"].choices)
    assert {PUBLISH, ANSWER} <= offered.keys() and part_of_client(system.client)["signs"]
    machine = system.client.user
    assert publishes_for(machine) == {shop.controller.organisation.pk} and not controllers_of(machine), "it answers no request"
    assert not publishes_for(answering.client.user) and MAY["attest_oppositions"] >= {ATTESTER}
    end_api_client(system.client, by=UserFactory(administrator=True), at=timezone.now())
    ended = ApiClient.objects.get(pk=system.client.pk)
    assert not may_publish(ended.user, shop.controller.database) and system.get(f"{SETS}/receipts").status_code == 401
    assert DELIVERIES.found(ended, ticket.number) == ticket
