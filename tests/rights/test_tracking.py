"""Following a request by its code alone: what is read, what is done, and what a wrong code never tells."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rights import codes
from rights.envelopes import sealing
from rights.envelopes.choices import MessageKind
from rights.envelopes.models import SealedMessage
from rights.envelopes.services.keeping import keep_for_person
from rights.models import Request, Routing
from rights.states import Level, Right, RoutingState
from rights.tracking import lookup
from tests.rights.factories import a_controller, a_key, a_request, an_envelope, entitle, in_state, opened, person_of
from tests.rights.test_envelopes import pair

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
#: What is drawn by lot for each answer, whatever was asked.
DRAWN = re.compile(rb'nonce="[^"]+"|name="csrfmiddlewaretoken" value="[^"]+"')


def follow(client: Client, code: str, page: str = "home", **more: Any) -> Any:
    return client.post(reverse(f"tracking:{page}"), {"code": code, **more})


def wrong_codes(here: Any) -> list[str]:
    """Unknown, expired and not yet forgotten, forgotten, mistyped, of another shape, none."""
    expired, forgotten = (a_request(here, at=NOON - timedelta(days=900)) for _ in range(2))
    Request.objects.filter(pk=expired.request.pk).update(closed_at=NOON - timedelta(days=400))
    Request.objects.filter(pk=forgotten.request.pk).update(closed_at=NOON - timedelta(days=400), code_digest=None)
    unknown = codes.code_of(b"nobody's", b"another pepper")
    slip = ("1" if unknown[0] == "0" else "0") + unknown[1:]
    return [unknown, expired.code, forgotten.code, slip, "DRO-2026", "<script>é" * 40, ""]


def test_a_wrong_code_of_any_kind_gets_the_same_status_body_headers_and_number_of_queries(client):
    with time_machine.travel(NOON, tick=False):
        wrong = wrong_codes(a_controller())
        answers = []
        follow(client, wrong[0])  # what a process reads once
        for code in wrong:
            with CaptureQueriesContext(connection) as asked:
                answer = follow(client, code)
            headers = {name: value for name, value in answer.items() if name not in ("X-Request-ID", "Content-Security-Policy")}
            answers.append((answer.status_code, DRAWN.sub(b"", answer.content), headers, len(asked)))
        assert answers[0][0] == 422 and all(answer == answers[0] for answer in answers)
        assert not any(code.encode() in answers[0][1] for code in wrong if code)


def test_the_language_is_changed_on_the_pages_that_nobody_fills_in_yet(client):
    for name in ("home", "verify"):
        address = reverse(f"tracking:{name}")
        assert b'name="language" value="en"' in client.get(address).content
        answer = client.post(reverse("set_language"), {"language": "en", "next": address}, HTTP_ORIGIN="null")
        assert answer.url == address and b'<html lang="en"' in client.get(address).content
        client.cookies.clear()


def test_wrong_codes_are_slowed_down_and_a_right_one_always_passes(client, monkeypatch):
    monkeypatch.setattr(lookup, "MOST_WRONG", 2)
    taken = a_request(a_controller())
    assert [follow(client, "wrong").status_code for _ in range(3)] == [422, 422, 429]
    assert follow(client, codes.in_groups(taken.code).lower()).status_code == 200


def test_the_code_is_in_no_address_cookie_nor_title_and_nobody_keeps_the_page(client):
    taken = a_request(a_controller())
    answer = follow(client, taken.code)
    assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
    assert set(answer.cookies) <= {"csrftoken"} and not client.session.keys()
    title = re.search(rb"<title>(.*?)</title>", answer.content, re.S)
    assert title and b"BNX" not in title[1] and taken.code.encode() not in title[1]
    assert taken.code.encode() not in b"".join(re.findall(rb'(?:href|action|src)="[^"]*"', answer.content))
    assert all(client.get(reverse(f"tracking:{page}")).status_code == 405 for page in ("withdraw", "lift", "complement", "receipt"))


def test_the_page_says_the_date_promised_its_extension_and_what_to_do_when_it_is_late(client):
    there = a_controller()
    entitle(there, mailbox="dpo@bnx.example")
    with time_machine.travel(NOON, tick=False):
        taken = a_request(there, at=NOON)
        assert "mardi 7 avril 2026" in follow(client, taken.code).text
        routing = in_state(taken.routings[0], "transmit", "take_up", by=there.agent, at=NOON)
    with time_machine.travel(NOON + timedelta(days=40), tick=False):
        late = follow(client, taken.code).text
        assert "cnil.fr" in late and f"{routing.number}" in late and "track-late" in late and "dpo@bnx.example" in late
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        routing.extend(by=there.agent, at=NOON + timedelta(days=2), reason="complexity")
        extended = follow(client, taken.code).text
        assert "vendredi 5 juin 2026" in extended and "track-late" not in extended


def test_a_question_on_identity_shows_that_time_stands_still(client):
    there = a_controller()
    with time_machine.travel(NOON + timedelta(days=60), tick=False):
        taken = a_request(there, at=NOON)
        in_state(taken.routings[0], "transmit", "take_up", "ask_complement", by=there.agent, at=NOON, ask_complement={"kind": "identity"})
        page = follow(client, taken.code)
        assert "jeudi 5 mars 2026" in page.text and "track-late" not in page.text and reverse("tracking:complement") in page.text


def test_a_refusal_carries_its_reason_its_text_and_the_remedies(client):
    there = a_controller()
    taken = a_request(there)
    in_state(taken.routings[0], "transmit", "take_up", "refuse", by=there.agent, refuse={"reason": "others"})
    page = follow(client, taken.code).text
    assert "RGPD, art. 15, 4" in page and "https://www.cnil.fr/fr/plaintes" in page and "RGPD, art. 79" in page


def test_the_number_of_queries_does_not_grow_with_the_databases(client):
    def queries(*where: Any) -> int:
        taken = a_request(*where)
        follow(client, taken.code)
        with CaptureQueriesContext(connection) as asked:
            follow(client, taken.code)
        return len(asked)

    controllers = [a_controller(f"BN{letter}") for letter in "ABCDE"]
    assert queries(controllers[0]) == queries(*controllers)


def test_a_request_is_withdrawn_once_it_was_confirmed_by_name_and_by_its_own_code_only(client):
    there, other = a_controller(), a_controller("BNY")
    taken, stranger = a_request(there), a_request(other)
    number = taken.routings[0].number
    assert "BNX" in follow(client, taken.code, "withdraw", number=number).text
    assert follow(client, taken.code, "withdraw", number=number, step="1").status_code == 422
    assert follow(client, stranger.code, "withdraw", number=number, step="1", sure="on").status_code == 422
    assert Routing.objects.get(number=number).state == RoutingState.DEPOSITED
    assert follow(client, taken.code, "withdraw", number=number, step="1", sure="on").status_code == 200
    assert Routing.objects.get(number=number).state == RoutingState.WITHDRAWN
    again = follow(client, taken.code, "withdraw", number=number, step="1", sure="on")
    assert again.status_code == 200 and "fr-alert--success" in again.text  # pressed twice: done once, and said twice
    assert follow(client, taken.code, "lift", number=number, step="1", sure="on").status_code == 422  # not this, which was never done


def test_an_opposition_in_force_is_ended_from_the_page(client):
    there = a_controller()
    taken = a_request(there, right=Right.OPPOSITION, level=Level.RESEARCH)
    routing = in_state(taken.routings[0], "transmit", "take_up", "accept", by=there.agent)
    assert reverse("tracking:lift") in follow(client, taken.code).text
    assert follow(client, taken.code, "lift", number=routing.number, step="1", sure="on").status_code == 200
    assert "fr-alert--success" in follow(client, taken.code, "lift", number=routing.number, step="1", sure="on").text  # pressed twice
    assert routing.lifted_by.get().right == Right.LIFTING
    assert "Votre opposition reste en vigueur" in (page := follow(client, taken.code).text) or "Your opposition stays in force" in page
    assert reverse("tracking:lift") not in follow(client, taken.code).text
    for number in (routing.number, routing.lifted_by.get().number):  # two lines on one database have two names
        assert f'aria-labelledby="line-{number} what-{number}"' in page and f'id="what-{number}"' in page


def asked_for_more(there: Any) -> tuple[Any, Routing, Any]:
    _key, private = a_key(there)
    taken = a_request(there)
    moves = ("transmit", "take_up", "ask_complement")
    return taken, in_state(taken.routings[0], *moves, by=there.agent, ask_complement={"kind": "precision"}), private


def test_a_complement_without_a_script_is_sealed_in_memory_and_only_the_controller_reads_it(client):
    taken, routing, private = asked_for_more(a_controller())
    assert follow(client, taken.code, "complement", number=routing.number, step="1").status_code == 422
    for name, content in (("carte.exe", b"MZ"), ("carte.pdf", b"MZ")):
        sent = follow(client, taken.code, "complement", number=routing.number, step="1", first=SimpleUploadedFile(name, content))
        assert sent.status_code == 422
    file = SimpleUploadedFile("carte.pdf", b"%PDF-1.7 canari")
    assert follow(client, taken.code, "complement", number=routing.number, step="1", words="Né à Lyon", first=file).status_code == 200
    kept = SealedMessage.objects.get()
    found = opened(kept, private)
    assert found["words"] == "Né à Lyon" and found["files"][0]["type"] == "application/pdf"
    assert b"canari" not in bytes(kept.sealed)
    assert Routing.objects.get(pk=routing.pk).state == RoutingState.TAKEN_UP


def test_a_complement_that_is_not_sealed_to_a_known_key_changes_nothing(client):
    taken, routing, _private = asked_for_more(a_controller())
    _mine, public = pair()
    sealed = sealing.seal({"words": "…"}, public, b"")
    for key, content in (("0" * 64, sealed), ("", sealed), (sealing.fingerprint(public), b"clear")):
        part = SimpleUploadedFile("sealed", content)
        answer = follow(client, taken.code, "complement", number=routing.number, step="1", key=key, sealed=part)
        assert answer.status_code == 422
    assert not SealedMessage.objects.exists() and Routing.objects.get(pk=routing.pk).state == RoutingState.COMPLEMENT_ASKED


def test_a_sealed_message_is_given_to_whoever_shows_the_code_of_its_request_and_to_nobody_else(client):
    there = a_controller()
    taken, stranger = a_request(there), a_request(a_controller("BNY"))
    private, public = pair()
    routing, name = taken.routings[0], sealing.fingerprint(public)
    info = sealing.message_info(sealing.ANSWER, routing.database.slug, name, routing.number)
    sealed = sealing.seal({"words": "Voici"}, public, info)
    now = datetime.now(UTC)
    message = keep_for_person(routing, sealed, kind=MessageKind.ANSWER, sealed_to=name, at=now)
    answer = follow(client, taken.code, "message", message=message.sha256)
    assert sealing.open_sealed(answer.content, private, info) == {"words": "Voici"}
    assert "message-scelle.bin" in answer["Content-Disposition"]
    assert follow(client, stranger.code, "message", message=message.sha256)["Content-Type"].startswith("text/html")
    assert message.sha256 in follow(client, taken.code).text


def test_the_history_tells_what_happened_and_not_what_stands_in_the_journal_for_machines(client):
    there = a_controller()
    key, _private = a_key(there)
    taken = a_request(there)
    envelope = an_envelope(taken.routings[0], key)
    in_state(taken.routings[0], "transmit", "take_up", "ask_complement", by=there.agent, ask_complement={"kind": "quality"})
    taken.routings[0].give_complement(by=person_of(taken), at=datetime.now(UTC))
    page = follow(client, taken.code).text
    assert page.count("<li>") >= 5 and envelope.sha256 not in page and str(there.organisation.pk) + "}" not in page
