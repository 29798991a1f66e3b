"""The example grids: drawn up by one fee manager, approved by the other, through the door that everybody takes."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from fees.services.loading import load


def furnish(people: dict[str, User], now: datetime) -> None:
    """Load VAT, the example grid and the grid shown for comparison; nothing twice."""
    load(author=people["redevances"], approver=people["redevances2"], at=now)
