"""What an agenda shows: its lines with their hours, and the dossiers that are ready for it; only what the reader may see of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from committee.models import Allocation, Ballot, Decision, Examination, Item, Member, Recusal, Session
from committee.policies import closed_to
from committee.queries.dues import opinion_due
from committee.reference import rules_on
from committee.rules import quorum_of
from committee.states import Ending
from requests_app.models import Dossier
from requests_app.policies import MAY
from requests_app.states import State
from workflow.models import Clock
from workflow.periods import paris_day


@dataclass(frozen=True)
class Reporting:
    """Who reports on a dossier, and how many of them have filed."""

    rapporteurs: tuple[Member, ...]
    #: Those whose report is still to come.
    awaited: tuple[Member, ...] = ()

    @property
    def filed(self) -> int:
        """How many have filed."""
        return len(self.rapporteurs) - len(self.awaited)

    @property
    def total(self) -> int:
        """How many reports are to come in."""
        return len(self.rapporteurs)

    @property
    def missing(self) -> int:
        """How many are still to come."""
        return len(self.awaited)

    @property
    def is_ready(self) -> bool:
        """Somebody reports, and every report is there."""
        return self.total > 0 and self.missing == 0


@dataclass
class Line:
    """One dossier of an agenda, at its hour; `dossier` is None for who may not see it, and then nothing names it."""

    item: Item
    begins_at: datetime | None
    dossier: Dossier | None = None
    withdrew: bool = False
    due_on: date | None = None
    reporting: Reporting = field(default_factory=lambda: Reporting(()))
    #: How many sitting members may vote on it if everybody expected comes, and how many must be there.
    able: int = 0
    quorum: int = 0
    withdrawn: int = 0

    @property
    def is_late(self) -> bool:
        """Its legal month ends before the day of the session."""
        return self.due_on is not None and not self.item.ending and self.due_on < self.item.session.day

    @property
    def lacks_quorum(self) -> bool:
        """Too few members could examine it."""
        return not self.item.ending and self.able < self.quorum


@dataclass(frozen=True)
class Candidate:
    """A dossier that is on no agenda yet."""

    examination: Examination
    dossier: Dossier
    waiting_days: int
    due_on: date | None
    reporting: Reporting

    @property
    def stage(self) -> str:
        """“ready” with all reports, “due” while they are written, “unallocated” while nobody reports."""
        if self.reporting.is_ready:
            return "ready"
        return "due" if self.reporting.total else "unallocated"


def _allocations() -> Prefetch[Any]:
    live = Allocation.objects.filter(ended_at=None).select_related("member__user", "report").order_by("allocated_at", "pk")
    return Prefetch("allocations", live, to_attr="live")


def reporting_of(examination: Any) -> Reporting:
    """Who reports on an examination that was read with its live allocations."""
    awaited = [one.member for one in examination.live if not (getattr(one, "report", None) and one.report.filed_at)]
    return Reporting(tuple(one.member for one in examination.live), tuple(awaited))


def agenda_of(session: Session, user: Any) -> list[Line]:
    """The lines of an agenda in their order, with the hour of each; the number of queries does not grow with the lines."""
    items = list(
        session.items.select_related("similar_to")
        .prefetch_related(Prefetch("examination", Examination.objects.select_related("dossier__content").prefetch_related(_allocations())))
        .order_by("position", "pk")
    )
    for item in items:
        item.session = session
    lines = [Line(item, begins) for item, begins in zip(items, _hours(session, items), strict=True)]
    _show_dossiers(lines, user)
    _count_able(session, lines)
    return lines


def _hours(session: Session, items: list[Item]) -> list[datetime | None]:
    """When each begins, if the ones before take their time; what was struck takes none."""
    hours: list[datetime | None] = []
    at = session.starts_at
    for item in items:
        hours.append(None if item.ending == Ending.STRUCK else at)
        at += timedelta(minutes=0 if item.ending == Ending.STRUCK else item.minutes)
    return hours


def overruns_by(session: Session, lines: list[Line]) -> int:
    """By how many minutes the agenda is longer than the session; 0 when it fits."""
    wanted = sum(line.item.minutes for line in lines if line.begins_at)
    return max(0, wanted - int((session.ends_at - session.starts_at).total_seconds() // 60))


def _show_dossiers(lines: list[Line], user: Any) -> None:
    """Give each line its dossier, if the reader may see it; else say only whether they withdrew from it."""
    keys = [line.item.examination.dossier_id for line in lines]
    seen = set(keys) - closed_to(user, keys)
    left = set(Recusal.objects.filter(dossier__in=keys, member__user=user.pk, lifted_at=None).values_list("dossier", flat=True))
    due = opinion_due(seen)
    for line in lines:
        examination = line.item.examination
        line.withdrew = examination.dossier_id in left
        if examination.dossier_id in seen:
            line.dossier, line.reporting = examination.dossier, reporting_of(examination)
            line.due_on = _day(due.get(examination.dossier_id))


def _count_able(session: Session, lines: list[Line]) -> None:
    """For each line, how many members could examine it: those who come, less those who withdrew from it."""
    figures = rules_on(session.day)
    sitting = set(Member.objects.sitting(session.day).values_list("pk", flat=True))
    away = session.attendances.filter(presence__in=["excused", "represented", "absent"])
    coming = sitting - set(away.values_list("member", flat=True))
    live = Recusal.objects.filter(dossier__in=[line.item.examination.dossier_id for line in lines], lifted_at=None, member__in=sitting)
    withdrawn: dict[int, set[int]] = {}
    for dossier, member in live.values_list("dossier", "member"):
        withdrawn.setdefault(dossier, set()).add(member)
    for line in lines:
        out = withdrawn.get(line.item.examination.dossier_id, set())
        line.withdrawn, line.quorum = len(out), quorum_of(len(sitting), figures)
        line.able = len(coming if figures.withdrawn_count_for_quorum else coming - out)


def _day(clock: Clock | None) -> date | None:
    return clock.due_on if clock else None


def open_to(user: Any) -> Any:
    """The dossiers on which the person may see the committee's work: not those of their own team, nor those they withdrew from."""
    return Dossier.objects.with_role(user, MAY["see_committee_work"])


def ready(user: Any, at: datetime) -> list[Candidate]:
    """What is before the committee and on no agenda, as far as the reader may see it; what is due first stands first.

    A dossier whose opinion was voted waits for its signature and for no session, unless somebody who voted has withdrawn since.
    """
    pending = Item.objects.pending().filter(examination=OuterRef("pk"))
    waiting = Examination.objects.open().filter(dossier__state=State.WITH_COMMITTEE, dossier__in=open_to(user))
    idle = waiting.filter(~Exists(pending), ~Exists(_to_be_signed()))
    found = list(idle.select_related("dossier__content").prefetch_related(_allocations()).order_by("received_at", "pk"))
    due = opinion_due(one.dossier_id for one in found)
    today = paris_day(at)
    candidates = [_candidate(one, today, due.get(one.dossier_id)) for one in found]
    return sorted(candidates, key=lambda one: (one.due_on or date.max, one.examination.received_at))


def _to_be_signed() -> QuerySet[Decision]:
    """The votes on an examination that stand and await their signature."""
    carried = Decision.objects.filter(item__examination=OuterRef("pk"), carried=True, signed_at=None)
    gone = Recusal.objects.filter(dossier=OuterRef("decision__item__examination__dossier"), lifted_at=None)
    withdrew = gone.filter(Q(member=OuterRef("member")) | Q(member=OuterRef("cast_by")))
    spoiled = Ballot.objects.filter(decision=OuterRef("pk")).exclude(position="").filter(Exists(withdrew))
    return carried.filter(~Exists(spoiled))


def _candidate(examination: Examination, today: date, clock: Clock | None) -> Candidate:
    waiting = (today - paris_day(examination.received_at)).days
    return Candidate(examination, examination.dossier, waiting, _day(clock), reporting_of(examination))


def tally(candidates: Iterable[Candidate]) -> Counter[str]:
    """How many dossiers are ready, written on, or without a rapporteur."""
    return Counter(one.stage for one in candidates)
