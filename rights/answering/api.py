"""The API of rights, version 1, for the systems of controllers: each sees and answers the requests that went to its own body.

Every request is signed with the system's key; bearer tokens open nothing here. Nothing is open without it but the keys of webhooks.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from ninja import NinjaAPI, Path
from ninja import Query as Asked

from extractions.exchange import calls
from extractions.exchange.answers import Minute, answered, written
from extractions.exchange.api_schemas import ClientDocument, NothingBody, Problem, WebhookKeyList
from extractions.exchange.calls import IF_MATCH, KEY, READING, of_client
from extractions.exchange.pages import keys
from rights.answering import endpoints, services
from rights.answering.api_schemas import (
    AnswerBody,
    ComplementBody,
    ComplementDocument,
    ComplementList,
    ExtensionBody,
    Fetched,
    Filters,
    ReferenceBody,
    ReferenceDocument,
    RequestDocument,
    RequestPage,
    SealedBody,
)
from rights.answering.endpoints import words_for, words_of
from rights.answering.rules import NUMBER as NUMBER_PATTERN
from rights.answering.signed import Signature, give_answers

PREFIX = "/api/rights/v1/"
api = NinjaAPI(
    title="Requests about rights",
    version="1.0.0",
    description=(
        "For the systems of controllers. A key belongs to one system of one body: it sees the requests that went to this body and no other;"
        " the number of another body's request is not found. What a person has written is sealed: the window cannot read it."
        " With a right of its own, a system publishes the opposition sets of its body and attests its deliveries."
    ),
    docs_url=None,
    openapi_url=None,
    urls_namespace="rights-api",
    auth=Signature(),
    throttle=[Minute()],
    openapi_extra={"info": {"contact": {"email": settings.OPERATOR_CONTACT}}},
)
give_answers(api)
FETCHING: dict[int, Any] = READING | {404: Problem, 409: Problem}
WRITING: dict[int, Any] = calls.WRITING | {413: Problem}
NUMBER = Path(..., pattern=NUMBER_PATTERN, description="The number of a request, such as DRO-2026-00042.")
HASH = Path(..., pattern=r"^[0-9a-f]{64}$", description="The sha256 of the sealed bytes.")


@api.get("/me", response={200: ClientDocument} | READING, summary="Whose key this is", operation_id="me")
def me(request: HttpRequest) -> HttpResponseBase:
    """The system, its body and its rights: the first thing to try."""
    return answered(of_client(request))


@api.get("/requests", response={200: RequestPage} | READING, summary="List the requests", operation_id="list_requests")
def requests(request: HttpRequest, filters: Asked[Filters]) -> HttpResponseBase:
    """The requests that went to the body, in the order in which they came. Needs the right rights:answer, like all under /requests."""
    return answered(endpoints.page(request, filters))


@api.get(
    "/requests/{number}", response={200: RequestDocument, 404: Problem} | READING, summary="Read a request", operation_id="read_request"
)
def request_of(request: HttpRequest, number: str = NUMBER) -> HttpResponseBase:
    """One request, with its ETag."""
    return answered(*endpoints.one(request, number))


@api.post("/requests/{number}/envelope", response={200: Fetched} | FETCHING, summary="Fetch the envelope", operation_id="fetch_envelope")
def envelope(request: HttpRequest, number: str = NUMBER) -> HttpResponseBase:
    """The sealed envelope; the first time hands the request over. May be asked again as long as the envelope is kept."""
    return answered(endpoints.fetch(request, number))


@api.post(
    "/requests/{number}/acknowledgement", response={200: RequestDocument} | WRITING, summary="Acknowledge", operation_id="acknowledge"
)
def acknowledge(
    request: HttpRequest, body: NothingBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH
) -> HttpResponseBase:
    """Say that the envelope was opened: the window deletes its copy fifteen days later."""
    return written(endpoints.write(request, number, key, if_match, lambda one, by, at: services.take_up(one, by=by, at=at)))


@api.post(
    "/requests/{number}/complement",
    response={200: RequestDocument} | WRITING,
    summary="Ask for a complement",
    operation_id="ask_complement",
)
def ask(request: HttpRequest, body: ComplementBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Ask the person for something more; a question on identity makes the time limit stand still."""
    words = words_of(body.question)
    return written(
        endpoints.write(request, number, key, if_match, lambda one, by, at: services.ask(one, body.kind.value, words, by=by, at=at))
    )


@api.post(
    "/requests/{number}/complement/received",
    response={200: RequestDocument} | WRITING,
    summary="Note a complement",
    operation_id="note_complement",
)
def received(request: HttpRequest, body: NothingBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Say that the complement came by another way; the time limit runs again."""
    return written(endpoints.write(request, number, key, if_match, lambda one, by, at: one.give_complement(by=by, at=at)))


@api.get(
    "/requests/{number}/complements",
    response={200: ComplementList, 404: Problem} | READING,
    summary="List the complements",
    operation_id="list_complements",
)
def complements(request: HttpRequest, number: str = NUMBER) -> HttpResponseBase:
    """What the person has sent since the request, without its content."""
    return answered(endpoints.complements(request, number))


@api.get(
    "/requests/{number}/complements/{sha256}",
    response={200: ComplementDocument} | FETCHING,
    summary="Fetch a complement",
    operation_id="fetch_complement",
)
def complement(request: HttpRequest, number: str = NUMBER, sha256: str = HASH) -> HttpResponseBase:
    """One complement, sealed to the key of the controller."""
    return answered(endpoints.complement(request, number, sha256))


@api.post(
    "/requests/{number}/extension",
    response={200: RequestDocument} | WRITING,
    summary="Extend the time limit",
    operation_id="extend_request",
)
def extend(request: HttpRequest, body: ExtensionBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Two months more, once, with the reason, inside the first month."""
    words = words_of(body.message)
    return written(
        endpoints.write(request, number, key, if_match, lambda one, by, at: services.extend(one, body.reason.value, words, by=by, at=at))
    )


@api.post("/requests/{number}/answer", response={200: RequestDocument} | WRITING, summary="Answer", operation_id="answer_request")
def answer(request: HttpRequest, body: AnswerBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Answer, once and for good; a refusal has a reason of the list that fits the right."""
    words, reason = words_of(body.message), body.reason.value if body.reason else ""
    told = {"move": body.answer.value, "reason": reason, "words": words}
    return written(endpoints.write(request, number, key, if_match, lambda one, by, at: services.answer(one, **told, by=by, at=at)))


@api.post(
    "/requests/{number}/messages", response={200: RequestDocument} | WRITING, summary="Add to the answer", operation_id="attach_message"
)
def attach(request: HttpRequest, body: SealedBody, number: str = NUMBER, key: str = KEY, if_match: str = IF_MATCH) -> HttpResponseBase:
    """Add something sealed for the person to an answer that was given, such as the copy of their data."""
    words = words_for(body)
    return written(endpoints.write(request, number, key, if_match, lambda one, by, at: services.attach(one, words, by=by, at=at)))


@api.post("/references", response={200: ReferenceDocument} | WRITING, summary="Redeem a reference", operation_id="redeem_reference")
def redeem(request: HttpRequest, body: ReferenceBody, key: str = KEY) -> HttpResponseBase:
    """What somebody who was sent to your own page came for. A reference serves once, for a week; it says nothing of who they are."""
    return written(endpoints.redeem(request, body.reference, key))


@api.get("/webhook-keys", response={200: WebhookKeyList}, auth=None, throttle=[], summary="Keys of webhooks", operation_id="webhook_keys")
def webhook_keys(request: HttpRequest) -> HttpResponseBase:
    """The public keys by which a receiver checks the signatures of webhooks; open to all."""
    return answered({"keys": keys()})
