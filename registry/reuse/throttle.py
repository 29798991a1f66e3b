"""How many requests one address may make in a minute: enough for a program that behaves, counted in memory and forgotten at once."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string
from ninja.throttling import BaseThrottle

PERIOD = 60


class MinuteThrottle(BaseThrottle):
    """Counts the requests of an address in the present minute; the address itself is not kept, only a keyed digest of it."""

    def allow_request(self, request: HttpRequest) -> bool:
        """May this one pass?"""
        address = import_string(settings.AXES_CLIENT_IP_CALLABLE)(request)
        key = "api:" + salted_hmac("api", f"{address}:{int(time.time() // PERIOD)}").hexdigest()
        if cache.add(key, 1, PERIOD):
            return True
        try:
            return int(cache.incr(key)) <= settings.API_REQUESTS_PER_MINUTE
        except ValueError:  # forgotten between the two
            return True

    def wait(self) -> float:
        """In how many seconds the next minute begins."""
        return PERIOD - time.time() % PERIOD
