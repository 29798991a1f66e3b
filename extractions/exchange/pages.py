"""Between a request and the domain: whose it is, whether it may, what it reads or changes; and what the pages of webhooks show."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import ApiClient
from extractions.exchange import queries, services, signing
from extractions.exchange.answers import LacksScope
from extractions.exchange.api_schemas import Filters
from extractions.exchange.events import EVENTS
from extractions.exchange.models import Webhook
from extractions.exchange.rules import tag_of

LATEST = 50


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


def page(request: HttpRequest, scope: str, filters: Filters) -> dict[str, Any]:
    """One page of tickets. Raises LacksScope, UnknownParameter, BadCursor."""
    client = client_with(request, scope)
    unknown = sorted(set(request.GET) - set(Filters.model_fields))
    if unknown:  # a filter that is misspelt must not pass for an answer
        raise queries.UnknownParameter(", ".join(unknown))
    chosen = {"states": [one.value for one in filters.state], "kinds": [one.value for one in filters.kind]}
    return queries.page(client, since=filters.since, cursor=filters.cursor, limit=filters.limit, **chosen)


def one(request: HttpRequest, scope: str, number: str) -> tuple[dict[str, Any], str]:
    """One ticket and its tag. Raises LacksScope, NoSuchTicket."""
    client = client_with(request, scope)
    ticket = queries.tickets_of(client).filter(number=number).first()
    if ticket is None:
        raise services.NoSuchTicket(number)
    return queries.one(ticket, client), tag_of(ticket.journal_seq)


def need(request: HttpRequest, scope: str, number: str) -> tuple[dict[str, Any], str]:
    """The need on which a ticket is worked and the ticket's tag. Raises LacksScope, and NoSuchTicket where none is agreed yet."""
    client = client_with(request, scope)
    ticket = queries.tickets_of(client).filter(number=number).first()
    told = None if ticket is None else queries.need_of(ticket)
    if ticket is None or told is None:
        raise services.NoSuchTicket(number)
    return told, tag_of(ticket.journal_seq)


def write(request: HttpRequest, scope: str, number: str, key: str, if_match: str, act: services.Act) -> services.Told:
    """Change a ticket, once per key. Raises LacksScope and what `services.once` raises."""
    client = client_with(request, scope)
    asked = hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).hexdigest()
    return services.once(services.Asked(client, number, key, asked, if_match, timezone.now()), act)


def keys() -> list[dict[str, str]]:
    """The public keys of webhooks."""
    return signing.public_keys()


def part_of_client(client: ApiClient) -> dict[str, Any]:
    """The webhooks of a system, on its page."""
    return {"webhooks": client.webhooks.order_by("-ended_at", "pk"), "client": client}


def page_of_webhook(webhook: Webhook) -> dict[str, Any]:
    """What the page of a webhook shows: its last messages, and whether it takes them."""
    notices = webhook.notices.select_related("ticket").order_by("-made_at", "-pk")[:LATEST]
    events = [event.label for event in EVENTS if event.code in webhook.events]
    return {"webhook": webhook, "client": webhook.client, "notices": notices, "events": events, "latest": LATEST}
