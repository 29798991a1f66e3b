"""Alerts by e-mail: asked for, confirmed, told of what is new, left; an address serves nothing else and is forgotten with its alert."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.http import QueryDict

from registry.following import notifications
from registry.following.links import CONFIRMATION
from registry.following.models import Alert
from registry.models import Fiche
from registry.search import Query, found
from workflow.periods import paris_day

#: Projects named in one letter; the page of the search shows the others.
MOST_NAMED = 20
#: Places read at a time, the newest first, until those that were looked at before.
READ = 200


def asked_in(given: QueryDict) -> str:
    """The search of an address as an alert keeps it: words and filters, sorted, nothing else."""
    query = Query.from_address(given)
    kept = {name: tuple(sorted(values)) for name, values in sorted(query.filters.items())}
    return Query(text=query.text, filters=kept).address().removeprefix("?")[:2000]


@transaction.atomic
def ask(query: str, *, email: str, language: str, at: datetime) -> Alert:
    """Ask to be told; the same search for the same address is one alert. A letter asks whoever reads the address to confirm."""
    told = {"language": language, "asked_at": at, "seen_pos": _last_place()}
    alert, is_new = Alert.objects.get_or_create(email=email.strip().lower(), query=query, defaults=told)
    if alert.confirmed_at is None:
        if not is_new:
            alert.asked_at = at
            alert.save(update_fields=["asked_at"])
        notifications.to_be_confirmed(alert)
    return alert


@transaction.atomic
def confirm(alert: Alert, *, at: datetime) -> None:
    """Whoever reads the address wants the alert: from now on it is told."""
    locked = Alert.objects.select_for_update().filter(pk=alert.pk, confirmed_at=None).first()
    if locked is not None:
        locked.confirmed_at, locked.seen_pos = max(at, locked.asked_at), _last_place()
        locked.save(update_fields=["confirmed_at", "seen_pos"])


def leave(alert: Alert) -> None:
    """Forget the alert and its address."""
    Alert.objects.filter(pk=alert.pk).delete()


def forget_unconfirmed(at: datetime) -> int:
    """Forget the alerts that nobody confirmed in time; the answer is how many."""
    return Alert.objects.filter(confirmed_at=None, asked_at__lt=at - CONFIRMATION).delete()[0]


def _last_place() -> int:
    last: int | None = Fiche.objects.aggregate(last=Max("pos"))["last"]
    return -1 if last is None else last


def tell(at: datetime) -> int:
    """Look for what is new for every confirmed alert, and write to those that have something; the answer is how many letters."""
    last, written = _last_place(), 0
    for pk in Alert.objects.confirmed().filter(seen_pos__lt=last).values_list("pk", flat=True).iterator():
        written += _tell_one(pk, last, at)
    return written


@transaction.atomic
def _tell_one(pk: int, last: int, at: datetime) -> int:
    """One alert in its own transaction: what was looked at is never looked at again."""
    alert = Alert.objects.select_for_update(skip_locked=True).filter(pk=pk, seen_pos__lt=last).first()
    if alert is None:
        return 0
    new = _new_of(alert, last, at)
    first, alert.seen_pos = alert.seen_pos, last
    if new:
        alert.told_at = at
        notifications.something_new(alert, first, new[:MOST_NAMED], len(new))
    alert.save(update_fields=["seen_pos", "told_at"])
    return int(bool(new))


def _new_of(alert: Alert, last: int, at: datetime) -> list[int]:
    """The places of the projects that came since, the newest first; what a search takes for near enough is not what was asked for."""
    asked = Query.from_address(QueryDict(alert.query))
    held = found(Query(text=asked.text, filters=asked.filters, sort="recent"), on=paris_day(at))
    if held.instead or held.loosely or held.ignored:
        return []
    new: list[int] = []
    for start in range(0, len(held.places), READ):
        part = held.places[start : start + READ]
        new += [pos for pos in part if alert.seen_pos < pos <= last]
        if part[-1] <= alert.seen_pos:
            break
    return new
