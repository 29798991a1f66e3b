"""The OpenAPI document of the API of tickets."""

from __future__ import annotations

from typing import Any

from extractions.exchange.api import PREFIX, api
from extractions.exchange.openapi import Described, described

DESCRIBED = Described(
    api,
    PREFIX,
    challenge="How to say who one is (RFC 6750).",
    etag="The version of the ticket, for If-Match.",
    tagged=frozenset({"TicketDocument", "NeedDocument"}),
)


def description() -> dict[str, Any]:
    """The API as OpenAPI tells it."""
    return described(DESCRIBED)
