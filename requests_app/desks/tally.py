"""How many dossiers each list holds, and each officer has: one query for both, made again only once something has happened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.core.cache import cache
from django.db.models import Count, Q, Subquery

from accounts.policies import organisations_of
from requests_app.desks.queries import replaced_by
from requests_app.desks.worklist import conditions, desk_of
from requests_app.policies import site_roles
from requests_app.states import FINAL
from workflow.models import JournalLine, Task

KEPT_FOR_SECONDS = 60


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


def current_tally(user: Any, today: date) -> Tally:
    """The tally, counted again only once something was journalled or a decision was proposed since; names may be a minute old."""
    desks = (user.pk, sorted(site_roles(user)), sorted(organisations_of(user)), sorted(replaced_by(user, today)), str(today))
    key = f"tally:{hashlib.sha256(repr((desks, _last_event())).encode()).hexdigest()}"
    return cast(Tally, cache.get_or_set(key, lambda: tally(user, today), KEPT_FOR_SECONDS))


def _last_event() -> Any:
    """The last line of the journal and the last task, on the whole site: what the counts rest on changes with one of them."""
    last_task = Task.objects.order_by("-pk").values("pk")[:1]
    return JournalLine.objects.order_by("-pk").annotate(task=Subquery(last_task)).values_list("pk", "task").first()


def _loads(groups: Iterable[Mapping[str, Any]]) -> Iterable[Load]:
    for group in groups:
        if group["officer"] is not None:
            name = f"{group['officer__first_name']} {group['officer__last_name']}".strip()
            yield Load(group["officer"], name, group["under_way"], group["in_soon"], group["in_overdue"])
