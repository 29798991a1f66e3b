"""A simple limit for what asks for no account: so many times in a while from one visitor, or to one mailbox, neither being kept.

Only a keyed digest is counted, in a table that all processes share and that writes no log; each count is one statement.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from registry.trust.models import FloodCount

MINUTE, HOUR = 60, 3600
#: Sendings an hour from one visitor: enough for a careful reader, too few for a machine.
MOST = 10
#: Letters an hour to a mailbox whose reader has confirmed nothing yet.
MOST_LETTERS = 5
COUNT = """
    INSERT INTO trust_floodcount (key, span, number, until) VALUES (%s, %s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET span = excluded.span, until = excluded.until,
        number = CASE WHEN trust_floodcount.span = excluded.span THEN trust_floodcount.number + 1 ELSE 1 END
    RETURNING number
"""


def let_through(request: HttpRequest, use: str, most: int = MOST, seconds: int = HOUR) -> bool:
    """May this visitor do this once more in this span of time? Counts the time."""
    return _counted(f"{use}:{_network(request)}", seconds) <= most


def let_write_to(mailbox: str) -> bool:
    """May one more letter go in this hour to a mailbox that somebody merely typed? Counts the letter."""
    return _counted(f"mailbox:{mailbox.strip().lower()}", HOUR) <= MOST_LETTERS


def forget_past(at: datetime) -> int:
    """Forget the counts whose time is over; the answer is how many."""
    return FloodCount.objects.filter(until__lt=at).delete()[0]


def _counted(what: str, seconds: int) -> int:
    """How many times so far in the present span, this time included."""
    span = int(time.time() // seconds)
    until = datetime.fromtimestamp((span + 1) * seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [salted_hmac("registry.trust.floods", what).hexdigest(), span, until])
        return int(cursor.fetchone()[0])


def _network(request: HttpRequest) -> str:
    """A visitor, by the network that an IPv6 line holds whole or the IPv4 address."""
    address_of: Callable[[HttpRequest], str] = import_string(settings.AXES_CLIENT_IP_CALLABLE)
    address = ipaddress.ip_address(address_of(request))
    return str(ipaddress.ip_network((address, 64 if address.version == 6 else 32), strict=False))
