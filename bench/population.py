"""Ten thousand dossiers: one of each state made by its real moves, then copied row by row inside the database."""

from __future__ import annotations

from django.db import connection

from requests_app.models import Dossier
from tests.requests_app.factories import ROADS, a_dossier, cast

#: Tables that a dossier consists of, with the columns that are numbered by the copy.
TABLES: dict[str, tuple[str, ...]] = {
    "requests_app_dossier": ("id",),
    "requests_app_content": ("dossier_id",),
    "requests_app_content_objectives": ("id", "content_id"),
    "requests_app_content_domains": ("id", "content_id"),
    "requests_app_dossiersource": ("id", "content_id"),
    "requests_app_dossierversion": ("id", "dossier_id"),
    "requests_app_act": ("id", "dossier_id"),
    "workflow_journalline": ("id", "subject_id"),
    "workflow_clock": ("id", "subject_id", "start_line_id"),
    "requests_app_dossieruserobjectpermission": ("id", "content_object_id"),
}
STRIDE = 1_000_000


def people_and_dossiers(wanted: int) -> dict[str, object]:
    """Make one dossier of each state, copy them until there are as many as wanted, and give back who is who."""
    people = cast()
    for state in ROADS:
        a_dossier(state, people)
    copies = wanted // len(ROADS) + 1
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table, numbered in TABLES.items():
            cursor.execute(_copy(table, numbered), [copies])
            if "id" in numbered:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cursor.execute("SET session_replication_role = origin")
    Dossier.objects.filter(pk__gt=STRIDE, pk__lt=STRIDE * (copies // 2)).update(officer=people["officer"])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return people


def _copy(table: str, numbered: tuple[str, ...]) -> str:
    """The statement that copies every row of a table, its numbers moved by a stride for each copy."""
    columns = [column.name for column in connection.introspection.get_table_description(connection.cursor(), table)]
    shown = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(_value(table, name, numbered) for name in columns)
    return f"INSERT INTO {table} ({shown}) SELECT {values} FROM {table} t, generate_series(1, %s) k"


def _value(table: str, name: str, numbered: tuple[str, ...]) -> str:
    if name in numbered:
        return f't."{name}" + k * {STRIDE}'
    return f"t.\"{name}\" || '-' || k" if (table, name) == ("requests_app_dossier", "reference") else f't."{name}"'
