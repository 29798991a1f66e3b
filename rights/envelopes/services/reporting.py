"""Writing a signed report of what was deleted, after the last one of its kind. The caller holds the lock of that kind."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings

from rights.envelopes import signing
from rights.envelopes.directory import moment
from rights.models import SignedReport

R = TypeVar("R", bound=SignedReport)


def last_of(kind: type[SignedReport]) -> tuple[int, str]:
    """The number and the hash of the last report of this kind; 0 and nothing before the first."""
    last = kind.objects.order_by("-number").first()
    return (last.number, last.sha256) if last else (0, "")


def write(kind: type[R], name: str, told: dict[str, Any], counted: dict[str, int], *, at: datetime) -> R:
    """The next report, signed: what it tells, and its counts as columns. Raises RuleBroken where nothing can be signed."""
    number, previous = last_of(kind)
    head = {"type": name, "operator": settings.OPERATOR_NAME, "number": number + 1, "at": moment(at), "previous": previous}
    made = signing.signed(head | told)
    written: R = kind.objects.create(
        number=number + 1,
        at=at,
        document=made.text.decode(),
        sha256=hashlib.sha256(made.text).hexdigest(),
        signature=made.signature,
        signer=made.signer,
        **counted,
    )
    return written
