"""Asking authorities whether a certificate was revoked: only those whom a certificate names that a recognised root stands behind."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable
from urllib.parse import urlsplit

import requests
from django.conf import settings

from contracts.pades.elsewhere import OCSP, Ask

SECONDS = 5
MOST_BYTES = 10_000_000
#: Beside what was answered: nobody was asked, because the site does not ask or because the certificate names nobody.
OFF, NOBODY = "off", "nobody"


def is_asked() -> bool:
    """Does this site ask about revocation? It opens a connection to the authority."""
    return bool(settings.SIGNATURE_UPLOAD_REVOCATION != OFF)


def is_needed() -> bool:
    """Is a signature refused when the authority does not answer? So it is for every word of the setting but `off` and `soft`."""
    return settings.SIGNATURE_UPLOAD_REVOCATION not in (OFF, "soft")


def answers_to(asks: Iterable[Ask]) -> tuple[tuple[str, bytes], ...]:
    """What they answer; one that is silent, too long or elsewhere than it said is left out."""
    return tuple((ask.kind, said) for ask in asks if (said := _answer(ask)))


def _answer(ask: Ask) -> bytes:
    if urlsplit(ask.url).scheme not in ("http", "https"):
        return b""
    verb, headers = ("POST", {"Content-Type": "application/ocsp-request"}) if ask.kind == OCSP else ("GET", {})
    try:
        with requests.request(
            verb, ask.url, data=b64decode(ask.body), headers=headers, timeout=SECONDS, allow_redirects=False, stream=True
        ) as answer:
            said: bytes = answer.raw.read(MOST_BYTES + 1, decode_content=True) if answer.status_code == requests.codes.ok else b""
    except (requests.RequestException, OSError):
        return b""
    return said if len(said) <= MOST_BYTES else b""
