"""Dates and terms as sentences: a person reads when something is due and how long that leaves."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ui.calendar import PARIS, paris_day, working_days_between


def day_in_words(moment: date | datetime) -> str:
    """“Thursday 14 May 2026”, “jeudi 14 mai 2026”, “vendredi 1er mai 2026”."""
    day = paris_day(moment)
    first = day.day == 1 and (get_language() or "").startswith("fr")
    return date_format(day, r"l j\e\r F Y" if first else "l j F Y")


def moment_in_words(moment: datetime) -> str:
    """The day with the time, both as told in Paris."""
    at = moment.astimezone(PARIS)
    return _("%(day)s at %(time)s") % {
        "day": day_in_words(at),
        "time": time_in_words(at),
    }


def time_in_words(moment: datetime) -> str:
    """“14:05”, or “14 h 05” in French."""
    at = moment.astimezone(PARIS)
    # Translators: hour and minutes of a time of day; in French “14 h 05” with no-break spaces.
    return _("%(hour)d:%(minute)s") % {"hour": at.hour, "minute": f"{at.minute:02d}"}


def relative_day(moment: date | datetime, today: date) -> str:
    """How far a day is from today, in calendar days: “today”, “in 3 days”, “2 days ago”."""
    distance = (paris_day(moment) - today).days
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if distance in near:
        return near[distance]
    if distance > 0:
        return ngettext("in %(count)d day", "in %(count)d days", distance) % {"count": distance}
    return ngettext("%(count)d day ago", "%(count)d days ago", -distance) % {"count": -distance}


def due_in_words(moment: date | datetime, today: date) -> str:
    """A due day with what is left in working days, or how late it is."""
    day = paris_day(moment)
    words = day_in_words(day)
    if day == today:
        return _("due today, %(day)s") % {"day": words}
    left = working_days_between(today, day)
    if day > today:
        return ngettext(
            "due %(day)s, in %(count)d working day",
            "due %(day)s, in %(count)d working days",
            left,
        ) % {"day": words, "count": left}
    late = max(-left, 1)
    return ngettext(
        "was due %(day)s, %(count)d working day late",
        "was due %(day)s, %(count)d working days late",
        late,
    ) % {"day": words, "count": late}


def due_in_short(day: date, today: date) -> str:
    """The same for the cell of a list, under a heading that says “due” already."""
    words = date_format(day, "d/m/Y")
    if day == today:
        return _("%(day)s, today") % {"day": words}
    left = working_days_between(today, day)
    if day > today:
        return ngettext("%(day)s, in %(count)d working day", "%(day)s, in %(count)d working days", left) % {"day": words, "count": left}
    late = max(-left, 1)
    return ngettext("%(day)s, %(count)d working day late", "%(day)s, %(count)d working days late", late) % {"day": words, "count": late}
