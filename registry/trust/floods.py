"""A simple limit for forms that ask for no account: so many times an hour from one visitor, whose address is not kept.

Only a salted hash of the address is counted, in the shared cache, for an hour.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

HOUR = 3600
#: Sendings an hour from one visitor: enough for a careful reader, too few for a machine.
MOST = 10


def let_through(request: HttpRequest, use: str, most: int = MOST) -> bool:
    """May this visitor send this form once more in this hour? Counts the sending."""
    cache, key = caches["shared"], f"flood:{use}:{_fingerprint(request)}"
    cache.add(key, 0, HOUR)
    return bool(cache.incr(key) <= most)


def _fingerprint(request: HttpRequest) -> str:
    """A visitor, by the network that an IPv6 line holds whole or the IPv4 address."""
    address_of: Callable[[HttpRequest], str] = import_string(settings.AXES_CLIENT_IP_CALLABLE)
    address = ipaddress.ip_address(address_of(request))
    network = ipaddress.ip_network((address, 64 if address.version == 6 else 32), strict=False)
    return salted_hmac("registry.trust.floods", str(network)).hexdigest()
