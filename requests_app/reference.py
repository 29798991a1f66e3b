"""The dated rules of the clocks, from the project's data file to the database; never over a row that is there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import connection
from workflow.models import ClockRule

RULES_FILE = Path(__file__).parent / "data" / "clock_rules.toml"


def load_after_migrate(**_signal: Any) -> None:
    """Load the rules after a migration, if their table is there yet."""
    if ClockRule._meta.db_table in connection.introspection.table_names():
        load_clock_rules()


def load_clock_rules() -> int:
    """Insert the rules whose code and beginning are not there yet; the answer is how many were new."""
    present = {(rule.code, rule.valid.lower) for rule in ClockRule.objects.all()}
    new = [rule for rule in rules_of_file() if (rule.code, rule.valid[0]) not in present]
    ClockRule.objects.bulk_create(new)
    return len(new)


def rules_of_file() -> list[ClockRule]:
    """The rules of the data file, unsaved."""
    with RULES_FILE.open("rb") as file:
        rows = tomllib.load(file)["rule"]
    return [ClockRule(valid=(row.pop("from"), row.pop("until", None)), **row) for row in rows]
