"""When an alert is due, whose turn it is, and what a controller's system may do: pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rights.answering.models import Stage
from rights.states import ENDED, UNOPENED, WITH_PERSON

#: The right that a system needs; what it gives is in `policies`.
NUMBER = r"^DRO-[0-9]{4}-[0-9]{5,10}$"
#: Sealed bytes that pass through the API, in bytes; larger ones are brought by hand, on the page.
MOST_SEALED = 1024 * 1024 + 81
#: Days of the month after which an alert is due, and days before the end of an extended time limit.
UNOPENED_AFTER, MIDDLE_AFTER, EXTENSION_AFTER, LAST_AFTER, LAST_BEFORE = 3, 15, 23, 28, 3
#: The moves that answer, and whether a reason goes with them.
ANSWERS: dict[str, bool] = {"accept": False, "accept_in_part": True, "refuse": True, "find_nothing": False}

CONTROLLER, PERSON, NOBODY = "controller", "person", ""


@dataclass(frozen=True)
class Life:
    """What the alerts on a request depend on."""

    received_on: date
    due_on: date
    #: Days during which the time limit stood still, up to today.
    paused_days: int = 0
    is_paused: bool = False
    is_opened: bool = True
    is_extended: bool = False
    #: The day from which its envelope lies here, where that is later: a letter is entered some days after it came.
    handed_on: date | None = None


def stages(life: Life, today: date) -> list[Stage]:
    """Every alert that is due by today, in the order in which they become so; while an identity is awaited, none."""
    elapsed = (today - life.received_on).days - life.paused_days
    waited = (today - (life.handed_on or life.received_on)).days
    found = [Stage.UNOPENED] if not life.is_opened and waited >= UNOPENED_AFTER else []
    if life.is_paused:
        return found
    if life.is_extended:
        found += [Stage.LAST] if (life.due_on - today).days <= LAST_BEFORE else []
    else:
        after = {Stage.MIDDLE: MIDDLE_AFTER, Stage.EXTENSION: EXTENSION_AFTER, Stage.LAST: LAST_AFTER}
        found += [stage for stage, days in after.items() if elapsed >= days]
    return found + ([Stage.OVERDUE] if today > life.due_on else [])


def turn_of(state: str) -> str:
    """Who has the next word."""
    if state in ENDED:
        return NOBODY
    return PERSON if state in WITH_PERSON else CONTROLLER


def is_opened(state: str) -> bool:
    """Has the controller said that it could open the envelope?"""
    return state not in UNOPENED
