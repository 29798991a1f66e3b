"""Many forms from one place: nobody is shut out. Beyond what is usual a form waits a little, or its browser works for it.

Only keyed digests are counted; their key changes every day, and a count is forgotten within the day.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.module_loading import import_string

from rights import secret_keys
from rights.asking import passes
from rights.asking.models import FloodCount

HOUR, DAY = 3600, 86_400
#: What each form beyond the usual number waits more than the one before, and the longest that anybody waits.
EACH, LONGEST = timedelta(seconds=3), timedelta(minutes=10)
#: Who has to wait waits at least so long.
LEAST = timedelta(seconds=20)
COUNT = """
    INSERT INTO asking_floodcount (key, span, number, until) VALUES (%s, %s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET span = excluded.span, until = excluded.until,
        number = CASE WHEN asking_floodcount.span = excluded.span THEN asking_floodcount.number + 1 ELSE 1 END
    RETURNING number
"""


def ticket_for(request: HttpRequest, token: str, at: datetime) -> str:
    """The ticket of a form that reaches its page of identity: good at once, or after a wait that grows with what comes from there."""
    beyond = counted(f"from:{_prefix(request)}", at) - settings.RIGHTS_FORMS_PER_HOUR
    if beyond <= 0:  # what floods from one network is not counted for the others
        beyond = counted("everywhere", at) - settings.RIGHTS_FORMS_PER_HOUR_IN_ALL
    wait = min(max(LEAST, EACH * beyond), LONGEST) if beyond > 0 else timedelta(0)
    return passes.ticket_from(token, at + wait)


def counted(what: str, at: datetime, seconds: int = HOUR) -> int:
    """How many times so far in the present span of time, this time included."""
    span = int(at.timestamp() // seconds)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [_key(what, at), span, datetime.fromtimestamp((span + 1) * seconds, UTC)])
        return int(cursor.fetchone()[0])


def seconds(opens: datetime, at: datetime) -> int:
    """How long somebody still waits, in whole seconds, at least one."""
    return max(1, int((opens - at).total_seconds()) + 1)


def forget_past(at: datetime) -> int:
    """Forget the counts whose time is over; the answer is how many."""
    return FloodCount.objects.filter(until__lt=at).delete()[0]


def _key(what: str, at: datetime) -> str:
    """What is counted, under the key of the day."""
    today = hmac.digest(secret_keys.pepper(), f"floods|{at:%Y-%m-%d}".encode(), hashlib.sha256)
    return hmac.new(today, what.encode(), hashlib.sha256).hexdigest()


def _prefix(request: HttpRequest) -> str:
    """A visitor, by the network that an IPv6 line holds whole or the IPv4 address."""
    address_of: Callable[[HttpRequest], str] = import_string(settings.AXES_CLIENT_IP_CALLABLE)
    address = ipaddress.ip_address(address_of(request))
    return str(ipaddress.ip_network((address, 64 if address.version == 6 else 32), strict=False))
