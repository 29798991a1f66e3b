"""The end of a published version: given once, for a day to come."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from fees import rules
from fees.models import GridVersion


@transaction.atomic
def end_period(version: GridVersion, last_day_after: date, *, by: Any, at: datetime) -> None:
    """Say the first day on which the version no longer holds. Raises NotAllowed, RuleBroken."""
    rules.end(version, last_day_after, "end_period", by=by, at=at)
