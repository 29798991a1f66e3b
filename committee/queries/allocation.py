"""The dossiers under examination, with who reports on them: those that lack a rapporteur first, then by the last day of the period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, Subquery, Value, When

from committee.models import Allocation, Examination, Report, Session
from committee.queries.dues import OPINION_CLOCKS, due_of, opinion_due, sessions_of
from committee.queries.reports import is_filed, report_of
from requests_app.models import Dossier
from workflow.models import Clock, Outcome


@dataclass(frozen=True)
class Standing:
    """One rapporteur in a list: the name, and how far the report is."""

    allocation: Allocation
    is_filed: bool
    due: datetime | None


@dataclass(frozen=True)
class Row:
    """One dossier under examination."""

    examination: Examination
    clock: Clock | None
    session: Session | None
    rapporteurs: list[Standing]

    @property
    def dossier(self) -> Dossier:
        """The dossier."""
        return self.examination.dossier

    @property
    def lacks(self) -> bool:
        """Is a rapporteur still to be named?"""
        return bool(self.examination.lacking)  # type: ignore[attr-defined]


def under_examination(user: Any, wanted: int) -> Any:
    """The open examinations of the dossiers that somebody may see; `wanted` is how many rapporteurs there must be without a reason."""
    clocks = Clock.objects.filter(subject_type=Dossier.subject_type, subject_id=OuterRef("dossier"), code__in=OPINION_CLOCKS)
    due = clocks.filter(outcome=Outcome.RUNNING).order_by("due_on").values("due_on")[:1]
    rows = Examination.objects.open().filter(dossier__in=Dossier.objects.visible_to(user)).select_related("dossier__content")
    rows = rows.annotate(live=Count("allocations", filter=Q(allocations__ended_at=None)), last_day=Subquery(due))
    enough = Q(live__gte=wanted) | (Q(live__gte=1) & ~Q(single_because=""))
    lacking = Case(When(enough, then=Value(0)), default=Value(1))
    return rows.annotate(lacking=lacking).order_by("-lacking", "last_day", "received_at", "pk")


def rows_of(examinations: list[Examination]) -> list[Row]:
    """The same with their rapporteurs, sessions and periods; three queries."""
    keys = [one.pk for one in examinations]
    sessions, clocks = sessions_of(keys), opinion_due([one.dossier_id for one in examinations])
    live: dict[int, list[Allocation]] = {}
    rows = Allocation.objects.filter(examination__in=keys, ended_at=None).select_related("member__user", "report")
    for row in rows.order_by("allocated_at", "pk"):
        live.setdefault(row.examination_id, []).append(row)
    return [_row(one, clocks.get(one.dossier_id), sessions.get(one.pk), live.get(one.pk, [])) for one in examinations]


def _row(examination: Examination, clock: Clock | None, session: Session | None, live: list[Allocation]) -> Row:
    return Row(examination, clock, session, [Standing(one, is_filed(one), due_of(one, session)) for one in live])


def entrusted_to(user: Any) -> Any:
    """What was entrusted to somebody and not taken back, on dossiers that they may see: to be written first, then the latest."""
    rows = Allocation.objects.filter(member__user=user, ended_at=None, examination__dossier__in=Dossier.objects.visible_to(user))
    rows = rows.select_related("examination__dossier__content", "report")
    to_write = Q(examination__closed_at=None, report__filed_at=None)
    return rows.annotate(is_done=Case(When(to_write, then=Value(0)), default=Value(1))).order_by("is_done", "due_at", "-allocated_at", "pk")


@dataclass(frozen=True)
class Task:
    """One report of mine: when it is due, and how far it is."""

    allocation: Allocation
    due: datetime | None
    session: Session | None

    @property
    def report(self) -> Report:
        """The report; a blank one before its first line."""
        return report_of(self.allocation) or Report(allocation=self.allocation)

    @property
    def is_to_write(self) -> bool:
        """Is it still to be written or finished?"""
        return not is_filed(self.allocation) and self.allocation.examination.closed_at is None


def tasks_of(allocations: list[Allocation]) -> list[Task]:
    """The same with the session that they wait for; one query."""
    sessions = sessions_of([one.examination_id for one in allocations])
    found = [(one, sessions.get(one.examination_id)) for one in allocations]
    return [Task(one, due_of(one, session), session) for one, session in found]
