"""The dated rules of the clocks and the required pieces, from the data files to the database; never over a row that is there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from requests_app.models import PieceRule
from workflow.models import ClockRule

RULES_FILE = Path(__file__).parent / "data" / "clock_rules.toml"
PIECES_FILE = Path(__file__).parent / "data" / "piece_rules.toml"


def load_after_migrate(**_signal: Any) -> None:
    """Load the rules after a migration, if their tables are there yet."""
    tables = connection.introspection.table_names()
    if ClockRule._meta.db_table in tables:
        load_clock_rules()
    if PieceRule._meta.db_table in tables:
        load_piece_rules()


@transaction.atomic
def load_clock_rules() -> int:
    """Insert the rules that are not there yet, and end those that the file has ended; the answer is how many were new.

    A rule is known by its code and its beginning; nothing else of a row that is there is touched.
    """
    return _load(ClockRule, rules_of_file(), "code")


@transaction.atomic
def load_piece_rules() -> int:
    """The same for the required pieces, one row for each procedure, known by procedure, piece and beginning."""
    return _load(PieceRule, piece_rules_of_file(), "procedure", "code")


def _load(model: Any, rows: list[Any], *names: str) -> int:
    def known(row: Any) -> tuple[Any, ...]:
        return (*(getattr(row, name) for name in names), row.valid[0] if isinstance(row.valid, tuple) else row.valid.lower)

    present = {known(row): row for row in model.objects.all()}
    new = []
    for row in rows:
        there = present.get(known(row))
        if there is None:
            new.append(row)
        elif row.valid[1] is not None and there.valid.upper is None:
            there.valid = row.valid
            there.save(update_fields=["valid"])
    model.objects.bulk_create(new)
    return len(new)


def rules_of_file() -> list[ClockRule]:
    """The clock rules of the data file, unsaved."""
    return [ClockRule(valid=(row.pop("from"), row.pop("until", None)), **row) for row in _rows_of(RULES_FILE, "rule")]


def piece_rules_of_file() -> list[PieceRule]:
    """The required pieces of the data file, unsaved, one for each procedure."""
    rules = []
    for row in _rows_of(PIECES_FILE, "piece"):
        procedures, valid = row.pop("procedures"), (row.pop("from"), row.pop("until", None))
        rules += [PieceRule(procedure=procedure, valid=valid, **row) for procedure in procedures]
    return rules


def _rows_of(file: Path, table: str) -> list[dict[str, Any]]:
    with file.open("rb") as opened:
        rows: list[dict[str, Any]] = tomllib.load(opened)[table]
    return rows
