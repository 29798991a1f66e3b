"""The figures of a year are made in the background, read by the staff, and published once the year is over."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from fees.impact import fairness
from fees.impact.models import YearReport
from fees.impact.past import accepted, stream
from fees.impact.policies import may_publish, may_replay
from fees.impact.services import stepping
from workflow.periods import PARIS, paris_day
from workflow.refusals import NotAllowed, WrongState

KIND = "impact_year"
_DELAYS = """
    SELECT o.id::text, o.name, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM e.given_at - e.asked_at) / 86400)
    FROM quotes_estimaterequest e JOIN accounts_organisation o ON o.id = e.organisation_id
    WHERE e.given_at >= %s AND e.given_at < %s
    GROUP BY GROUPING SETS ((o.id, o.name), ()) ORDER BY o.name NULLS FIRST, o.id
"""


def bounds_of(year: int) -> tuple[datetime, datetime]:
    """When a year begins and when the next one does, in Paris."""
    return datetime(year, 1, 1, tzinfo=PARIS).astimezone(UTC), datetime(year + 1, 1, 1, tzinfo=PARIS).astimezone(UTC)


@transaction.atomic
def begin(year: int, *, by: Any, at: datetime) -> YearReport:
    """Begin to make the figures of a year, anew unless they were published; one that runs is shown. Raises NotAllowed, WrongState."""
    if not may_replay(by):
        raise NotAllowed(_("Only those who draw up or approve grids have yearly figures made."))
    if not 2000 <= year <= paris_day(at).year:
        raise WrongState(_("There are no figures of this year yet."))
    report = YearReport.objects.select_for_update(of=("self",)).filter(year=year).first()
    if report and report.published_at:
        raise WrongState(_("The figures of this year are published: they stay as they are."))
    if report and report.is_under_way:
        if stepping.has_halted(report, at):
            stepping.go_on(KIND, report, at)
        return report
    fresh = stepping.told(_of_year(year), by, at)
    fresh |= {"tally": {}, "figures": {}, "done": 0, "steps": 0, "reached": 0, "finished_at": None}
    report, _is_new = YearReport.objects.update_or_create(year=year, defaults=fresh)
    stepping.queue_step(KIND, report, at)
    return report


def _of_year(year: int) -> Any:
    since, until = bounds_of(year)
    return accepted().filter(accepted_at__gte=since, accepted_at__lt=until)


@transaction.atomic
def take_step(report: YearReport, step: int, *, at: datetime) -> None:
    """Count the next quotes of the year; the last step makes the figures and forgets the sums."""
    held = YearReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if held.finished_at or held.steps != step:
        return
    seen, reached = 0, 0
    for past in stream(_of_year(held.year).filter(pk__gt=held.reached, pk__lte=held.until), stepping.STEP):
        fairness.count_in(held.tally, past)
        seen, reached = seen + 1, past.pk
    stepping.note_step(held, seen, reached, at)
    if held.is_under_way:
        stepping.queue_step(KIND, held, at)
    else:
        held.figures = fairness.shown(held.tally) | _delays(held.year)
        held.tally = {}
    held.save()


def _delays(year: int) -> dict[str, Any]:
    """The median of the days that holders took for the estimates that they gave in the year; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_DELAYS, bounds_of(year))
        rows = [(code, name, int(count), None if days is None else float(days)) for code, name, count, days in cursor.fetchall()]
    whole = next(((count, days) for code, _name, count, days in rows if code is None), (0, None))
    return fairness.delays_shown([row for row in rows if row[0] is not None], whole)


@transaction.atomic
def publish(year: int, *, by: Any, at: datetime) -> YearReport:
    """Publish the figures of a year that is over. Raises NotAllowed, WrongState."""
    if not may_publish(by):
        raise NotAllowed(_("Only those who approve grids publish the figures of a year."))
    report = YearReport.objects.select_for_update(of=("self",)).filter(year=year).first()
    if report is None or not report.is_whole or report.finished_at is None or report.finished_at < bounds_of(year)[1]:
        raise WrongState(_("The figures of a year are published once it is over and they have been made since."))
    if not report.published_at:
        report.published_at, report.published_by = at, by
        report.save(update_fields=["published_at", "published_by"])
    return report
