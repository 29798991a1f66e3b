"""What the evidence keeps of where somebody signed from: the network, not the machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


def network_of(request: HttpRequest) -> str:
    """The network of the visitor's address: 24 bits of an IPv4, 48 of an IPv6; empty when nobody knows it."""
    address_of: Callable[[HttpRequest], str] = import_string(settings.AXES_CLIENT_IP_CALLABLE)
    address = ipaddress.ip_address(address_of(request))
    if address.is_unspecified:
        return ""
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))
