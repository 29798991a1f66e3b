"""The API of rights: who a signature stands for, what it opens, and once per key."""

from __future__ import annotations

import base64
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import ApiClientKey, UsedNonce
from accounts.services import end_api_client, forget_nonces, make_token, register_client_key, revoke_client_key, verify_client_key
from extractions.exchange.models import Answer
from rights.envelopes import sealing
from rights.envelopes.choices import Direction, MessageKind
from rights.envelopes.models import SealedMessage
from rights.envelopes.services.keeping import keep_for_controller
from rights.models import Routing
from rights.policies import MACHINE
from rights.states import Right, RoutingState
from tests.accounts.factories import UserFactory
from tests.rights.asking import Walk, a_base
from tests.rights.factories import Controller, a_controller, a_request, in_state, person_of
from tests.rights.systems import API, System, a_key, a_pair, a_system, an_envelope, words_for
from workflow.models import AccessRead, JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Controller:
    return a_controller()


@pytest.fixture
def system(there: Controller) -> System:
    return a_system(there)


def test_a_body_sees_its_own_requests_and_those_of_another_are_not_found(there: Controller, system: System) -> None:
    other = a_controller("BNY")
    taken = a_request(there, other)
    own, foreign = sorted(taken.routings, key=lambda one: one.organisation_id != there.organisation.pk)
    page = system.get("/requests").json()
    assert [one["number"] for one in page["items"]] == [own.number] and page["next_cursor"] is None
    assert [one["number"] for one in a_system(other).get("/requests").json()["items"]] == [foreign.number]
    for answer in (system.get(f"/requests/{foreign.number}"), system.post(f"/requests/{foreign.number}/envelope", key=None)):
        assert answer.status_code == 404 and answer["Content-Type"] == "application/problem+json"
    assert system.post(f"/requests/{foreign.number}/acknowledgement").status_code == 404
    assert Routing.objects.get(pk=foreign.pk).state == "deposited" and not Answer.objects.exists()


def test_a_system_turns_a_reference_into_what_was_asked_once_and_of_its_own_body_alone() -> None:
    base = a_base("BNZ", right=Right.ERASURE, way="own_page", own_page_url="https://controleur.example/droits", keyed=False)
    reference = Walk().to_identity(base, right=Right.ERASURE).text.partition('class="asking-reference">')[2].partition("<")[0]
    own, foreign = a_system(base.controller), a_system(a_controller("BNY"))
    told = own.post("/references", {"reference": reference.lower()}, key="brought-once")
    assert told.status_code == 200 and "no-store" in told["Cache-Control"]
    assert (told.json()["database"]["code"], told.json()["right"], told.json()["version"]) == (base.slug, "erasure", 1)
    again = own.post("/references", {"reference": reference.lower()}, key="brought-once")
    assert again.content == told.content and again["Idempotent-Replayed"] == "true"
    for bad in (own.post("/references", {"reference": reference}), foreign.post("/references", {"reference": reference})):
        assert bad.status_code == 422 and "a déjà servi" in bad.json()["errors"][0]["message"]


def test_a_controller_does_all_of_its_work_by_signed_requests(there: Controller, system: System) -> None:
    pair, reply, taken = a_key(there), a_pair(), a_request(there)
    routing = taken.routings[0]
    an_envelope(routing, pair, reply)
    address = f"/requests/{routing.number}"
    fetched = system.post(f"{address}/envelope", key=None).json()
    again = system.post(f"{address}/envelope", key=None).json()
    assert fetched["request"]["state"] == "transmitted" and again == fetched
    info = sealing.info_of(there.database.slug, sealing.fingerprint(pair.raw))
    content = sealing.open_sealed(base64.b64decode(fetched["envelope"]["sealed"]), pair.private, info)
    assert base64.b64decode(content["reply_key"]) == reply.raw
    assert system.post(f"{address}/acknowledgement").json()["state"] == "taken_up"
    question = words_for(routing, reply, MessageKind.QUESTION)
    asked = system.post(f"{address}/complement", {"kind": "identity", "question": question}).json()
    assert asked["state"] == "complement_asked" and asked["is_paused"] and asked["due_on"] is None and asked["turn"] == "person"
    info = sealing.message_info(sealing.COMPLEMENT, there.database.slug, sealing.fingerprint(pair.raw), routing.number)
    assert pair.known is not None
    sent = keep_for_controller(routing, pair.known, sealing.seal({"words": "Voilà"}, pair.raw, info), at=timezone.now())
    Routing.objects.get(pk=routing.pk).give_complement(by=person_of(taken), at=timezone.now())
    listed = system.get(f"{address}/complements").json()["items"]
    assert [one["sha256"] for one in listed] == [sent.sha256]
    complement = system.get(f"{address}/complements/{sent.sha256}").json()
    assert complement["kind"] == "complement"
    assert sealing.open_sealed(base64.b64decode(complement["sealed"]), pair.private, info) == {"words": "Voilà"}
    assert system.post(f"{address}/extension", {"reason": "complexity"}).json()["is_extended"]
    answered = system.post(f"{address}/answer", {"answer": "accept", "message": words_for(routing, reply)}).json()
    assert answered["state"] == "accepted" and answered["moves"] == [] and answered["turn"] == ""
    assert system.post(f"{address}/messages", words_for(routing, reply, text="La copie.")).status_code == 200
    kinds = SealedMessage.objects.filter(direction=Direction.TO_PERSON).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["question", "answer", "answer"]
    lines = JournalLine.objects.filter(subject_type="routing", actor_id=system.client.user_id)
    assert {line.actor_role for line in lines} == {MACHINE} and lines.count() == 6
    assert AccessRead.objects.filter(page="rights_envelope").count() == 2, "each reading leaves its line"


def test_a_refusal_takes_a_reason_that_fits_and_an_acceptance_takes_none(there: Controller, system: System) -> None:
    routing = in_state(a_request(there, right=Right.RECTIFICATION).routings[0], "transmit", "take_up", by=there.agent)
    address = f"/requests/{routing.number}/answer"
    assert "constitution" not in system.get(f"/requests/{routing.number}").json()["reasons"]
    for wrong in ({"answer": "refuse"}, {"answer": "refuse", "reason": "constitution"}, {"answer": "accept", "reason": "identity"}):
        assert system.post(address, wrong).status_code == 422
    broken = {"answer": "accept", "message": {"sealed": base64.b64encode(b"clear words").decode(), "sealed_to": "0" * 64}}
    assert system.post(address, broken).status_code == 422
    assert Routing.objects.get(pk=routing.pk).state == RoutingState.TAKEN_UP and not SealedMessage.objects.exists()
    assert system.post(address, {"answer": "refuse", "reason": "identity"}).json()["reason"] == "identity"
    assert system.post(address, {"answer": "accept"}).status_code == 409, "there is one answer"


def test_the_same_key_is_done_once_and_told_again(there: Controller, system: System) -> None:
    number = in_state(a_request(there).routings[0], "transmit", by=there.agent).number
    path = f"/requests/{number}/acknowledgement"
    first, again = system.post(path, key="sent-twice"), system.post(path, key="sent-twice")
    assert first.status_code == again.status_code == 200 and first.content == again.content and again["Idempotent-Replayed"] == "true"
    assert JournalLine.objects.filter(action="take_up").count() == 1
    assert system.post(f"/requests/{number}/answer", {"answer": "accept"}, key="sent-twice").status_code == 422
    stale = system.post(f"/requests/{number}/answer", {"answer": "accept"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412 and Routing.objects.get(number=number).state == "taken_up"


def test_what_is_not_signed_as_it_must_be_opens_nothing(there: Controller, system: System) -> None:
    a_request(there)
    now = int(time.time())
    wrong = {
        "another key": {"private": Ed25519PrivateKey.generate()},
        "unknown": {"keyid": "0" * 64},
        "too old": {"created": now - 601},
        "of the future": {"created": now + 120},
        "no nonce": {"nonce": ""},
        "too long": {
            "params": f'("@method" "@authority" "@path" "@query" "content-digest");created={now};expires={now + 900};nonce="{"n" * 20}"'
            f';keyid="{system.key.fingerprint}"'
        },
        "body not covered": {
            "params": f'("@method" "@authority" "@path" "@query");created={now};nonce="{"n" * 20}";keyid="{system.key.fingerprint}"'
        },
    }
    for name, changes in wrong.items():
        refused = system.get("/requests", **changes)
        assert refused.status_code == 401 and refused["Content-Type"] == "application/problem+json", name
    assert Client().get(f"{API}/requests").status_code == 401
    agent = Client()
    agent.force_login(there.agent, backend="django.contrib.auth.backends.ModelBackend")
    assert agent.get(f"{API}/requests").status_code == 401, "a session opens nothing here"
    _token, secret = make_token(system.client, by=UserFactory(administrator=True), at=timezone.now())
    bearer = Client().get(f"{API}/requests", headers={"Authorization": f"Bearer {secret}"})
    assert bearer.status_code == 401, "neither does a token"
    assert system.get("/requests").status_code == 200 and UsedNonce.objects.count() == 1


def test_a_signature_holds_for_one_request_only(there: Controller, system: System) -> None:
    one, two = (a_request(there).routings[0] for _each in range(2))
    target, other = f"{API}/requests/{one.number}", f"{API}/requests/{two.number}"
    headers = system.signed("GET", "testserver", target, b"", {})
    assert Client().get(other, headers=headers).status_code == 401, "another address"
    assert Client().get(f"{target}?limit=1", headers=headers).status_code == 401, "another query"
    assert Client().get(target, headers={**headers, "Host": "elsewhere.test"}).status_code == 401
    assert Client().post(f"{target}/envelope", headers=headers).status_code == 401, "another method"
    assert Client().get(target, headers=headers).status_code == 200
    replayed = Client().get(target, headers=headers)
    assert replayed.status_code == 401 and UsedNonce.objects.count() == 1
    body = b'{"answer": "accept"}'
    signed = system.signed("POST", "testserver", f"{target}/answer", body, {"Idempotency-Key": "signed-key"})
    changed = Client().generic("POST", f"{target}/answer", b'{"answer": "refuse"}', content_type="application/json", headers=signed)
    assert changed.status_code == 401, "another body"
    other_key = {**signed, "Idempotency-Key": "another-key"}
    assert Client().generic("POST", f"{target}/answer", body, content_type="application/json", headers=other_key).status_code == 401
    kept = UsedNonce.objects.get()
    assert len(kept.sha256) == 64 and forget_nonces(at=timezone.now()) == 0
    assert forget_nonces(at=timezone.now() + timedelta(minutes=12)) == 1


def test_a_key_opens_nothing_before_another_person_has_compared_it_nor_after_its_end(there: Controller) -> None:
    system, keeper, now = a_system(there, verified=False), UserFactory(administrator=True), timezone.now()
    assert system.get("/me").status_code == 401
    with pytest.raises(NotAllowed):
        verify_client_key(system.key, system.key.fingerprint, by=there.agent, at=now)
    with pytest.raises(RuleBroken):
        verify_client_key(system.key, "0" * 64, by=keeper, at=now)
    spaced = " ".join(system.key.fingerprint[start : start + 4] for start in range(0, 64, 4)).upper()
    verify_client_key(system.key, spaced, by=keeper, at=now)
    assert system.get("/me").json()["scopes"] == ["rights:answer"]
    with pytest.raises(DatabaseError), transaction.atomic():
        ApiClientKey.objects.update(public="A" * 44)
    revoke_client_key(system.key, by=there.agent, at=now)
    assert system.get("/me").status_code == 401
    with pytest.raises(WrongState):
        revoke_client_key(system.key, by=there.agent, at=now)
    fresh = a_system(there, name="Autre")
    end_api_client(fresh.client, by=keeper, at=timezone.now())
    assert fresh.get("/me").status_code == 401


def test_only_the_bodys_own_agent_registers_a_key_and_a_wrong_one_is_refused(there: Controller, system: System) -> None:
    other, now = a_controller("BNY"), timezone.now()
    with pytest.raises(NotAllowed):
        register_client_key(system.client, base64.b64encode(b"k" * 32).decode(), by=other.agent, at=now)
    for wrong in ("", "not base64!", base64.b64encode(b"short").decode(), system.key.public):
        with pytest.raises(RuleBroken):
            register_client_key(system.client, wrong, by=there.agent, at=now)


def test_a_page_of_requests_costs_the_same_whatever_their_number(there: Controller, system: System, django_assert_max_num_queries) -> None:
    pair = a_key(there)
    for _each in range(2):
        an_envelope(a_request(there).routings[0], pair)
    with django_assert_max_num_queries(25) as few:
        assert len(system.get("/requests").json()["items"]) == 2
    for _each in range(6):
        an_envelope(a_request(there).routings[0], pair)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(system.get("/requests").json()["items"]) == 8
    first = system.get("/requests?limit=3").json()
    rest = system.get(f"/requests?limit=9&cursor={first['next_cursor']}").json()
    assert len(first["items"]) == 3 and len(rest["items"]) == 5
    assert system.get("/requests?stat=deposited").status_code == 422, "a filter that is misspelt does not pass for an answer"
