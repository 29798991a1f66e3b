"""The virus scan: a file goes to clamd byte by byte, over the socket that `CLAMD_SOCKET` names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from clamav_client.clamd import ClamdNetworkSocket, ClamdUnixSocket
from django.conf import settings

from files.states import ScanState

SECONDS = 120
DEFAULT_PORT = 3310


class ScanFailed(Exception):
    """The scanner answered, but not with a verdict: the file stays in quarantine and is sent again later."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner says of a file; the name of the signature when it found one."""

    state: ScanState
    signature: str = ""


def is_set() -> bool:
    """Is there a scanner?"""
    return bool(settings.CLAMD_SOCKET)


def scan(file: BinaryIO) -> Verdict:
    """Have a file scanned. Raises an error of the client, or ScanFailed, when there is no verdict."""
    answers = _client(settings.CLAMD_SOCKET).instream(file)
    outcome, signature = answers.get("stream", ("ERROR", None))
    if outcome == "FOUND":
        return Verdict(ScanState.INFECTED, (signature or "?")[:200])
    if outcome != "OK":
        raise ScanFailed(outcome)
    return Verdict(ScanState.CLEAN)


def _client(address: str) -> ClamdNetworkSocket:
    """The client for `/run/clamav/clamd.ctl`, `unix:///…` or `tcp://host:port`."""
    if address.startswith(("/", "unix://")):
        return ClamdUnixSocket(address, timeout=SECONDS)
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    return ClamdNetworkSocket(parts.hostname or "127.0.0.1", parts.port or DEFAULT_PORT, timeout=SECONDS)
