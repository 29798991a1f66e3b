"""When reports are due: so many hours before the session on whose agenda the dossier stands, or before the one foreseen for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from committee.allocation_rules import due_before, is_short
from committee.models import Allocation, Examination, Item, Session
from committee.reference import rules_on
from requests_app.models import Dossier
from requests_app.running import ShownClock, shown_clocks
from workflow import clocks
from workflow.models import Clock, Outcome
from workflow.periods import expiry, paris_day

#: The periods within which the committee gives its opinion.
OPINION_CLOCKS = ("K-CES", "K-CES-U")


def sessions_of(examinations: Iterable[int]) -> dict[int, Session]:
    """The session on whose agenda each examination now stands; one query."""
    rows = Item.objects.pending().filter(examination__in=list(examinations)).select_related("session")
    return {row.examination_id: row.session for row in rows.order_by("pk")}


def due_of(allocation: Allocation, session: Session | None) -> datetime | None:
    """When a report is due: before the session that examines the dossier; while there is none, as was foreseen at allocation."""
    if session is None:
        return allocation.due_at
    return due_before(session.starts_at, rules_on(paris_day(session.starts_at)))


def opinion_due(dossiers: Iterable[int]) -> dict[int, Clock]:
    """The period that runs for the committee's opinion on each of these dossiers; one query."""
    rows = Clock.objects.filter(
        subject_type=Dossier.subject_type, subject_id__in=list(dossiers), code__in=OPINION_CLOCKS, outcome=Outcome.RUNNING
    )
    return {row.subject_id: row for row in rows.order_by("-due_on", "pk")}


def period_of(dossier: Dossier, today: date) -> ShownClock | None:
    """The period that runs for the opinion on one dossier, in words; its name says whether it is the urgent one."""
    running = clocks.of(dossier).filter(code__in=OPINION_CLOCKS).prefetch_related("pauses")
    return next(iter(shown_clocks(running, today)), None)


def foreseen_session(examination: Examination, at: datetime) -> Session | None:
    """The session that will examine a dossier: that of its agenda; else the first to come that leaves enough time to report and keeps
    the legal period; else the last that keeps the period, if a report can still be due before it."""
    on_agenda = sessions_of([examination.pk]).get(examination.pk)
    if on_agenda is not None:
        return on_agenda
    clock = opinion_due([examination.dossier_id]).get(examination.dossier_id)
    coming = [one for one in _coming(at) if clock is None or one.starts_at < expiry(clock.due_on)]
    return next((one for one in coming if _is_roomy(one, at)), coming[-1] if coming else None)


def roomy_session(at: datetime) -> Session | None:
    """The first session to come that leaves the usual time to report, whatever the legal period."""
    return next((one for one in _coming(at) if _is_roomy(one, at)), None)


def _coming(at: datetime) -> list[Session]:
    """The sessions before which a report can still be due."""
    return [one for one in Session.objects.to_come().filter(starts_at__gt=at) if due_before(one.starts_at, rules_on(paris_day(at))) > at]


def _is_roomy(session: Session, at: datetime) -> bool:
    figures = rules_on(paris_day(at))
    return not is_short(due_before(session.starts_at, figures), at, figures)
