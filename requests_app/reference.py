"""The dated rules of the clocks, from the project's data file to the database; never over a row that is there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from workflow.models import ClockRule

RULES_FILE = Path(__file__).parent / "data" / "clock_rules.toml"


def load_after_migrate(**_signal: Any) -> None:
    """Load the rules after a migration, if their table is there yet."""
    if ClockRule._meta.db_table in connection.introspection.table_names():
        load_clock_rules()


@transaction.atomic
def load_clock_rules() -> int:
    """Insert the rules that are not there yet, and end those that the file has ended; the answer is how many were new.

    A rule is known by its code and its beginning; nothing else of a row that is there is touched.
    """
    present = {(rule.code, rule.valid.lower): rule for rule in ClockRule.objects.all()}
    new = []
    for rule in rules_of_file():
        begins, ends = rule.valid
        there = present.get((rule.code, begins))
        if there is None:
            new.append(rule)
        elif ends is not None and there.valid.upper is None:
            there.valid = (begins, ends)
            there.save(update_fields=["valid"])
    ClockRule.objects.bulk_create(new)
    return len(new)


def rules_of_file() -> list[ClockRule]:
    """The rules of the data file, unsaved."""
    with RULES_FILE.open("rb") as file:
        rows = tomllib.load(file)["rule"]
    return [ClockRule(valid=(row.pop("from"), row.pop("until", None)), **row) for row in rows]
