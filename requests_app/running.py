"""The clocks of a dossier as a person reads them: what is counted, how much has passed, when it is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext

from ui.words import due_in_words
from workflow.models import Clock, Outcome
from workflow.periods import Unit, paris_day, working_days_between


@dataclass(frozen=True)
class ShownClock:
    """A running clock in words; elapsed and total are days that count, in the unit of the rule."""

    code: str
    name: str
    law: str
    due_on: date
    due: str
    elapsed: int
    total: int
    working: bool
    is_late: bool
    is_suspended: bool
    suspended_since: date | None
    is_extended: bool

    @property
    def elapsed_in_words(self) -> str:
        """“12 days out of 31”, “3 working days out of 7”; a clock that is late says so by its due day."""
        counts = {"elapsed": min(self.elapsed, self.total), "total": self.total}
        if self.working:
            return (
                ngettext("%(elapsed)d working day out of %(total)d", "%(elapsed)d working days out of %(total)d", counts["elapsed"])
                % counts
            )
        return ngettext("%(elapsed)d day out of %(total)d", "%(elapsed)d days out of %(total)d", counts["elapsed"]) % counts


def shown_clocks(clocks: Iterable[Clock], today: date) -> list[ShownClock]:
    """The clocks that run, the nearest due day first; their rules and pauses are to be loaded.

    One that nobody owes anything, the holders' remarks, is over once its day has passed, even before the sweep has noted it.
    """
    live = [clock for clock in clocks if clock.outcome == Outcome.RUNNING and not (clock.rule.ends_by_itself and today > clock.due_on)]
    running = sorted(live, key=lambda clock: clock.due_on)
    return [shown(clock, today) for clock in running]


def shown(clock: Clock, today: date) -> ShownClock:
    """One running clock in words."""
    start = paris_day(clock.started_at)
    working = clock.rule.unit == Unit.WORKING_DAYS
    open_pause = next((pause for pause in clock.pauses.all() if pause.until is None), None)
    lost = sum(_days(pause.since, pause.until or today, working) for pause in clock.pauses.all())
    lost_before_due = sum(_days(pause.since, pause.until, working) for pause in clock.pauses.all() if pause.until)
    return ShownClock(
        code=clock.code,
        name=rule_name(clock.rule),
        law=clock.rule.law,
        due_on=clock.due_on,
        due=due_in_words(clock.due_on, today),
        elapsed=max(_days(start, today, working) - lost, 0),
        total=max(_days(start, clock.due_on, working) - lost_before_due, 1),
        working=working,
        is_late=today > clock.due_on and open_pause is None,
        is_suspended=open_pause is not None,
        suspended_since=open_pause.since if open_pause else None,
        is_extended=clock.extended_at is not None,
    )


def rule_name(rule: Any) -> str:
    """The name of a period in the reader's language."""
    return str(rule.name_en if (get_language() or "fr").startswith("en") else rule.name_fr)


def _days(since: date, until: date, working: bool) -> int:
    return working_days_between(since, until) if working else (until - since).days
