"""Between a request of a system and the domain: whose it is, whether it may, what it reads or changes."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ApiClient
from extractions.exchange import signing
from extractions.exchange.queries import UnknownParameter
from extractions.exchange.rules import tag_of
from extractions.exchange.services import Told
from rights.answering import documents, services
from rights.answering.api_schemas import Filters, SealedBody
from rights.answering.once import Act, Asked, found, once
from rights.answering.sealed_files import of_parts
from rights.answering.services import SealedWords
from rights.answering.signed import LacksRight
from rights.policies import ANSWER


def client_of(request: HttpRequest) -> ApiClient:
    """The system that asks. Raises LacksRight."""
    client: ApiClient = request.auth  # type: ignore[attr-defined]
    if ANSWER not in client.scopes:
        raise LacksRight(ANSWER)
    return client


def of_client(request: HttpRequest) -> dict[str, Any]:
    """What a system is told of itself."""
    client: ApiClient = request.auth  # type: ignore[attr-defined]
    return {"name": client.name, "organisation": client.organisation.name, "scopes": client.scopes}


def page(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    """One page of requests. Raises LacksRight, UnknownParameter, BadCursor."""
    client = client_of(request)
    unknown = sorted(set(request.GET) - set(Filters.model_fields))
    if unknown:  # a filter that is misspelt must not pass for an answer
        raise UnknownParameter(", ".join(unknown))
    states = [one.value for one in filters.state]
    return documents.page(client, states=states, since=filters.since, cursor=filters.cursor, limit=filters.limit)


def one(request: HttpRequest, number: str) -> tuple[dict[str, Any], str]:
    """One request and its tag. Raises LacksRight, NoSuchRequest."""
    client = client_of(request)
    routing = found(client, number)
    return documents.one(routing, client), tag_of(routing.journal_seq)


def fetch(request: HttpRequest, number: str) -> dict[str, Any]:
    """A request with its envelope. Raises LacksRight, NoSuchRequest, WrongState."""
    client = client_of(request)
    envelope = services.fetch(found(client, number), by=client.user, at=timezone.now())
    routing = found(client, number)
    sealed = None if envelope is None else documents.sealed_request(envelope, routing)
    return {"request": documents.one(routing, client), "envelope": sealed}


def complements(request: HttpRequest, number: str) -> dict[str, Any]:
    """The complements of a request. Raises LacksRight, NoSuchRequest."""
    return documents.complements(found(client_of(request), number))


def complement(request: HttpRequest, number: str, sha256: str) -> dict[str, Any]:
    """One complement, sealed. Raises LacksRight, NoSuchRequest, WrongState."""
    client = client_of(request)
    message = services.complement(found(client, number), sha256, by=client.user)
    return documents.sealed_complement(message, number)


def write(request: HttpRequest, number: str, key: str, if_match: str, act: Act) -> Told:
    """Change a request, once per key. Raises LacksRight and what `once` raises."""
    client = client_of(request)
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    return once(Asked(client, number, key, asked, if_match, timezone.now()), act)


def words_for(body: SealedBody) -> SealedWords:
    """Sealed words from a document. Raises RuleBroken."""
    return of_parts(body.sealed, body.sealed_to, "sealed")


def words_of(body: SealedBody | None) -> SealedWords | None:
    """The same where they are optional. Raises RuleBroken."""
    return None if body is None else words_for(body)


def keys() -> list[dict[str, str]]:
    """The public keys of webhooks."""
    return signing.public_keys()
