"""The controllers' board and pages: who sees what, the one next thing, and what leaves sealed."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.roles import Role
from config.demo.rights_requests import content_of
from rights.envelopes.choices import MessageKind
from rights.envelopes.models import Envelope, SealedMessage
from rights.envelopes.services.keys import revoke_key
from rights.models import Routing
from rights.remedies import CNIL
from rights.services.opening import lift
from rights.states import Level, Right
from tests.accounts.clients import sign_in
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.rights.asking import Walk, a_base
from tests.rights.factories import Controller, a_controller, a_request, in_state, person_of
from tests.rights.factories import a_key as a_sealing_key
from tests.rights.factories import an_envelope as keep_sealed
from tests.rights.systems import a_key, a_pair, a_system, an_envelope, words_for
from workflow.periods import paris_day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages")]
BOARD = "/travail/droits/"


@pytest.fixture
def there() -> Controller:
    found = a_controller()
    TOTPDevice.objects.create(user=found.agent, name="default", confirmed=True)
    return found


@pytest.fixture
def desk(client: Client, there: Controller) -> Client:
    return sign_in(client, there.agent)


def somebody(role: Role, organisation: object = None) -> Client:
    person = UserFactory(device=True)
    RoleGrantFactory(user=person, role=role, organisation=organisation)
    return sign_in(Client(), person)


def test_an_agent_sees_their_own_requests_the_overdue_ones_first(there: Controller, desk: Client) -> None:
    now, other = timezone.now(), a_request(a_controller("BNY")).routings[0]
    fresh = a_request(there).routings[0]
    late = a_request(there, at=now - timedelta(days=50)).routings[0]
    answered = in_state(a_request(there).routings[0], "transmit", "take_up", "accept", by=there.agent)
    page = desk.get(BOARD).content.decode()
    assert page.index(late.number) < page.index(fresh.number) and "1 is late" in page
    assert other.number not in page and answered.number not in page
    assert answered.number in desk.get(f"{BOARD}?etat=accepted").content.decode()
    sought = desk.get(f"{BOARD}?q={answered.number}").content.decode()
    assert f'href="?q={answered.number}&amp;etat=all"' in sought, "one that has ended is found by its number, too"
    assert f">{answered.number}<" in desk.get(f"{BOARD}?q={answered.number}&etat=all").content.decode()
    late_only = desk.get(f"{BOARD}?retard=1").content.decode()
    assert late.number in late_only and fresh.number not in late_only
    assert fresh.number in desk.get(f"{BOARD}?droit=access&base={there.database.slug}&tour=controller&agent=none").content.decode()
    assert fresh.number not in desk.get(f"{BOARD}?droit=erasure").content.decode()
    newest = desk.get(f"{BOARD}?sort=-number").content.decode()
    assert newest.index(late.number) < newest.index(fresh.number) and 'aria-sort="descending"' in newest
    assert desk.get(f"{BOARD}?sort=agent").status_code == desk.get(f"{BOARD}?sort=-nothing").status_code == 200
    assert desk.get(f"{BOARD}?etat=nowhere&base=%00&q=%00").status_code == 200


def test_who_watches_over_delays_sees_states_and_nothing_of_what_is_asked(there: Controller) -> None:
    routing = a_request(there).routings[0]
    hidden = (there.database.acronym, "Access")
    for watcher in (somebody(Role.DPO), somebody(Role.AUDITOR), somebody(Role.DPO, there.organisation)):
        for address in (BOARD, routing.get_absolute_url(), f"{BOARD}demandes.csv"):
            page = watcher.get(address).content.decode()
            assert routing.number in page and not any(f">{word}<" in page or f";{word};" in page for word in hidden), address
        assert watcher.get(f"{BOARD}?base={there.database.slug}").content.decode().count(routing.number) == 0
        for place in ("enveloppe", "examiner", "prendre", "repondre"):
            assert watcher.post(f"{routing.get_absolute_url()}{place}/").status_code == 404
    for stranger in (somebody(Role.OFFICER), somebody(Role.DPO, a_controller("BNY").organisation)):
        assert stranger.get(routing.get_absolute_url()).status_code == 404
    assert somebody(Role.OFFICER).get(BOARD).status_code == 404
    assert Client().get(BOARD).status_code == 302


def test_without_the_second_factor_nobody_comes_in(there: Controller) -> None:
    refused = sign_in(Client(), there.agent, verified=False).get(BOARD)
    assert refused.status_code == 302 and "/compte/" in refused["Location"]


def test_the_board_costs_the_same_whatever_its_length(there: Controller, desk: Client, django_assert_max_num_queries) -> None:
    for _each in range(2):
        a_request(there)
    with django_assert_max_num_queries(30) as few:
        desk.get(BOARD)
    for _each in range(8):
        a_request(there)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(desk.get(BOARD).context["rows"]) == 10


def test_the_export_says_what_the_board_says_and_disarms_formulas(there: Controller, desk: Client) -> None:
    there.organisation.name = "=cmd()"
    there.organisation.save(update_fields=["name"])
    routing = a_request(there).routings[0]
    lines = desk.get(f"{BOARD}demandes.csv?droit=access").content.decode().splitlines()
    assert len(lines) == 2 and routing.number in lines[1] and "'=cmd()" in lines[1] and there.database.acronym in lines[1]
    in_state(routing, "transmit", "take_up", "accept", by=there.agent)
    ended = desk.get(f"{BOARD}demandes.csv?etat=accepted").content.decode().splitlines()
    assert ended[0].endswith(";Ended on") and ended[1].endswith(f";{paris_day(timezone.now())}")


def test_a_request_goes_from_its_envelope_to_its_answer_on_the_pages(there: Controller, desk: Client) -> None:
    pair, reply, routing = a_key(there), a_pair(), a_request(there).routings[0]
    kept, page = an_envelope(routing, pair, reply), routing.get_absolute_url()
    assert "Fetch the envelope" in desk.get(page).content.decode()
    assert desk.get(f"{page}enveloppe/").status_code == 405, "reading it is an act"
    told = desk.post(f"{page}enveloppe/")
    assert told["Content-Disposition"].endswith('.json"') and json.loads(told.content)["sha256"] == kept.sha256
    assert told["Cache-Control"].find("no-store") >= 0 and Routing.objects.get().state == "transmitted"
    assert desk.post(f"{page}examiner/").status_code == 302 and desk.post(f"{page}prendre/").status_code == 302
    assert Routing.objects.get().agent == there.agent
    file = json.dumps({"number": routing.number, "kind": "question", **words_for(routing, reply, MessageKind.QUESTION)})
    wrong = SimpleUploadedFile("q.json", file.replace(routing.number, "DRO-2020-00001").encode())
    refused = desk.post(f"{page}complement/", {"complement": "identity", "sealed_file": wrong})
    assert refused.status_code == 422 and "not a sealed file" in refused.content.decode() and Routing.objects.get().state == "taken_up"
    sent = desk.post(f"{page}complement/", {"complement": "identity", "sealed_file": SimpleUploadedFile("q.json", file.encode())})
    assert sent.status_code == 302 and "stands still" in desk.get(page).content.decode()
    assert desk.post(f"{page}complement-recu/").status_code == 302
    assert desk.post(f"{page}prolonger/", {"reason": "number"}).status_code == 302
    assert desk.post(f"{page}repondre/", {"answer": "refuse"}).status_code == 422
    answer = {"answer": "accept_in_part", "reason": "others", **words_for(routing, reply)}
    assert desk.post(f"{page}repondre/", answer).status_code == 302
    shown = desk.get(page).content.decode()
    assert CNIL in shown and "RGPD, art. 15, 4" in shown and "What the person reads" in shown
    assert SealedMessage.objects.filter(kind=MessageKind.ANSWER).count() == 1
    assert desk.post(f"{page}repondre/", {"answer": "accept"}).status_code in (404, 409), "there is one answer"
    assert desk.post(f"{page}joindre/", words_for(routing, reply, text="Encore.")).status_code == 302
    nothing = desk.post(f"{page}joindre/")
    assert nothing.status_code == 422 and "Write to the person, or choose the sealed file" in nothing.content.decode()
    assert "Nobody has to act any more" in desk.get(page).content.decode()


def test_nothing_is_extended_once_it_is_late(there: Controller, desk: Client) -> None:
    long_ago = timezone.now() - timedelta(days=50)
    late = in_state(a_request(there, at=long_ago).routings[0], "transmit", "take_up", by=there.agent, at=long_ago)
    fresh = in_state(a_request(there).routings[0], "transmit", "take_up", by=there.agent)
    assert "Extend the time limit" in desk.get(fresh.get_absolute_url()).content.decode()
    page = desk.get(late.get_absolute_url()).content.decode()
    assert "Answer the request" in page and "Extend the time limit" not in page


def test_reasons_are_read_whole_and_serve_only_the_answers_that_have_one(there: Controller, desk: Client) -> None:
    routing = in_state(a_request(there).routings[0], "transmit", "take_up", by=there.agent)
    address = f"{routing.get_absolute_url()}repondre/"
    form = desk.get(address).content.decode()
    assert 'data-shown-when="answer=accept_in_part|refuse"' in form and "js/shown-when" in form
    assert "<select" not in form and "Reason <span" not in form, "it is not optional where it is asked for"
    assert desk.post(address, {"answer": "accept_in_part"}).status_code == 422
    assert desk.post(address, {"answer": "accept", "reason": "others"}).status_code == 302
    assert Routing.objects.get(pk=routing.pk).state == "accepted"


def test_a_request_whose_key_is_lost_says_what_can_still_be_done(there: Controller, desk: Client) -> None:
    key = a_sealing_key(there)[0]
    routing = a_request(there).routings[0]
    keep_sealed(routing, key)
    page = routing.get_absolute_url()
    assert "was revoked" not in desk.get(page).content.decode()
    revoke_key(key, reason="lost", by=there.agent, at=timezone.now())
    told = desk.get(page).content.decode()
    assert "This key was revoked on" in told and "what they send then is sealed to the new key" in told


def test_an_envelope_of_the_demonstration_says_what_its_page_says(there: Controller) -> None:
    routing = a_request(there).routings[0]
    told = content_of(routing, b"")
    shown = {"form": routing.request.sending, "database": there.database.slug, "right": routing.right, "level": "", "study": ""}
    assert {name: told[name] for name in shown} == shown


def test_an_envelope_that_is_gone_says_so_and_the_end_of_an_opposition_has_none(there: Controller, desk: Client) -> None:
    taken = a_request(there, right=Right.OPPOSITION, level=Level.RESEARCH)
    in_state(taken.routings[0], "transmit", "take_up", "accept", by=there.agent)
    end = lift(taken.routings[0], by=person_of(taken), at=timezone.now())
    page = end.get_absolute_url()
    assert taken.routings[0].number in desk.get(page).content.decode()
    assert desk.post(f"{page}enveloppe/").status_code == 302 and Routing.objects.get(pk=end.pk).state == "transmitted"
    in_state(end, "take_up", by=there.agent)
    form = desk.get(f"{page}repondre/").content.decode()
    assert 'value="accept"' in form and 'value="refuse"' not in form and 'name="reason"' not in form
    assert not Envelope.objects.exists()


def test_an_agent_registers_a_key_and_an_administrator_verifies_it(there: Controller, desk: Client) -> None:
    system = a_system(there, verified=False)
    listed = desk.get(reverse("answering:systems")).content.decode()
    assert system.key.fingerprint in listed and "awaits verification" in listed
    assert desk.post(reverse("answering:systems"), {"client": system.client.pk, "public": "no"}).status_code == 422
    keeper = sign_in(Client(), UserFactory(administrator=True))
    verify = reverse("answering:key_verify", args=[system.key.pk])
    assert desk.get(verify).status_code == 404
    client_page = keeper.get(reverse("accounts:api_client", args=[system.client.pk])).content.decode()
    assert verify in client_page and system.key.fingerprint not in client_page, "whoever compares it has it read out"
    assert system.key.fingerprint not in keeper.get(verify).content.decode(), "it is not there to be copied"
    assert keeper.post(verify, {"fingerprint": "0" * 64}).status_code == 422
    assert keeper.post(verify, {"fingerprint": system.key.fingerprint}).status_code == 302
    assert system.get("/me").status_code == 200
    revoking = reverse("answering:key_revoke", args=[system.key.pk])
    assert "at once and for good" in desk.get(revoking).content.decode() and system.get("/me").status_code == 200
    assert desk.post(revoking).status_code == 302
    assert system.get("/me").status_code == 401


def test_a_reference_that_a_person_brings_says_once_and_to_its_controller_alone_what_they_came_for(there: Controller, desk: Client) -> None:
    base = a_base("BNZ", right=Right.ERASURE, way="own_page", own_page_url="https://controleur.example/droits", keyed=False)
    RoleGrantFactory(user=there.agent, role=Role.DATA_CONTROLLER_AGENT, organisation=base.controller.organisation)
    walk = Walk().to_identity(base, right=Right.ERASURE)
    reference, address = walk.text.partition('class="asking-reference">')[2].partition("<")[0], f"{BOARD}reference/"
    assert len(reference) > 17 and "reference/" in desk.get(BOARD).content.decode()
    stranger = somebody(Role.DATA_CONTROLLER_AGENT, a_controller("BNY").organisation)
    assert stranger.post(address, {"reference": reference}).status_code == 422
    told = desk.post(address, {"reference": reference.lower().replace("-", " ")})
    assert told.status_code == 200 and all(word in told.content.decode() for word in ("Erasure", base.controller.database.acronym))
    again = desk.post(address, {"reference": reference})
    assert again.status_code == 422 and "unknown, past, or was used already" in again.content.decode()
    assert "no-store" in told["Cache-Control"] and somebody(Role.DPO).get(address).status_code == 404
