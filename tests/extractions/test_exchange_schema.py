"""The API tried from its own OpenAPI document, with the tokens of two bodies: it never fails, keeps its word, and mixes nothing up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from config.wsgi import application
from extractions.services.opening import cnam, link
from extractions.states import Kind, TicketState
from tests.extractions.exchanging import API, a_system
from tests.extractions.factories import a_scene, a_ticket

pytestmark = pytest.mark.django_db
KINDS = (Kind.TARGETING, Kind.COHORT, Kind.DELIVERY, Kind.DIRECT_MATCHING)
STATES = (TicketState.NEED_AGREED, TicketState.EXTRACTION, TicketState.CREATED, TicketState.FORMAT_CHECK)


@pytest.fixture
def whole_application() -> Iterator[None]:
    """The application itself is called, and not the test client: the end of a request leaves the test's connection open."""
    for when in (request_started, request_finished):
        when.disconnect(close_old_connections)
    yield
    for when in (request_started, request_finished):
        when.connect(close_old_connections)


def tried(examples: int, **options: Any) -> Counter[tuple[str, int]]:
    """Ask everything that the document allows, and what it does not, with the token of one body or the other; how often what came back."""
    answers: Counter[tuple[str, int]] = Counter()
    scene = a_scene()
    bodies = {one.pk: one for one in (cnam(), scene.holder)}
    tickets = {
        pk: [a_ticket(scene, kind, state, organisation=body) for kind, state in zip(KINDS, STATES, strict=True)]
        for pk, body in bodies.items()
    }
    systems = {pk: a_system(body) for pk, body in bodies.items()}
    link(tickets[scene.holder.pk][1], tickets[cnam().pk][2], by=scene["officer"], at=tickets[cnam().pk][2].opened_at)
    numbers = [ticket.number for found in tickets.values() for ticket in found]
    keys = count()
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", application)
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=examples,
            **options,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), body=st.sampled_from(sorted(systems)), number=st.sampled_from([*numbers, None]))
        def run(case: Any, body: int, number: str | None) -> None:
            if number is not None and "number" in (case.path_parameters or {}):
                case.path_parameters["number"] = number
            token = {"Authorization": f"Bearer {systems[body].secret}"}
            if "Idempotency-Key" in (case.headers or {}):
                token["Idempotency-Key"] = f"schema-{next(keys)}"
            response = case.call(headers=token)
            answers[case.method, response.status_code] += 1
            # What is well said may still be refused by a rule: a day that has passed, a reason that the move does not take.
            spared = [positive_data_acceptance] if case.method == "POST" else []
            case.validate_response(response, headers=token, excluded_checks=spared)
            foreign = [ticket.number for pk, told in tickets.items() if pk != body for ticket in told]
            assert not any(one in response.text for one in foreign), (case.method, case.path, response.text)

        run()
    return answers


@pytest.mark.usefixtures("whole_application")
def test_the_api_keeps_the_word_of_its_document_and_tells_nobody_of_anothers_tickets() -> None:
    answers = tried(12, derandomize=True)
    assert {("GET", 200), ("GET", 404), ("POST", 200), ("POST", 404), ("POST", 409), ("POST", 422)} <= set(answers), answers


@pytest.mark.slow
@pytest.mark.usefixtures("whole_application")
def test_the_same_at_length() -> None:
    assert tried(300)["POST", 200] > 10


def test_the_document_says_how_to_ask_what_comes_back_and_what_can_go_wrong() -> None:
    document = Client().get(f"{API}/openapi.json").json()
    assert document["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"
    assert {path.removeprefix(API) for path in document["paths"]} == {
        *("/me", "/tickets", "/tickets/{number}", "/tickets/{number}/claim", "/tickets/{number}/moves/{move}"),
        *("/tickets/{number}/expected", "/tickets/{number}/questions", "/tickets/{number}/packages", "/webhook-keys"),
        *("/tickets/{number}/need", "/tickets/{number}/questions/withdraw", "/tickets/{number}/matching-results"),
    }
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            assert told["summary"] and told["description"] and "200" in told["responses"], path
            if method == "post":
                assert {"400", "401", "403", "404", "409", "412", "422", "429"} <= set(told["responses"]), path
                assert any(one["name"] == "Idempotency-Key" and one["required"] for one in told["parameters"])
    assert document["components"]["schemas"]["TicketDocument"]["examples"]
