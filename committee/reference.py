"""The committee's figures by the day on which they hold: mandates, quorum, load, delays (`data/committee.toml`)."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "data" / "committee.toml"


@dataclass(frozen=True)
class Rules:
    """What the texts fix in figures; durations in the unit that the name says."""

    law: str
    mandate_years: int
    mandates_in_a_row: int
    replacement_counts: bool
    interests_valid_months: int
    interests_reminder_days: int
    calendar_months_ahead: int
    sessions_a_year: int
    quorum_share: Fraction
    proxies_each: int
    proxies_count_for_quorum: bool
    withdrawn_count_for_quorum: bool
    rapporteurs: int
    dossiers_a_month: int
    days_to_report: int
    report_hours_before: int
    papers_hours_before: int
    absence_hours_before: int
    convocation_days_before: int


@functools.cache
def _rows() -> tuple[tuple[date, date | None, Rules], ...]:
    with SOURCE.open("rb") as source:
        rows: list[dict[str, Any]] = tomllib.load(source)["rules"]
    return tuple((row["from"], row.get("until"), _rules(row)) for row in rows)


def _rules(row: dict[str, Any]) -> Rules:
    known = {field.name: row[field.name] for field in fields(Rules)}
    return Rules(**known | {"quorum_share": Fraction(*row["quorum_share"])})


def rules_on(day: date) -> Rules:
    """The figures in force that day; before the first text, those of the first text."""
    held = [rules for since, until, rules in _rows() if since <= day and (until is None or day < until)]
    return held[-1] if held else _rows()[0][2]
