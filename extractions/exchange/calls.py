"""What every API for systems asks of a call: whose it is, whether it may, with which headers, and that its parameters are known."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Schema

from accounts.models import ApiClient
from extractions.exchange.answers import LacksScope
from extractions.exchange.api_schemas import Problem
from extractions.exchange.once import Act, Asked, Offered, Told, once
from extractions.exchange.queries import UnknownParameter

READING: dict[int, Any] = {401: Problem, 403: Problem, 422: Problem, 429: Problem}
WRITING: dict[int, Any] = READING | {400: Problem, 404: Problem, 409: Problem, 412: Problem}
KEY = Header(
    ...,
    alias="Idempotency-Key",
    min_length=8,
    max_length=128,
    pattern=r"^[\x21-\x7e]+$",
    description="One per request, made up by the system (a UUID): the same request sent again changes nothing more.",
)
IF_MATCH = Header(
    "",
    alias="If-Match",
    max_length=64,
    pattern=r'^(\*|(W/)?"[0-9]{1,9}")?$',
    description="The ETag that was read: 412 if something has happened since.",
)


def client_with(request: HttpRequest, scope: str) -> ApiClient:
    """The system that asks. Raises LacksScope."""
    client: ApiClient = request.auth  # type: ignore[attr-defined]
    if scope not in client.scopes:
        raise LacksScope(scope)
    return client


def of_client(request: HttpRequest) -> dict[str, Any]:
    """What a system is told of itself."""
    client: ApiClient = request.auth  # type: ignore[attr-defined]
    return {"name": client.name, "organisation": client.organisation.name, "scopes": client.scopes}


def require_known(request: HttpRequest, filters: type[Schema]) -> None:
    """A filter that is misspelt must not pass for an answer. Raises UnknownParameter."""
    unknown = sorted(set(request.GET) - set(filters.model_fields))
    if unknown:
        raise UnknownParameter(", ".join(unknown))


def change(request: HttpRequest, client: ApiClient, offered: Offered, number: str, key: str, if_match: str, act: Act) -> Told:
    """Change what has this number, once per key. Raises what `once` raises."""
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    return once(Asked(client, number, key, asked, if_match, timezone.now()), offered, act)
