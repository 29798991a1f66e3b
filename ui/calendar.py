"""Days as people in France count them: the day in Paris, and working days without week-ends and public holidays."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

PARIS = ZoneInfo("Europe/Paris")


@functools.cache
def public_holidays(year: int) -> frozenset[date]:
    """The public holidays of metropolitan France in a year (code du travail, art. L3133-1)."""
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, public holidays excepted (jour ouvré)."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def working_days_between(since: date, until: date) -> int:
    """Working days after `since`, up to and including `until`; negative when `until` is the earlier day."""
    if until < since:
        return -working_days_between(until, since)
    weeks, rest = divmod((until - since).days, 7)
    tail = sum((since + timedelta(days=n)).weekday() < 5 for n in range(1, rest + 1))
    years = range(since.year, until.year + 1)
    lost = sum(since < day <= until and day.weekday() < 5 for year in years for day in public_holidays(year))
    return weeks * 5 + tail - lost


def paris_day(moment: date | datetime) -> date:
    """The day of an instant, as it is told in Paris; a day is its own day."""
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(PARIS).date()
