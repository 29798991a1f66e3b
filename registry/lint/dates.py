"""Dates that contradict one another, the law or the calendar; durations that are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry.lint.rule import NOTHING, Found, Severity, day_of, rule
from registry.mending import months_of
from registry.public_core import Said
from ui.words import day_in_words


class Late:
    """A delay that is put in words when a remark is read, in the language of its reader."""

    def __init__(self, days: int) -> None:
        self.days = days

    def __str__(self) -> str:
        return late_in_words(self.days)


class Day:
    """A day that is put in words when a remark is read."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __str__(self) -> str:
        return day_in_words(self.day)


def days_late(said: Mapping[str, Any]) -> int:
    """How many days after its start a project was declared, although the law wants it before (CSP, art. L1461-3); 0 for in time.

    `declared_on` is the day of the declaration (or of the deposit that another register tells); a dossier of the single window has none:
    its data are opened after its authorisation, so it cannot be late.
    """
    declared, started = day_of(said.get("declared_on")), day_of(said.get("starts_on"))
    if declared is None or started is None or {"declared_on", "starts_on"} & set(said.get("generated", ())):
        return 0
    return max((declared - started).days, 0)


def late_in_words(days: int) -> str:
    """“15 months”, or days when there are few."""
    if days < 60:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    months = int(days / 30.4375)  # whole ones
    return ngettext("%(count)d month", "%(count)d months", months) % {"count": months}


@rule(
    "declared_late", Severity.WARNING, _("Declared %(late)s after its start, although the law asks for it before. The public page says so.")
)
def declared_late(said: Said, on: date) -> Iterator[Found]:
    """The project began before it was declared."""
    if days := days_late(said):
        yield "starts_on", {"late": Late(days)}


@rule("end_before_start", Severity.ERROR, _("The end stands before the start."))
def end_before_start(said: Said, on: date) -> Iterator[Found]:
    """A planned or a declared end before the start."""
    starts, ends, ended = day_of(said["starts_on"]), day_of(said["ends_on"]), day_of(said["ended_on"])
    if starts and ends and ends < starts:
        yield "ends_on", NOTHING
    if starts and ended and ended < starts:
        yield "ended_on", NOTHING


@rule("end_to_come", Severity.ERROR, _("The project is told as ended on %(day)s, which is still to come."))
def end_to_come(said: Said, on: date) -> Iterator[Found]:
    """“Ended” beside a day that has not come: the end is planned, and not declared."""
    ended = day_of(said["ended_on"])
    if ended and ended > on:
        yield "ended_on", {"day": Day(ended)}


@rule("ended_before_plan", Severity.ADVICE, _("The project is told as ended, and its planned end is %(day)s: mend the plan, or the end."))
def ended_before_plan(said: Said, on: date) -> Iterator[Found]:
    """Ended long before the planned end: one of both may be wrong."""
    ends, ended = day_of(said["ends_on"]), day_of(said["ended_on"])
    if ends and ended and (ends - ended).days > 365:
        yield "ends_on", {"day": Day(ends)}


@rule("end_undeclared", Severity.WARNING, _("The end was planned for %(day)s, and nobody has declared it."))
def end_undeclared(said: Said, on: date) -> Iterator[Found]:
    """The planned end has passed without a word."""
    ends = day_of(said["ends_on"])
    if ends and ends < on and not said["ended_on"]:
        yield "ended_on", {"day": Day(ends)}


@rule("results_overdue", Severity.WARNING, _("The results were due on %(day)s, and nothing is published."))
def results_overdue(said: Said, on: date) -> Iterator[Found]:
    """The period for publishing results has passed."""
    due = day_of(said["results_due_on"])
    if due and due < on and not said["results_on"]:
        yield "results", {"day": Day(due)}


@rule("results_before_end", Severity.ADVICE, _("Results are published, and the project is not told as ended."))
def results_before_end(said: Said, on: date) -> Iterator[Found]:
    """Final results without a declared end."""
    if said["results"] and not said["ended_on"]:
        yield "ended_on", NOTHING


@rule("implausible_year", Severity.ERROR, _("%(day)s is not a plausible day for a project on health data."))
def implausible_year(said: Said, on: date) -> Iterator[Found]:
    """A year typed wrong: 0202, 2222."""
    for name in ("starts_on", "ends_on", "ended_on", "authorised_on"):
        day = day_of(said[name])
        if day and not 1990 <= day.year <= on.year + 60:
            yield name, {"day": Day(day)}


@rule("very_long", Severity.ADVICE, _("The project would last %(years)d years: is the planned end right?"))
def very_long(said: Said, on: date) -> Iterator[Found]:
    """Twenty years or more between the planned start and end."""
    starts, ends = day_of(said["starts_on"]), day_of(said["ends_on"])
    if starts and ends and said["kind"] == "project" and (ends - starts).days > 20 * 365.25:
        yield "ends_on", {"years": int((ends - starts).days / 365.25)}


@rule("duration_is_words", Severity.ERROR, _("“%(words)s” is not a duration in years and months: write %(months)s months."))
def duration_is_words(said: Said, on: date) -> Iterator[Found]:
    """“05”, “2 ans et demi”: a duration that was typed as words, and which can be understood."""
    for name in ("retention_years", "access_months"):
        if isinstance(said[name], str) and said[name] and (months := months_of(said[name])):
            yield name, {"words": said[name], "months": months}


@rule("duration_is_unclear", Severity.ERROR, _("“%(words)s” is not a duration: write it in years, or in months."))
def duration_is_unclear(said: Said, on: date) -> Iterator[Found]:
    """A duration in words that nobody can count."""
    for name in ("retention_years", "access_months"):
        if isinstance(said[name], str) and said[name] and months_of(said[name]) is None:
            yield name, {"words": said[name]}


@rule("retention_unsaid", Severity.WARNING, _("Nothing says how long the data are kept."))
def retention_unsaid(said: Said, on: date) -> Iterator[Found]:
    """No retention at all; warehouses have one too."""
    if said["retention_years"] in (None, "") and not said["retention_months"]:
        yield "retention_years", NOTHING


@rule("retention_very_long", Severity.WARNING, _("The data would be kept for %(years)d years: beyond twenty, say why in the text."))
def retention_very_long(said: Said, on: date) -> Iterator[Found]:
    """More than twenty years."""
    years = said["retention_years"]
    if isinstance(years, int) and years > 20 and not re.search(r"conserv|ans\b", said["milestones"] + said["rights"]):
        yield "retention_years", {"years": years}
