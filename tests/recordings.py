"""What many tests begin with is made once by its real moves; later tests of the same worker get the very rows that it wrote.

A recording holds every row that was written, with its number, and the files behind the rows. It is played only inside the transaction of
a test that stands where the recording stood: after the same recordings and nothing else, on the same day a little later, in the same
language and settings. Anything else walks: a test that commits, that changed a row first or a setting, another day.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import LazySettings, settings
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import FileField
from django.utils import timezone, translation

from tests.put_back import COLUMNS
from workflow import outbox
from workflow.periods import PARIS

#: A little later: what a recording says happened some days ago still did.
LATER = timedelta(hours=2)
#: The settings that a test may have of its own: where its files lie.
OWN_SETTINGS = frozenset({"MEDIA_ROOT"})
#: New rows of these make no difference to what else is made: somebody without a role, an organisation without members.
INDIFFERENT = frozenset({"accounts_user", "accounts_organisation", "otp_totp_totpdevice"})
#: How many rows of each table are new, and how many changes and removals there were: in this transaction, and in some just before it.
COUNTED = """
    SELECT relname, pg_stat_get_xact_tuples_inserted(oid), pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid)
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) > 0
"""

Written = dict[str, tuple[int, int]]
Numbers = tuple[int, ...]


@dataclass(frozen=True)
class Recording:
    """The rows that were written, as SQL, the files behind them, and the numbers of those that were asked for."""

    at: datetime
    numbers: Numbers
    sql: str
    files: tuple[tuple[Any, str, bytes], ...]


_kept: dict[Hashable, Recording] = {}


def forget() -> None:
    """Forget everything: rows are numbered anew."""
    _kept.clear()


class Trail:
    """What stands in the transaction of this test: recordings, one after the other from its first row on, and nothing else that matters."""

    def __init__(self) -> None:
        self.transaction, self.savepoints = "", ()
        self.keys: tuple[Hashable, ...] = ()
        self.counted: Written = {}

    def stands(self) -> bool:
        """Is there nothing but the recordings?"""
        transaction = _asked("SELECT pg_current_xact_id_if_assigned()::text")
        if transaction is None:  # nothing is written yet
            self.keys = ()
            return True
        kept = tuple(connection.savepoint_ids[: len(self.savepoints)]) == self.savepoints  # else some of it may have been taken back
        if transaction != self.transaction or not kept:
            return False
        return all(table in INDIFFERENT and not changed for table, (_new, changed) in _since(self.counted).items())

    def grow(self, key: Hashable) -> None:
        """One more recording stands there."""
        self.keys = (*self.keys, key)
        self.transaction, self.savepoints = _asked("SELECT pg_current_xact_id()::text"), tuple(connection.savepoint_ids)
        self.counted = _counted()

    def holds(self, numbers: Numbers) -> bool:
        """Do these numbers come from the recordings?"""
        return set(numbers) <= {number for key in self.keys for number in _kept[key].numbers}


trail = Trail()


def recorded(
    about: Hashable, make: Callable[[], Numbers], *, of: Numbers = (), anywhere: Callable[[Numbers], bool] | None = None
) -> Numbers:
    """The numbers of what `make` makes, played where that is the same.

    `of`: rows on which it rests. `anywhere`: what else the test has written makes no difference to it; are these numbers free?
    """
    if not _inside_a_test() or _own_settings() - OWN_SETTINGS:
        return make()
    now, stands = timezone.now(), trail.stands()
    if not (trail.holds(of) if stands else anywhere):
        return make()
    days = now.astimezone(PARIS).date(), now.date()
    key = (about, of, trail.keys if stands else "anywhere", *days, translation.get_language(), outbox.is_muted())
    known = _kept.get(key)
    if known and (not known.at <= now <= known.at + LATER or (not stands and anywhere and not anywhere(known.numbers))):
        return make()
    numbers = _play(known) if known else _record(key, make, now)
    if stands and key in _kept:
        trail.grow(key)
    return numbers


def _asked(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _counted() -> Written:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED)
        return {table: (new, changed) for table, new, changed in cursor.fetchall()}


def _since(before: Written) -> Written:
    told = {table: (count, before.get(table, (0, 0))) for table, count in _counted().items()}
    return {table: (now[0] - then[0], now[1] - then[1]) for table, (now, then) in told.items() if now != then}


def _inside_a_test() -> bool:
    """Is everything rolled back at the end of the test?"""
    return bool(connection.in_atomic_block and connection.atomic_blocks[0]._from_testcase)


def _own_settings() -> set[str]:
    """The settings that the test has changed."""
    holder, names = settings._wrapped, set()
    while "default_settings" in vars(holder):
        names |= {name for name in vars(holder) if name.isupper() and name != "SETTINGS_MODULE"} | vars(holder).get("_deleted", set())
        holder = holder.default_settings
        holder = holder._wrapped if isinstance(holder, LazySettings) else holder
    return names


def _record(key: Hashable, make: Callable[[], Numbers], now: datetime) -> Numbers:
    with transaction.atomic():  # what is written from here on bears a later transaction number than what was written before
        first, before = _mark(), _counted()
        numbers = make()
        since = _since(before)
    rows = {table: _rows(table, first) for table in since}
    if all(len(rows[table]) == new for table, (new, _changed) in since.items()):  # no row of before was touched
        _kept[key] = Recording(now, numbers, _sql(rows), _files(rows, first))
    return numbers


def _mark() -> int:
    """The number of the innermost transaction."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE mark AS SELECT 1 AS one")
    number = _asked("SELECT xmin::text::bigint FROM mark")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE mark")
    return int(number)


@functools.cache
def _columns(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [f'public."{table}"'])
        return str(cursor.fetchone()[0])


def _rows(table: str, first: int) -> list[str]:
    """The rows written since, each as the values of an INSERT."""
    values = ", ".join(f"quote_nullable({column}::text)" for column in _columns(table).split(", "))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT concat_ws(', ', {values}) FROM public.\"{table}\" WHERE xmin::text::bigint >= {first}")
        return [row for (row,) in cursor.fetchall()]


def _sql(rows: dict[str, list[str]]) -> str:
    """One piece of SQL that writes the rows as a replica does: triggers have had their say, and what they wrote is among them."""
    words = [
        f'INSERT INTO public."{table}" ({_columns(table)}) VALUES {", ".join(f"({row})" for row in found)}'
        for table, found in rows.items()
        if found
    ]
    return "; ".join(["SET LOCAL session_replication_role = replica", *words, "SET LOCAL session_replication_role = origin"])


def _files(rows: dict[str, list[str]], first: int) -> tuple[tuple[Any, str, bytes], ...]:
    found = []
    for model in apps.get_models():
        for field in model._meta.fields if rows.get(model._meta.db_table) else ():
            if isinstance(field, FileField):
                with connection.cursor() as cursor:
                    table, column = model._meta.db_table, field.column
                    cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE xmin::text::bigint >= {first} AND "{column}" <> \'\'')
                    names = [name for (name,) in cursor.fetchall()]
                for name in names:
                    with field.storage.open(name) as kept:
                        found.append((field.storage, name, kept.read()))
    return tuple(found)


def _play(recording: Recording) -> Numbers:
    for cache in caches.all():  # what the last test remembered of these numbers is not of this one
        cache.clear()
    with connection.cursor() as cursor:
        cursor.execute(recording.sql)
    for storage, name, content in recording.files:
        if not storage.exists(name):
            storage.save(name, ContentFile(content))
    return recording.numbers
