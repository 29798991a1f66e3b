"""The API tried from its own OpenAPI document, by the systems of two bodies: it never fails, keeps its word, and mixes nothing up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from django.test import Client
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from config.wsgi import application
from extractions.models import Ticket
from extractions.states import Kind, TicketState
from rights.answering.document import description
from rights.models import Routing
from rights.oppositions.policies import PUBLISH
from rights.policies import ANSWER
from rights.states import Level, Right
from tests.extractions.factories import a_scene, a_ticket
from tests.rights.factories import Controller, a_controller, a_request, in_state
from tests.rights.systems import API, System, a_key, a_system, an_envelope
from tests.schemas import tried

pytestmark = pytest.mark.django_db
MOVES = ((), ("transmit",), ("transmit", "take_up"), ("transmit", "take_up", "accept"))


class Signing:
    """The application behind a system that signs whatever is asked, as a client of its own would."""

    def __init__(self) -> None:
        self.system: System | None = None

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        if self.system is not None:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = BytesIO(body)
            sent = {"Idempotency-Key": "HTTP_IDEMPOTENCY_KEY", "If-Match": "HTTP_IF_MATCH"}
            headers = {name: environ[key] for name, key in sent.items() if key in environ}
            path = environ["SCRIPT_NAME"] + environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
            target = path + (f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else "")
            signed = self.system.signed(environ["REQUEST_METHOD"], environ["HTTP_HOST"].lower(), target, body, headers)
            environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in signed.items()}
        return application(environ, start)


def a_delivery(body: Controller) -> Ticket:
    """A ticket by which a body delivers from its database, to which somebody objects."""
    taken = a_request(body, right=Right.OPPOSITION, level=Level.RESEARCH)
    in_state(taken.routings[0], "transmit", "take_up", "accept", by=body.agent)
    ticket = a_ticket(a_scene(), Kind.DELIVERY, TicketState.DELIVERY, organisation=body.organisation)
    ticket.databases.set([body.database])
    return ticket


def asked(examples: int, **options: Any) -> Counter[tuple[str, int]]:
    """Ask everything that the document allows, and what it does not, as the system of one body or the other; how often what came back."""
    made = [a_controller(name, slug=f"registre-{name.lower()}", level="catalogue") for name in ("BNX", "BNY")]
    bodies = {one.organisation.pk: one for one in made}
    keys = {pk: a_key(one) for pk, one in bodies.items()}
    systems = {pk: a_system(one, scopes=[ANSWER, PUBLISH]) for pk, one in bodies.items()}
    tickets = {pk: a_delivery(one) for pk, one in bodies.items()}
    requests: dict[int, list[Routing]] = {pk: [] for pk in bodies}
    for moves in MOVES:
        for routing in a_request(*bodies.values()).routings:
            pk = routing.organisation_id
            an_envelope(routing, keys[pk])
            requests[pk].append(in_state(routing, *moves, by=bodies[pk].agent))
    signing, keyed = Signing(), count()

    def call(case: Any, body: int) -> Any:
        own = {"Idempotency-Key": f"schema-{next(keyed)}"} if "Idempotency-Key" in (case.headers or {}) else {}
        signing.system = systems[body]
        response = case.call(headers=own)
        # What is well said may still be refused by a rule: words that are not sealed, a reason that does not fit.
        # Every request is signed on its way, so that none lacks its signature here.
        spared = [ignored_auth, *([positive_data_acceptance] if case.method == "POST" else [])]
        case.validate_response(response, headers=own, excluded_checks=spared)
        assert response.status_code < 500
        return response

    seen = {
        pk: {"number": [one.number for one in requests[pk]], "database": [body.database.slug], "ticket": [tickets[pk].number]}
        for pk, body in bodies.items()
    }
    return tried(API, signing, seen, call, examples, **options)


@pytest.mark.slow
@pytest.mark.usefixtures("whole_application")
def test_the_api_keeps_the_word_of_its_document_and_tells_nobody_of_anothers_requests() -> None:
    answers = asked(40, derandomize=True)
    assert {("GET", 200), ("GET", 404), ("POST", 200), ("POST", 404), ("POST", 409), ("POST", 422)} <= set(answers), answers


@pytest.mark.slow
@pytest.mark.usefixtures("whole_application")
def test_the_same_at_length() -> None:
    assert asked(300)["POST", 200] > 10


def test_the_document_says_how_to_ask_how_to_sign_and_what_can_go_wrong() -> None:
    document = Client().get(f"{API}/openapi.json").json()
    assert document == description() and document["components"]["securitySchemes"]["Signature"]["in"] == "header"
    one = "/requests/{number}"
    assert {path.removeprefix(API) for path in document["paths"]} == {
        *("/me", "/requests", one, f"{one}/envelope", f"{one}/acknowledgement", f"{one}/complement", f"{one}/complement/received"),
        *(f"{one}/complements", f"{one}/complements/{{sha256}}", f"{one}/extension", f"{one}/answer", f"{one}/messages", "/webhook-keys"),
        "/references",
        *(f"/opposition-sets/{{database}}/{what}" for what in ("receipts", "versions")),
        *(f"/deliveries/{{ticket}}/{what}" for what in ("oppositions", "attestations", "rechecks")),
    }
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            assert told["summary"] and told["description"] and "200" in told["responses"], path
            if method == "post" and not path.endswith("/envelope"):
                assert {"400", "401", "403", "404", "409", "412", "413", "422", "429"} <= set(told["responses"]), path
                assert any(one["name"] == "Idempotency-Key" and one["required"] for one in told["parameters"])
                assert "ETag" in told["responses"]["200"]["headers"], path
