"""The steps at which a project is reminded of its results (`data/reminders.toml`)."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

SOURCE = Path(__file__).parent / "data" / "reminders.toml"


@dataclass(frozen=True)
class Step:
    """One letter: its stable code, and how many days after the due day it is written; before it when negative."""

    code: str
    days: int

    def day(self, due_on: date) -> date:
        """The day of the letter."""
        return due_on + timedelta(days=self.days)


@functools.cache
def steps() -> tuple[Step, ...]:
    """Every step, the earliest first."""
    with SOURCE.open("rb") as source:
        rows = tomllib.load(source)["step"]
    return tuple(sorted((Step(row["code"], row["days"]) for row in rows), key=lambda step: step.days))


def step_on(due_on: date, today: date) -> Step | None:
    """The last step whose day has come; None while none has."""
    return next((step for step in reversed(steps()) if step.day(due_on) <= today), None)
