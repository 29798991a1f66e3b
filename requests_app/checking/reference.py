"""The first reusable reasons, from the project's data file to the database; never over a reason that is there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import connection

from requests_app.checking.models import ReusableReason

REASONS_FILE = Path(__file__).parent / "data" / "reasons.toml"


def load_after_migrate(**_signal: Any) -> None:
    """Load the reasons after a migration, if their table is there yet."""
    if ReusableReason._meta.db_table in connection.introspection.table_names():
        load_reasons()


def load_reasons() -> int:
    """Insert the reasons whose code is not there yet; the answer is how many were new."""
    known = set(ReusableReason.objects.values_list("code", flat=True))
    rows = tomllib.loads(REASONS_FILE.read_text(encoding="utf-8"))["reason"]
    new = [ReusableReason(position=10 * rank, **row) for rank, row in enumerate(rows, start=1) if row["code"] not in known]
    ReusableReason.objects.bulk_create(new)
    return len(new)
