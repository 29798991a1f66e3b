"""How many requests one address may make in a minute: enough for a program that behaves, counted for all processes and forgotten."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from registry.trust.floods import MINUTE, let_through


class MinuteThrottle(BaseThrottle):
    """Counts the requests of an address in the present minute; the address itself is not kept, only a keyed digest of it."""

    def allow_request(self, request: HttpRequest) -> bool:
        """May this one pass?"""
        return let_through(request, "api", settings.API_REQUESTS_PER_MINUTE, MINUTE)

    def wait(self) -> float:
        """In how many seconds the next minute begins."""
        return MINUTE - time.time() % MINUTE
