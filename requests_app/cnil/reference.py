"""What is compared and counted before the CNIL, by the day on which it holds: numbers, reminders, extensions (`data/cnil.toml`)."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "data" / "cnil.toml"


@dataclass(frozen=True)
class Figures:
    """What the room compares and counts; days before a due day, days between two letters once it is late."""

    request_pattern: str
    request_example: str
    decision_pattern: str
    decision_example: str
    reminders_before: tuple[int, ...]
    reminder_late_every: int
    #: How often the CNIL extends its period on one request, however often the period starts anew from a complete file.
    extensions_a_request: int


@functools.cache
def _rows() -> tuple[tuple[date, date | None, Figures], ...]:
    with SOURCE.open("rb") as source:
        rows: list[dict[str, Any]] = tomllib.load(source)["rules"]
    return tuple((row["from"], row.get("until"), _figures(row)) for row in rows)


def _figures(row: dict[str, Any]) -> Figures:
    known = {field.name: row[field.name] for field in fields(Figures)}
    return Figures(**known | {"reminders_before": tuple(row["reminders_before"])})


def figures_on(day: date) -> Figures:
    """What holds that day; before the first row, what that row says."""
    held = [figures for since, until, figures in _rows() if since <= day and (until is None or day < until)]
    return held[-1] if held else _rows()[0][2]
