"""The statements that are shipped: declared by one actor, approved by another where one is given; never over a row that is there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from catalogue.models import Database
from rights.entitlements.models import Entitlement
from rights.entitlements.services.declaring import approve, declare

FILE = Path(__file__).parent.parent / "data" / "rights.toml"


@transaction.atomic
def load(*, by: Any, at: datetime, approver: Any = None) -> int:
    """Declare every statement of the file that is not there yet, known by database, right and first day; the answer is how many.

    Without an approver they await one. A database that this site does not know is left out.
    """
    there = {(row.database_id, row.right, row.valid.lower) for row in Entitlement.objects.all()}
    new = 0
    for row in statements():
        if (row.database_id, row.right, row.valid.lower) in there:
            continue
        declare(row, by=by, at=at)
        if approver is not None:
            approve(row, by=approver, at=at)
        new += 1
    return new


def statements() -> Iterator[Entitlement]:
    """The statements of the file, unsaved, for the databases of this site."""
    databases = {row.slug: row for row in Database.objects.all()}
    for block in tomllib.loads(FILE.read_text(encoding="utf-8"))["statement"]:
        database = databases.get(block["database"])
        if database is not None:
            valid = DateRange(block["from"], block.get("until"))
            plain = {name: value for name, value in block.items() if name not in {"database", "from", "until"}}
            yield Entitlement(database=database, valid=valid, **plain)
