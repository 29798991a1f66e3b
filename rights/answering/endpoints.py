"""Between a request of a system and the domain: whose it is, whether it may, what it reads or changes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ApiClient
from extractions.exchange.calls import change, client_with, require_known
from extractions.exchange.once import Act, Offered, Told
from extractions.exchange.rules import tag_of
from rights.answering import documents, references, services
from rights.answering.api_schemas import Filters, SealedBody
from rights.answering.sealed_files import of_parts
from rights.answering.services import SealedWords
from rights.asking.services import handing
from rights.policies import ANSWER

REQUESTS = Offered(documents.routing_of, documents.one)
REFERENCES = Offered(references.reference_of, references.one, references.locked)


def client_of(request: HttpRequest) -> ApiClient:
    """The system that asks. Raises LacksScope."""
    return client_with(request, ANSWER)


def page(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    """One page of requests. Raises LacksScope, UnknownParameter, BadCursor."""
    client = client_of(request)
    require_known(request, Filters)
    states = [one.value for one in filters.state]
    return documents.page(client, states=states, since=filters.since, cursor=filters.cursor, limit=filters.limit)


def one(request: HttpRequest, number: str) -> tuple[dict[str, Any], str]:
    """One request and its tag. Raises LacksScope, NotFound."""
    client = client_of(request)
    routing = documents.routing_of(client, number)
    return documents.one(routing, client), tag_of(routing.journal_seq)


def fetch(request: HttpRequest, number: str) -> dict[str, Any]:
    """A request with its envelope. Raises LacksScope, NotFound, WrongState."""
    client = client_of(request)
    envelope = services.fetch(documents.routing_of(client, number), by=client.user, at=timezone.now())
    routing = documents.routing_of(client, number)
    sealed = None if envelope is None else documents.sealed_request(envelope, routing)
    return {"request": documents.one(routing, client), "envelope": sealed}


def redeem(request: HttpRequest, reference: str, key: str) -> Told:
    """Turn a reference into what was asked, once per key. Raises LacksScope and what `once` raises."""
    client = client_of(request)
    mine = {"organisations": {client.organisation_id}}
    return change(request, client, REFERENCES, reference, key, "", lambda _held, _by, at: handing.redeem(reference, **mine, at=at))


def complements(request: HttpRequest, number: str) -> dict[str, Any]:
    """The complements of a request. Raises LacksScope, NotFound."""
    return documents.complements(documents.routing_of(client_of(request), number))


def complement(request: HttpRequest, number: str, sha256: str) -> dict[str, Any]:
    """One complement, sealed. Raises LacksScope, NotFound, WrongState."""
    client = client_of(request)
    message = services.complement(documents.routing_of(client, number), sha256, by=client.user)
    return documents.sealed_complement(message, number)


def write(request: HttpRequest, number: str, key: str, if_match: str, act: Act) -> Told:
    """Change a request, once per key. Raises LacksScope and what `once` raises."""
    return change(request, client_of(request), REQUESTS, number, key, if_match, act)


def words_for(body: SealedBody) -> SealedWords:
    """Sealed words from a document. Raises RuleBroken."""
    return of_parts(body.sealed, body.sealed_to, "sealed")


def words_of(body: SealedBody | None) -> SealedWords | None:
    """The same where they are optional. Raises RuleBroken."""
    return None if body is None else words_for(body)
