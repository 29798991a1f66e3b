"""Between a request and the domain: whose it is, whether it may, what it reads or changes; and what the pages of webhooks show."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import ApiClient
from extractions.exchange import queries, signing
from extractions.exchange.api_schemas import Filters
from extractions.exchange.calls import change, client_with, require_known
from extractions.exchange.events import EVENTS
from extractions.exchange.models import Webhook
from extractions.exchange.once import Act, NotFound, Offered, Told
from extractions.exchange.rules import tag_of

LATEST = 50
TICKETS = Offered(queries.ticket_of, queries.one)


def page(request: HttpRequest, scope: str, filters: Filters) -> dict[str, Any]:
    """One page of tickets. Raises LacksScope, UnknownParameter, BadCursor."""
    client = client_with(request, scope)
    require_known(request, Filters)
    chosen = {"states": [one.value for one in filters.state], "kinds": [one.value for one in filters.kind]}
    return queries.page(client, since=filters.since, cursor=filters.cursor, limit=filters.limit, **chosen)


def one(request: HttpRequest, scope: str, number: str) -> tuple[dict[str, Any], str]:
    """One ticket and its tag. Raises LacksScope, NotFound."""
    client = client_with(request, scope)
    ticket = queries.ticket_of(client, number)
    return queries.one(ticket, client), tag_of(ticket.journal_seq)


def need(request: HttpRequest, scope: str, number: str) -> tuple[dict[str, Any], str]:
    """The need on which a ticket is worked and the ticket's tag. Raises LacksScope, and NotFound where none is agreed yet."""
    ticket = queries.ticket_of(client_with(request, scope), number)
    told = queries.need_of(ticket)
    if told is None:
        raise NotFound(number)
    return told, tag_of(ticket.journal_seq)


def write(request: HttpRequest, scope: str, number: str, key: str, if_match: str, act: Act) -> Told:
    """Change a ticket, once per key. Raises LacksScope and what `once` raises."""
    return change(request, client_with(request, scope), TICKETS, number, key, if_match, act)


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
