"""One POST to an address that somebody else typed: TLS, a public address that is looked up once and kept to, no redirect, ten seconds.

`requests` is not used: it would look the name up again, obey proxies and `.netrc` of the machine, and wait for ever for an answer that
comes byte by byte.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

#: In seconds, from the first packet to the last byte that is read.
PATIENCE = 10.0
MOST_READ = 1024
#: IPv6 addresses that stand for an IPv4 one behind a translator.
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Forbidden(Exception):
    """The address leads where webhooks may not go."""


class Unreached(Exception):
    """No answer came."""


def read_address(url: str) -> SplitResult:
    """The parts of an address. Raises Forbidden for one that is not plain https to a named place."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Forbidden from error
    schemes = {"https", "http"} if settings.WEBHOOK_PRIVATE_ADDRESSES else {"https"}
    odd = (
        parts.username is not None
        or parts.password is not None
        or parts.fragment
        or not url.isascii()
        or not url.isprintable()
        or " " in url
    )
    if parts.scheme not in schemes or not parts.hostname or odd or port == 0:
        raise Forbidden
    if _is_literal(parts.hostname):
        require_public(parts.hostname)
    return parts


def require_public(address: str) -> None:
    """Raise Forbidden for an address of this machine, of its network, or of no place at all."""
    if settings.WEBHOOK_PRIVATE_ADDRESSES:
        return
    ip = _inner(ipaddress.ip_address(address.partition("%")[0]))
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        raise Forbidden


def _inner(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address that decides where it leads: an IPv4 one that stands inside an IPv6 one, else itself."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a body; the answer is the HTTP status. Raises Forbidden, Unreached."""
    parts = read_address(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unreached from error
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    for address in addresses:
        require_public(address)
    try:
        return _exchange(_connected(addresses, port), parts, port, body, headers)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreached from error


def _exchange(plain: socket.socket, parts: SplitResult, port: int, body: bytes, headers: Mapping[str, str]) -> int:
    """Speak over a connection that stands; a timer cuts it, however slowly the other side speaks."""
    handle = plain.dup()
    watch = threading.Timer(PATIENCE, _cut, [handle])
    watch.daemon = True
    watch.start()
    try:
        line = _wrapped(plain, parts)
        with line:
            connection = http.client.HTTPConnection(str(parts.hostname), port)
            connection.auto_open = 0
            connection.sock = line
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body=body, headers={**headers, "Host": parts.netloc, "Connection": "close"})
            response = connection.getresponse()
            response.read(MOST_READ)
            return response.status
    finally:
        watch.cancel()
        handle.close()


def _connected(addresses: list[str], port: int) -> socket.socket:
    """A connection to the first of these addresses that answers: they were judged, and no name is looked up any more."""
    last: OSError | None = None
    for address in addresses[:2]:
        try:
            return socket.create_connection((address, port), timeout=PATIENCE / 2)
        except OSError as error:
            last = error
    raise last or OSError("no address")


def _wrapped(plain: socket.socket, parts: SplitResult) -> socket.socket:
    if parts.scheme == "http":
        return plain
    context = ssl.create_default_context()
    if settings.WEBHOOK_CA_FILE:
        context.load_verify_locations(settings.WEBHOOK_CA_FILE)
    return context.wrap_socket(plain, server_hostname=parts.hostname)


def _cut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended meanwhile


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
