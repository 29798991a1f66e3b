"""Clocks of a subject: start, extend, suspend, end. The arithmetic stands in `periods`, the lengths in dated rules."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflow.models import Clock, ClockPause, ClockRule, JournalLine, Outcome, Task
from workflow.periods import Pause, due_on, paris_day
from workflow.refusals import Broken, RuleBroken

#: In plain SQL, as it is part of most moves: the same statement costs a third of the time.
END = """
    UPDATE workflow_clock c SET outcome = CASE WHEN c.due_on >= %s THEN %s WHEN r.ends_by_itself THEN 'lapsed' ELSE %s END, ended_at = %s
    FROM workflow_clockrule r
    WHERE r.id = c.rule_id AND c.subject_type = %s AND c.subject_id = %s AND c.code = %s AND c.outcome = 'running'
"""


class NoRule(LookupError):
    """No rule of that code is in force on that day: the reference data are incomplete."""


def rule_in_force(code: str, day: date) -> ClockRule:
    """The dated rule for a clock on the day of its start event; raises NoRule."""
    rule = ClockRule.objects.filter(code=code, valid__contains=day).first()
    if rule is None:
        raise NoRule(f"no rule {code} in force on {day}")
    return rule


def of(subject: Any) -> Any:
    """Every clock of a subject, in order of start."""
    return Clock.objects.filter(subject_type=subject.subject_type, subject_id=subject.pk).select_related("rule")


def running(subject: Any, *codes: str) -> Clock | None:
    """The running clock of that code, or of one of these, locked until the end of the transaction."""
    return of(subject).filter(code__in=codes, outcome=Outcome.RUNNING).select_for_update(of=("self",)).first()


def start(subject: Any, code: str, at: datetime, line: JournalLine | None) -> Clock:
    """Start a clock at an instant, under the rule in force that day; `line` is its start event."""
    return start_under(rule_in_force(code, paris_day(at)), subject, at, line)


def start_under(rule: ClockRule, subject: Any, at: datetime, line: JournalLine | None) -> Clock:
    """Start a clock under a rule that was read already."""
    due = due_on(paris_day(at), rule.length, rule.unit, rolls=rule.rolls)
    return Clock.objects.create(
        subject_type=subject.subject_type, subject_id=subject.pk, rule=rule, code=rule.code, started_at=at, start_line=line, due_on=due
    )


def end(subject: Any, code: str, at: datetime, *, silence: bool = False) -> None:
    """End the running clock of that code: met, met late, or ended by silence, as what nobody owed always is. Nothing when none runs."""
    over = Outcome.LAPSED if silence else Outcome.LATE
    with connection.cursor() as cursor:
        cursor.execute(END, [paris_day(at), Outcome.MET.value, over.value, at, subject.subject_type, subject.pk, code])


def stop_all(subject: Any, at: datetime) -> None:
    """Stop whatever still runs: the subject has reached its end."""
    of(subject).filter(outcome=Outcome.RUNNING).update(outcome=Outcome.STOPPED, ended_at=at)


def extend(subject: Any, *codes: str, at: datetime) -> Clock:
    """Extend a running clock once, before it expires; raises RuleBroken when it is too late or already done."""
    clock = running(subject, *codes)
    if clock is None or not clock.rule.extension_length:
        raise RuleBroken(_("No period that could be extended is running."))
    if clock.extended_at is not None:
        raise RuleBroken(Broken(_("This period was extended once already."), clock.rule.law))
    if clock.is_over(at):
        raise RuleBroken(
            Broken(_("The period expired on %(day)s: it can no longer be extended.") % {"day": _day(clock.due_on)}, clock.rule.law)
        )
    clock.extended_at, clock.lapsed_at = at, None  # learnt of after silence had spoken too soon: it will speak again on the new day
    clock.due_on = recount(clock)
    clock.save(update_fields=["extended_at", "due_on", "lapsed_at"])
    Task.objects.filter(clock=clock, closed_at=None).delete()
    return clock


def count_from(subject: Any, code: str, at: datetime, line: JournalLine) -> Clock:
    """Count a running clock anew from another instant, that of its true start event; raises RuleBroken when none runs, or it is over."""
    clock = running(subject, code)
    if clock is None:
        raise RuleBroken(_("No such period is running."))
    require_not_over(subject, code, at=line.at)
    clock.rule = rule_in_force(code, paris_day(at))
    clock.started_at, clock.start_line, clock.lapsed_at = at, line, None
    clock.due_on = recount(clock)
    clock.save(update_fields=["rule", "started_at", "start_line", "due_on", "lapsed_at"])
    Task.objects.filter(clock=clock, closed_at=None).delete()
    return clock


def suspend(subject: Any, code: str, at: datetime, reason: str) -> None:
    """Stop counting from this day on; `reason` is a code."""
    clock = running(subject, code)
    if clock is None or not clock.rule.can_suspend:
        raise RuleBroken(_("No period that could be suspended is running."))
    if clock.pauses.filter(until=None).exists():
        raise RuleBroken(_("This period is suspended already."))
    ClockPause.objects.create(clock=clock, since=paris_day(at), reason=reason)


def resume(subject: Any, code: str, at: datetime) -> None:
    """Count again from this day on; the due day moves by what the suspension took."""
    clock = running(subject, code)
    pause = clock and clock.pauses.filter(until=None).first()
    if not clock or not pause:
        raise RuleBroken(_("This period is not suspended."))
    pause.until = paris_day(at)
    pause.save(update_fields=["until"])
    clock.due_on = recount(clock)
    clock.save(update_fields=["due_on"])


def recount(clock: Clock) -> date:
    """The due day from the start event, with the extension and the closed suspensions."""
    rule = clock.rule
    pauses = [Pause(pause.since, pause.until) for pause in clock.pauses.all() if pause.until]
    start_day = paris_day(clock.started_at)
    if clock.extended_at is None:
        return due_on(start_day, rule.length, rule.unit, pauses=pauses, rolls=rule.rolls)
    if rule.extension_unit == rule.unit:
        return due_on(start_day, rule.length + rule.extension_length, rule.unit, pauses=pauses, rolls=rule.rolls)
    first = due_on(start_day, rule.length, rule.unit, pauses=pauses)
    return due_on(first, rule.extension_length, rule.extension_unit, rolls=rule.rolls)


def require_not_over(subject: Any, *codes: str, at: datetime) -> None:
    """Refuse what comes after the period has expired, and say when it did."""
    clock = running(subject, *codes)
    if clock is not None and clock.is_over(at):
        raise RuleBroken(
            Broken(_("The period expired on %(day)s: silence has already decided.") % {"day": _day(clock.due_on)}, clock.rule.law)
        )


def require_over(subject: Any, *codes: str, at: datetime) -> None:
    """Refuse what may only follow the end of the period."""
    clock = running(subject, *codes)
    if clock is None:
        raise RuleBroken(_("No such period is running."))
    if not clock.is_over(at):
        raise RuleBroken(Broken(_("The period runs until %(day)s.") % {"day": _day(clock.due_on)}, clock.rule.law))


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def is_paused(clock: Clock) -> bool:
    """Is a suspension open on this clock?"""
    return any(pause.until is None for pause in clock.pauses.all())
