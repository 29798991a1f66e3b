"""A fresh code before each deposit: that of the sign-in is not enough, and it serves for ten minutes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from extractions.deposits.models import DepositRequest
from extractions.linkage.reading import Encoding

FRESH = timedelta(minutes=10)
_KEY = "deposit_confirmed"


def confirm(session: Any, asked: DepositRequest, encoding: str, *, at: datetime) -> None:
    """Remember that the depositor has just given a code, and how the file is encoded."""
    session[_KEY] = {"request": asked.pk, "encoding": encoding, "at": at.isoformat()}


def confirmed(session: Any, asked: DepositRequest, *, at: datetime) -> Encoding | None:
    """The encoding of the file that may come now; None when the code was not given, or longer ago."""
    said = session.get(_KEY) or {}
    if said.get("request") != asked.pk or not timedelta(0) <= at - datetime.fromisoformat(said["at"]) <= FRESH:
        return None
    return Encoding(said["encoding"])


def forget(session: Any) -> None:
    """One deposit, one code."""
    session.pop(_KEY, None)
