"""The finder's table, from the project's data file to the database: a new version is added, an old one stays as it was."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from requests_app.finder.models import FinderTable

FILE = Path(__file__).parent / "data" / "finder.toml"


@cache
def read() -> dict[str, Any]:
    """The data file, read once a process."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def load_after_migrate(**_signal: Any) -> None:
    """Load the table after a migration, if there is room for it yet."""
    if FinderTable._meta.db_table in connection.introspection.table_names():
        current_table()


def current_table() -> FinderTable:
    """The table in force: that of the data file, written down when it is new."""
    definition = read()
    table, _new = FinderTable.objects.get_or_create(version=definition["version"], defaults={"definition": definition})
    return table
