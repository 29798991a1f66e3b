"""What a controller brings for a person, already sealed: the file that `tools/rights_desk.py` writes, or what the page sealed itself."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from rights.answering.services import SealedWords
from rights.envelopes.choices import MessageKind
from rights.models import Routing
from workflow.refusals import Broken, RuleBroken

#: A sealed file of the largest size, in base64, and its few words around.
LONGEST = 12_000_000
FINGERPRINT = re.compile(r"^[0-9a-f]{64}$")
_NOT_SEALED = _("This is not a sealed file made for this request. Nothing was kept.")


def read(text: str, routing: Routing, kind: MessageKind, where: str = "sealed_file") -> SealedWords:
    """The sealed words of a file: JSON with the number, the kind, the person's key and the sealed bytes. Raises RuleBroken."""
    try:
        told: Any = json.loads(text)
        fits = told["number"] == routing.number and told["kind"] == kind
        return of_parts(str(told["sealed"]), str(told["sealed_to"]), where) if fits else _refuse(where)
    except (ValueError, TypeError, KeyError, RecursionError):
        return _refuse(where)


def of_parts(sealed: str, sealed_to: str, where: str) -> SealedWords:
    """Sealed words from their base64 and the fingerprint of the key they are sealed to. Raises RuleBroken."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        return _refuse(where)
    if not FINGERPRINT.match(sealed_to):
        return _refuse(where)
    return SealedWords(raw, sealed_to)


def _refuse(where: str) -> SealedWords:
    raise RuleBroken(Broken(_NOT_SEALED, where=where))
