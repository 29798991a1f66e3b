"""How many dossiers each list holds, and each officer has: one query for both, made again only once something has happened."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Q

from accounts.policies import organisations_of
from requests_app.desks.queries import replaced_by
from requests_app.desks.worklist import conditions, desk_of
from requests_app.policies import site_roles
from requests_app.states import FINAL

#: Names of officers, which no event tells of, may be so old.
KEPT_FOR_SECONDS = 60
#: Where counting takes longer than this, on a site of many tens of thousands of dossiers, it takes at most one SHAREth of the time:
#: the counts may be so many times older than counting took, and never older than LONGEST_WAIT_SECONDS.
DEAR_SECONDS, SHARE, LONGEST_WAIT_SECONDS = 0.15, 40, 20
NEVER = 2**62
EVENTS = """
    SELECT coalesce((SELECT max(id) FROM workflow_journalline), 0), coalesce((SELECT max(id) FROM workflow_task), 0),
        EXISTS (SELECT 1 FROM workflow_journalline WHERE id > %s AND actor_id = %s)
"""


@dataclass(frozen=True)
class Load:
    """What one officer has under way, and how much of it is due soon or overdue."""

    officer: int | None
    name: str
    under_way: int
    soon: int
    overdue: int


@dataclass(frozen=True)
class Tally:
    """The count of each list, and the load of each officer: one query for both."""

    counts: dict[str, int]
    loads: list[Load]

    def load_of(self, user: Any) -> int:
        """How many dossiers under way somebody has."""
        return next((load.under_way for load in self.loads if load.officer == user.pk), 0)

    @property
    def average(self) -> int:
        """How many an officer with dossiers has on average."""
        with_dossiers = [load.under_way for load in self.loads if load.under_way]
        return round(sum(with_dossiers) / len(with_dossiers)) if with_dossiers else 0


def tally(user: Any, today: date) -> Tally:
    """Count the dossiers of each list, officer by officer."""
    conditions_of = conditions(user, today)
    counted = {f"in_{code}": Count("pk", filter=condition) if condition else Count("pk") for code, condition in conditions_of.items()}
    groups = list(
        desk_of(user)
        .values("officer", "officer__first_name", "officer__last_name")
        .annotate(under_way=Count("pk", filter=~Q(state__in=FINAL)), **counted)
        .order_by("officer__last_name", "officer__first_name", "officer")
    )
    counts = {code: sum(group[f"in_{code}"] for group in groups) for code in conditions_of}
    return Tally(counts, list(_loads(groups)))


@dataclass(frozen=True)
class _Kept:
    """A tally with the last event that it has seen, how long counting took, and when that was, in seconds of this process's clock."""

    tally: Tally
    last: tuple[int, int]
    took: float
    at: float

    def may_wait(self, now: float) -> bool:
        """May it be shown a little longer though a colleague has done something? Only where counting is dear, and for a few seconds."""
        return self.took > DEAR_SECONDS and now - self.at < min(self.took * SHARE, LONGEST_WAIT_SECONDS)


def current_tally(user: Any, today: date) -> Tally:
    """The tally, counted again once something has happened: at once after what the reader did, within seconds after what others did."""
    desks = (user.pk, sorted(site_roles(user)), sorted(organisations_of(user)), sorted(replaced_by(user, today)), str(today))
    key = f"tally:{hashlib.sha256(repr(desks).encode()).hexdigest()}"
    kept, now = cast("_Kept | None", cache.get(key)), time.monotonic()
    line, task, did_something = _events(user, kept.last[0] if kept else NEVER)
    if kept is not None and (kept.last == (line, task) or (kept.may_wait(now) and not did_something)):
        return kept.tally
    counted = tally(user, today)
    cache.set(key, _Kept(counted, (line, task), time.monotonic() - now, now), KEPT_FOR_SECONDS)
    return counted


def _events(user: Any, since: int) -> tuple[int, int, bool]:
    """The last line of the journal and the last task, on the whole site, and whether the reader wrote a line after that of this key.

    What the counts rest on changes with a line or a task.
    """
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, [since, user.pk])
        line, task, own = cursor.fetchone()
    return line, task, own


def _loads(groups: Iterable[Mapping[str, Any]]) -> Iterable[Load]:
    for group in groups:
        if group["officer"] is not None:
            name = f"{group['officer__first_name']} {group['officer__last_name']}".strip()
            yield Load(group["officer"], name, group["under_way"], group["in_soon"], group["in_overdue"])
