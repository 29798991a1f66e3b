"""The test database as its set-up left it, put back after a test that commits.

Django would truncate every table (more than a hundred, with their indexes: most of a second) and write the rows of the migrations
anew one by one. Here they lie in a schema of their own, and only tables that hold something are emptied.
"""

import fcntl
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.creation import BaseDatabaseCreation
from django.test import TransactionTestCase

KEPT = "as_set_up"
COPIED = "as_migrated"
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace ORDER BY relname"
COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
#: The counters of the kept tables, past the rows that were kept: a test that flushes sets them back to one.
COUNTERS = """
    SELECT format('SELECT setval(%%L, greatest(nextval(%%L), (SELECT max(%%I) + 1 FROM public.%%I)), false)',
                  counter.oid::regclass, counter.oid::regclass, attname, kept.relname)
    FROM pg_class counter JOIN pg_depend ON objid = counter.oid AND deptype IN ('a', 'i')
    JOIN pg_class counted ON counted.oid = refobjid JOIN pg_attribute ON attrelid = counted.oid AND attnum = refobjsubid
    JOIN pg_class kept ON kept.relname = counted.relname AND kept.relnamespace = %s::regnamespace
    WHERE counter.relkind = 'S' AND counted.relnamespace = 'public'::regnamespace
"""


def keep(connection: BaseDatabaseWrapper) -> None:
    """Keep what migrations have written, at the end of the set-up."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {KEPT} CASCADE")
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for table in _filled(cursor):
            cursor.execute(f'CREATE TABLE {KEPT}."{table}" AS SELECT {_columns(cursor, table)} FROM public."{table}"')


def put_back(connection: BaseDatabaseWrapper) -> None:
    """Empty what is filled and write what was kept, past the guards: a test's tear-down may, as a replica may."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        words = [f'DELETE FROM public."{table}"' for table in _filled(cursor)]
        for table in _tables(cursor, KEPT):
            columns = _columns(cursor, table)
            words.append(f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM {KEPT}."{table}"')
        cursor.execute(COUNTERS, [KEPT])
        words += [word for (word,) in cursor.fetchall()]
        cursor.execute("; ".join(words))


def _tables(cursor: Any, schema: str) -> list[str]:
    cursor.execute(TABLES, [schema])
    return [name for (name,) in cursor.fetchall()]


def _filled(cursor: Any) -> list[str]:
    asked = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM public.\"{table}\")" for table in _tables(cursor, "public")]
    cursor.execute(" UNION ALL ".join(asked))
    return [name for (name,) in cursor.fetchall()]


def _columns(cursor: Any, table: str) -> str:
    cursor.execute(COLUMNS, [f'public."{table}"'])
    found: str = cursor.fetchone()[0]
    return found


_create = BaseDatabaseCreation.create_test_db


def _create_and_keep(self: BaseDatabaseCreation, *args: Any, **kwargs: Any) -> str:
    name: str = _create(self, *args, **kwargs | {"serialize": False})
    keep(self.connection)
    return name


def _create_once(self: BaseDatabaseCreation, *args: Any, **kwargs: Any) -> str:
    """The first worker migrates, the others copy what it has made."""
    run = Path(os.environ["GUICHET_VAR"]).parent
    with (run / "database.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (run / "database.made").exists():
            return _copy(self)
        name = _create_and_keep(self, *args, **kwargs)
        self.connection.close()  # nobody may look while it is copied
        with self._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {COPIED} TEMPLATE {self.connection.ops.quote_name(name)}")
        (run / "database.made").touch()
        return name


def _copy(self: Any) -> str:
    self.connection.settings_dict["TEST"]["TEMPLATE"] = COPIED
    name: str = self._get_test_db_name()
    self._create_test_db(verbosity=0, autoclobber=True)
    self.connection.close()
    self.connection.settings_dict["NAME"] = settings.DATABASES[self.connection.alias]["NAME"] = name
    self.connection.ensure_connection()
    return name


def _tear_down(self: TransactionTestCase) -> None:
    for alias in self._databases_names(include_mirrors=False):
        for left in (2, 1, 0):  # a request that a closed browser has left behind may hold a row still
            try:
                put_back(connections[alias])
                break
            except OperationalError:
                if not left:
                    raise


def install() -> None:
    """Take the place of Django's flush after a test that commits, and of its copy of the first rows in JSON."""
    shared = "PYTEST_XDIST_WORKER" in os.environ and "GUICHET_TEST_DATABASE_URL" not in os.environ
    BaseDatabaseCreation.create_test_db = _create_once if shared else _create_and_keep  # type: ignore[method-assign]
    TransactionTestCase._fixture_teardown = _tear_down  # type: ignore[method-assign]
