"""Who stands in for whom on a day, and which saved lists somebody finds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from requests_app.desks.models import Absence, SavedList


def away_on(day: date, reader: Any) -> dict[int, Absence]:
    """Everybody who is away on a day, by their id, with the replacement; one query per reader and day, then remembered."""
    known: dict[date, dict[int, Absence]] = reader.__dict__.setdefault("_away", {})
    if day not in known:
        known[day] = absent_on(day)
    return known[day]


def replaced_by(user: Any, today: date) -> dict[int, Absence]:
    """The colleagues for whom somebody stands in on this day, by their id."""
    return {pk: absence for pk, absence in away_on(today, user).items() if absence.replacement_id == user.pk}


def absent_on(day: date, people: Iterable[int] | None = None) -> dict[int, Absence]:
    """Who is away on a day, by their id, with the replacement; among these people, or among all."""
    lasting = Absence.objects.on(day).select_related("user", "replacement")
    found = lasting if people is None else lasting.filter(user__in=list(people))
    return {absence.user_id: absence for absence in found.order_by("to_on", "pk")}


def absences_from(day: date) -> list[Absence]:
    """Every absence that lasts on this day or begins later, the next one first."""
    return list(Absence.objects.filter(to_on__gte=day).select_related("user", "replacement").order_by("from_on", "pk"))


def lists_offered_to(user: Any, *, with_shared: bool) -> list[SavedList]:
    """The saved lists that somebody finds beside their work-list, in the order of their names."""
    return list(SavedList.objects.offered_to(user, with_shared=with_shared).select_related("owner").order_by("name", "pk")[:100])
