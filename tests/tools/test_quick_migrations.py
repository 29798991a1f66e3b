"""The database of the suite is the one that Django's own migrations make."""

import os
import re
import subprocess
import sys

import psycopg
import pytest

from tools.environment import ROOT
from tools.postgres import binaries

PROGRAM = """
import sys, django
from django.core.management import call_command
django.setup()
if sys.argv[1] == "quick":
    from tools import quick_migrations
    quick_migrations.install()
call_command("migrate", verbosity=0)
"""


def schema(way: str) -> str:
    """Every table, index, constraint, trigger and function after all migrations, as text."""
    given = os.environ["DATABASE_URL"]
    address = re.sub(r"/\w+\?", f"/migrated_{way}?", given)
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE migrated_{way}")
    try:
        subprocess.run([sys.executable, "-c", PROGRAM, way], cwd=ROOT, env=os.environ | {"DATABASE_URL": address}, check=True)
        words = [str(binaries() / "pg_dump"), "--schema-only", "-d", address]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    finally:
        with psycopg.connect(given, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE migrated_{way}")
    return "\n".join(line for line in told.splitlines() if not re.match(r"\\(un)?restrict ", line))


@pytest.mark.slow
def test_quick_migrations_make_the_same_database() -> None:
    quick = schema("quick")
    assert "CREATE TABLE public.requests_app_dossier" in quick
    assert quick == schema("djangos")
