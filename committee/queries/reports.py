"""The reports on a dossier, and who may read them: nobody but their author until every one that is awaited is filed."""

from __future__ import annotations

from typing import Any

from committee.models import Allocation, Examination, Report
from committee.reference import rules_on
from requests_app.policies import MAY
from workflow.periods import paris_day


def live_allocations(examination: Examination) -> list[Allocation]:
    """Those who report on the dossier now, with their report."""
    rows = Allocation.objects.filter(examination=examination, ended_at=None)
    return list(rows.select_related("member__user", "report").order_by("allocated_at", "pk"))


def are_open(examination: Examination, allocations: list[Allocation]) -> bool:
    """Are the reports open to those who may read them: all filed, and none still to be asked for?

    While a second rapporteur is lacking without the president's reason, the first report stays closed: the second must be written blind.
    Once the examination is over nothing is awaited any more.
    """
    if examination.closed_at is not None:
        return True
    wanted = 1 if examination.single_because else rules_on(paris_day(examination.received_at)).rapporteurs
    return len(allocations) >= wanted and all(is_filed(one) for one in allocations)


def is_filed(allocation: Allocation) -> bool:
    """Is the report of this rapporteur filed?"""
    report = report_of(allocation)
    return report is not None and report.filed_at is not None


def report_of(allocation: Allocation) -> Report | None:
    """The report of a rapporteur; none before its first line."""
    return getattr(allocation, "report", None)


def reports_of(examination: Examination) -> list[Report]:
    """The reports that may be read by who sees the committee's work: none while one is awaited. What papers and pages show."""
    allocations = live_allocations(examination)
    if not are_open(examination, allocations):
        return []
    found = [one.report for one in allocations if is_filed(one)]
    for report, allocation in zip(found, [one for one in allocations if is_filed(one)], strict=True):
        report.allocation = allocation
    return found


def may_read(user: Any, roles: frozenset[str], report: Report) -> bool:
    """May somebody who holds these roles on the dossier read this report? Its author always; the others once all are open."""
    if not roles & MAY["see_committee_work"]:
        return False
    if report.allocation.member.user_id == user.pk:
        return True
    return report.pk in {one.pk for one in reports_of(report.allocation.examination)}
