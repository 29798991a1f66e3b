"""How legal periods are counted: pure arithmetic on dates, with no database and no clock of its own.

A day is a day in Europe/Paris. The day of the event that starts a period does not count; the due day counts whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.db import models
from django.utils.translation import gettext_lazy as _

from ui.calendar import PARIS, is_working_day, paris_day, working_days_between

__all__ = ["PARIS", "Pause", "Unit", "due_on", "expiry", "is_working_day", "next_working_day", "paris_day", "working_days_between"]


class Unit(models.TextChoices):
    """What a length is counted in."""

    WORKING_DAYS = "working_days", _("working days")
    CALENDAR_DAYS = "calendar_days", _("calendar days")
    MONTHS = "months", _("months")


@dataclass(frozen=True)
class Pause:
    """A suspension, in whole days: from the first day lost to the day before the period runs again."""

    since: date
    until: date

    def days(self) -> int:
        """How many days the suspension takes away."""
        return max((self.until - self.since).days, 0)


def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def expiry(due_on: date) -> datetime:
    """The first instant after a due day: midnight in Paris, whatever the daylight-saving time does."""
    return datetime.combine(due_on + timedelta(days=1), time.min, tzinfo=PARIS)


def due_on(start: date, length: int, unit: str, *, pauses: Iterable[Pause] = (), rolls: bool = False) -> date:
    """The last day of a period that starts on `start`.

    `length` is in `unit`; months run date to date and end on the last day of a shorter month. `rolls` carries a due
    day that is not a working day to the next one. Days inside a pause do not count.
    """
    if unit == Unit.WORKING_DAYS:
        return _due_in_working_days(start, length, list(pauses))
    end = start + (relativedelta(months=length) if unit == Unit.MONTHS else timedelta(days=length))
    end += timedelta(days=sum(pause.days() for pause in pauses))
    return next_working_day(end) if rolls else end


def _due_in_working_days(start: date, length: int, pauses: list[Pause]) -> date:
    """Count `length` working days after `start`, leaving out the days of the pauses."""
    day, left = start, length
    while left > 0:
        day += timedelta(days=1)
        paused = any(pause.since <= day < pause.until for pause in pauses)
        left -= is_working_day(day) and not paused
    return day
