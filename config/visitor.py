"""From which address a visitor comes: wrong passwords are counted on it. Behind the proxy, only the proxy's word counts."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

#: Stands for a visitor whose address nobody knows: without any, each wrong password would be counted by itself and lock nothing.
UNKNOWN = "0.0.0.0"


def address_of(request: HttpRequest) -> str:
    """The visitor's address; what gunicorn sees behind a Unix socket is empty, so the proxy tells it (see deploy/nginx.conf)."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2]
    told = forwarded if settings.BEHIND_PROXY else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(told.strip()))
    except ValueError:
        return UNKNOWN
