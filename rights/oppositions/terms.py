"""How old the oppositions of a delivery may be: dated data (`data/deliveries.toml`), read once."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).parent / "data" / "deliveries.toml"


@dataclass(frozen=True)
class Terms:
    """The rule in force from a day on, until the next one."""

    starts_on: date
    max_age_days: int
    grace_days: int
    earlier_permits: str
    law: str
    to_confirm: bool


@functools.cache
def all_terms(path: Path = FILE) -> tuple[Terms, ...]:
    """Every rule, the first one first. Raises ValueError for a file that cannot be obeyed."""
    with path.open("rb") as file:
        rows = tomllib.load(file)["rule"]
    found = [
        Terms(row["from"], row["max_age_days"], row["grace_days"], row["earlier_permits"], row["law"], row["to_confirm"]) for row in rows
    ]
    if [one.starts_on for one in found] != sorted({one.starts_on for one in found}):
        raise ValueError("the rules follow one another by their first day")
    if any(one.grace_days < 0 or one.max_age_days <= one.grace_days or one.earlier_permits != "exclude" for one in found):
        raise ValueError("an age is longer than its grace, and whoever objects is excluded from every delivery")
    return tuple(found)


def terms_on(day: date) -> Terms:
    """The rule in force on a day; the first one for any day before it."""
    found = all_terms()
    return next((one for one in reversed(found) if one.starts_on <= day), found[0])
