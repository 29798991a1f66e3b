"""As many dossiers as wanted: one of each state made by its real moves, then copied row by row inside the database."""

from __future__ import annotations

import time
from typing import Any

from django.db import connection

from accounts.models import User
from bench.texts import write_texts
from requests_app.models import Dossier
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import ROADS, a_dossier, cast

#: Tables that a dossier consists of: the columns that name a row of one of them, each with that table.
TABLES: dict[str, dict[str, str]] = {
    "requests_app_dossier": {"id": "requests_app_dossier"},
    "requests_app_content": {"dossier_id": "requests_app_dossier"},
    "requests_app_content_objectives": {"id": "requests_app_content_objectives", "content_id": "requests_app_dossier"},
    "requests_app_content_domains": {"id": "requests_app_content_domains", "content_id": "requests_app_dossier"},
    "requests_app_dossiersource": {"id": "requests_app_dossiersource", "content_id": "requests_app_dossier"},
    "requests_app_dossierversion": {"id": "requests_app_dossierversion", "dossier_id": "requests_app_dossier"},
    "requests_app_act": {"id": "requests_app_act", "dossier_id": "requests_app_dossier"},
    "workflow_journalline": {"id": "workflow_journalline", "subject_id": "requests_app_dossier"},
    "workflow_clock": {"id": "workflow_clock", "subject_id": "requests_app_dossier", "start_line_id": "workflow_journalline"},
    "requests_app_dossieruserobjectpermission": {
        "id": "requests_app_dossieruserobjectpermission",
        "content_object_id": "requests_app_dossier",
    },
}
OFFICERS = 20
#: An applicant has so many dossiers; an officer takes about one in so many of what is under way.
OF_AN_APPLICANT = 15


def people_and_dossiers(wanted: int) -> dict[str, Any]:
    """Make one dossier of each state, copy them until there are as many as wanted, and give back who is who."""
    people = cast()
    for state in ROADS:
        a_dossier(state, people)
    copies = max(wanted // Dossier.objects.count() - 1, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        strides = {table: _stride(cursor, table) for table in TABLES if "id" in TABLES[table]}
        for table, numbered in TABLES.items():
            cursor.execute(_copy(table, numbered, strides), [copies])
            if "id" in numbered:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cursor.execute("SET session_replication_role = origin")
        _spread(cursor, people)
    _told(f"{Dossier.objects.count():,} dossiers")
    for step in write_texts():
        _told(step)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    _told("vacuum")
    return people


def _spread(cursor: Any, people: dict[str, Any]) -> None:
    """Entrust the dossiers to a team of officers, one in twenty to nobody, and share them out among many applicants."""
    team = [people["officer"], *(UserFactory(officer=True) for _number in range(OFFICERS - 1))]
    cursor.execute(
        "UPDATE requests_app_dossier SET officer_id = (%s::bigint[])[1 + id %% %s] WHERE state <> 'draft' AND id %% 19 <> 0",
        [[one.pk for one in team], len(team)],
    )
    _more_applicants(Dossier.objects.count() // OF_AN_APPLICANT)
    cursor.execute(
        """
        UPDATE requests_app_dossieruserobjectpermission p SET user_id = a.id
        FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS rank, count(*) OVER () AS size FROM accounts_user
              WHERE email LIKE 'bench%%') a
        WHERE p.user_id = %s AND a.rank = p.content_object_id %% a.size AND p.content_object_id %% 1000 <> 0
        """,
        [people["owner"].pk],
    )


def _more_applicants(number: int) -> None:
    User.objects.bulk_create(
        [
            User(email=f"bench{rank}@exemple.fr", first_name="Camille", last_name=f"Banc {rank}", password="!")
            for rank in range(max(number, 1))
        ]
    )


def _stride(cursor: Any, table: str) -> int:
    """By how much the numbers of a table are moved for each copy: those of the copies leave no gap, as in real life."""
    cursor.execute(f"SELECT max(id) FROM {table}")
    return int(cursor.fetchone()[0] or 1)


def _copy(table: str, numbered: dict[str, str], strides: dict[str, int]) -> str:
    """The statement that copies every row of a table, its numbers moved by a stride for each copy."""
    columns = [column.name for column in connection.introspection.get_table_description(connection.cursor(), table)]
    shown = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(_value(table, name, strides.get(numbered.get(name, ""), 0)) for name in columns)
    return f"INSERT INTO {table} ({shown}) SELECT {values} FROM {table} t, generate_series(1, %s) k ORDER BY k"


def _value(table: str, name: str, stride: int) -> str:
    if stride:
        return f't."{name}" + k * {stride}'
    return f"t.\"{name}\" || '-' || k" if (table, name) == ("requests_app_dossier", "reference") else f't."{name}"'


def _told(what: str) -> None:
    """Say what was made, and when."""
    print(f"  {time.strftime('%H:%M:%S')}  {what}", flush=True)
