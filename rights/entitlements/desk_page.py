"""The desk of the rights on databases: what awaits approval, what holds, and what the reader may do with each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from rights.entitlements.models import Entitlement
from rights.entitlements.policies import databases_of, declares, may


@dataclass(frozen=True)
class StatementShown:
    """A statement, and what the reader may do with it."""

    row: Entitlement
    today: date
    may_approve: bool = False
    may_discard: bool = False
    may_end: bool = False
    #: What citizens read today of the same right, when that is something else.
    read_today: Entitlement | None = None

    @property
    def last_day(self) -> date | None:
        """Its last day; None as long as no end is known."""
        upper: date | None = self.row.valid.upper
        return upper - timedelta(days=1) if upper else None

    @property
    def holds(self) -> bool:
        """Do people read it today?"""
        last = self.last_day
        return self.row.is_approved and self.row.valid.lower <= self.today and (last is None or self.today <= last)


def require_desk(request: HttpRequest) -> None:
    """404 for who neither declares nor approves."""
    if not declares(request.user):
        raise Http404


def desk_of(user: Any, day: date) -> dict[str, Any]:
    """What awaits approval and what is approved, on the databases that concern the reader."""
    rows = Entitlement.objects.filter(database__in=databases_of(user)).select_related("database__holder", "declared_by", "organisation")
    ordered = rows.order_by("database__acronym", "right", "valid", "pk")
    shown = [shown_to(user, row, day) for row in ordered]
    return {
        "waiting": [one for one in shown if not one.row.is_approved],
        "settled": [one for one in shown if one.row.is_approved],
        "today": day,
    }


def statement_of(user: Any, pk: int, day: date) -> StatementShown:
    """One statement; 404 for one on a database that does not concern the reader."""
    rows = Entitlement.objects.filter(database__in=databases_of(user)).select_related("database__holder", "declared_by", "approved_by")
    row = get_object_or_404(rows, pk=pk)
    today = Entitlement.objects.in_force(day).filter(database=row.database_id, right=row.right).exclude(pk=pk).first()
    return replace(shown_to(user, row, day), read_today=today)


def shown_to(user: Any, row: Entitlement, day: date) -> StatementShown:
    """The statement with the buttons of this reader."""
    proposed = not row.is_approved
    ending = row.is_approved and row.valid.upper is None
    return StatementShown(
        row,
        day,
        may_approve=proposed and may(user, "approve_right", row),
        may_discard=proposed and may(user, "discard_right", row),
        may_end=ending and may(user, "end_right", row),
    )
