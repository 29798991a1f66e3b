"""The role of the site, made by the very file that a server runs, cannot rewrite the journal."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from contracts.models import ClauseVersion, TemplateVersion
from extractions.needs.models import Need, NeedVersion
from fees.models import GridVersion
from rights.envelopes.models import ControllerKey
from rights.models import Request
from workflow.models import AccessRead, JournalLine

ROLES = Path(__file__).resolve().parents[2] / "deploy" / "roles.sql"
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@pytest.fixture
def as_the_site(db) -> Iterator[None]:
    """Every statement of the test is made by guichet_app."""
    with connection.cursor() as cursor:
        cursor.execute(ROLES.read_text(encoding="utf-8"))
        cursor.execute("SET LOCAL ROLE guichet_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def columns() -> tuple[str, list[object]]:
    """A line of the journal as bare SQL: every column without a default, filled with a value of its kind."""
    kinds = {
        "character varying": "x",
        "text": "",
        "bigint": 1,
        "integer": 1,
        "timestamp with time zone": timezone.now(),
        "jsonb": "{}",
        "boolean": True,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type, character_maximum_length FROM information_schema.columns"
            " WHERE table_name = 'workflow_journalline' AND is_nullable = 'NO' AND is_identity = 'NO' AND column_default IS NULL"
        )
        found = cursor.fetchall()
    names = ", ".join(f'"{name}"' for name, _kind, _length in found)
    marks = ", ".join("%s" for _ in found)
    values = [timezone.now().date() if kind == "date" else kinds[kind] for _name, kind, _length in found]
    return f"INSERT INTO workflow_journalline ({names}) VALUES ({marks})", values


@pytest.mark.usefixtures("as_the_site")
def test_the_site_writes_a_line() -> None:
    statement, values = columns()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement, values)
    assert JournalLine.objects.count() == 1
    with connection.cursor() as cursor:  # the line points to nobody: it must not outlive this test, nor be checked at its end
        cursor.execute("RESET ROLE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM workflow_journalline")


@pytest.mark.usefixtures("as_the_site")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE workflow_journalline SET action = 'x'",
        "DELETE FROM workflow_journalline",
        "TRUNCATE workflow_journalline",
        "ALTER TABLE workflow_journalline DISABLE TRIGGER ALL",
        "DROP TABLE workflow_journalline",
        "UPDATE workflow_checkpoint SET id = 1",
        "UPDATE workflow_accessread SET page = 'x'",
        "TRUNCATE workflow_accessread",
        "DELETE FROM django_migrations",
        "CREATE TABLE mine (id int)",
    ],
)
def test_the_site_cannot_rewrite_it_nor_change_a_table(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("as_the_site")
def test_the_site_reads_and_writes_everything_else() -> None:
    kept = append_only_tables()
    never_changed = kept | {AccessRead._meta.db_table}
    frozen = (GridVersion, ClauseVersion, TemplateVersion, Need, NeedVersion, ControllerKey)
    never_deleted = (kept - hanging_from_a_request()) | {model._meta.db_table for model in frozen}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                table = model._meta.db_table
                cursor.execute("SELECT " + ", ".join(f"has_table_privilege('{table}', '{right}')" for right in RIGHTS))
                assert cursor.fetchone() == (True, True, table not in never_changed, table not in never_deleted), table


def append_only_tables() -> set[str]:
    """The tables whose model forbids UPDATE and DELETE by a trigger, whatever the row says."""
    return {
        model._meta.db_table
        for model in apps.get_models()
        for trigger in getattr(model._meta, "triggers", [])
        if isinstance(trigger, pgtrigger.Protect)
        and trigger.condition is None
        and "UPDATE" in str(trigger.operation)
        and "DELETE" in str(trigger.operation)
    }


def hanging_from_a_request() -> set[str]:
    """The tables of citizens' requests whose rows go with their request, five years after its code."""
    found, left = set[str](), [Request]
    while left:
        for relation in left.pop()._meta.related_objects:
            child: Any = relation.related_model
            if child.__module__.startswith("rights.") and child._meta.db_table not in found:
                found.add(child._meta.db_table)
                left.append(child)
    return found


def test_the_file_names_every_append_only_table() -> None:
    named = set(re.findall(r"'(\w+_\w+)'", ROLES.read_text(encoding="utf-8").split("ARRAY[")[1].split("]")[0]))
    assert append_only_tables() - hanging_from_a_request() == named - {"django_migrations"}


@pytest.mark.usefixtures("as_the_site")
def test_the_site_may_delete_what_hangs_from_a_citizens_request_at_its_term() -> None:
    with connection.cursor() as cursor:
        for table in sorted(hanging_from_a_request()):
            cursor.execute(f"SELECT has_table_privilege('{table}', 'DELETE')")
            assert cursor.fetchone() == (True,), table
