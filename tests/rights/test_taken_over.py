"""What the catalogue said of rights before `entitlements` told it alone: proposed on upgrade, before its table goes, and never approved."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from catalogue.models import Database
from rights.entitlements.models import Entitlement
from rights.entitlements.services.declaring import approve
from rights.entitlements.services.loading import statements
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.accounts.mailbox import deliver_all
from tests.rights.factories import a_controller, entitle
from workflow.models import OutboxMessage
from workflow.periods import paris_day

pytestmark = pytest.mark.django_db
BEFORE = [("catalogue", "0003_database_holder"), ("entitlements", "0001_initial")]
AFTER = [("catalogue", "0004_rights_told_above"), ("entitlements", "0002_take_over_from_the_catalogue")]
TAKING = import_module("rights.entitlements.migrations.0002_take_over_from_the_catalogue")


def migrate_to(targets: list[tuple[str, str]]) -> Any:
    """The tables as they are at these migrations, and the models of that time."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to be made cannot be altered
    executor = MigrationExecutor(connection)
    return executor.migrate(targets).apps


@pytest.fixture
def earlier() -> Any:
    """The site before the upgrade; the transaction of the test takes everything back."""
    return migrate_to(BEFORE)


def said(earlier: Any, slug: str, right: str, **more: Any) -> None:
    """One row as an administrator, or the reference file, had written it."""
    database = earlier.get_model("catalogue", "Database").objects.get(slug=slug)
    earlier.get_model("catalogue", "RightDeclaration").objects.create(database=database, right=right, **({"source": "Courrier"} | more))


def edited(slug: str) -> None:
    Database.objects.filter(slug=slug).update(edited_at=datetime(2026, 1, 2, tzinfo=UTC))


def proposed(slug: str) -> dict[str, Entitlement]:
    return {row.right: row for row in Entitlement.objects.proposed().filter(database__slug=slug)}


def test_what_an_administrator_had_written_waits_for_an_officer_with_its_source(earlier: Any) -> None:
    said(
        earlier, "sedaar", "objection", available="partial", scope_fr="La recherche.", scope_en="Research.", declared_on=date(2026, 1, 15),
        exceptions_fr="Ni les soins,\nni les statistiques.", source="Courrier du responsable, 2026",
    )  # fmt: skip
    said(earlier, "sedaar", "restriction", available="no", exceptions_en="By law.")
    said(earlier, "sedaar", "access")
    migrate_to(AFTER)
    rows = proposed("sedaar")
    assert set(rows) == {"opposition", "limitation", "access"} and not Entitlement.objects.approved().exists()
    one = rows["opposition"]
    assert (one.available, one.scope_fr, one.scope_en, one.source) == (
        "partial",
        "La recherche.",
        "Research.",
        "Courrier du responsable, 2026",
    )
    assert one.exceptions == [{"fr": "Ni les soins, ni les statistiques.", "en": ""}]
    assert (one.levels, one.evidence, one.valid.lower, one.valid.upper) == (["research"], "N2", date(2026, 1, 15), None)
    assert one.declared_by == User.objects.system() and one.to_confirm
    assert (rows["limitation"].levels, rows["limitation"].limits) == ([], ["By law."])
    assert rows["access"].valid.lower == paris_day(timezone.now()) and rows["access"].evidence == "N3"
    assert "catalogue_rightdeclaration" not in connection.introspection.table_names()


def test_the_officers_are_written_to_once_and_approve_what_they_judge_right(earlier: Any) -> None:
    said(earlier, "sedaar", "access")
    migrate_to(AFTER)
    officer = RoleGrantFactory(user=UserFactory(), role=Role.DPO).user
    told = OutboxMessage.objects.get(kind="rights_to_approve")
    assert told.payload == {"declarer": User.objects.system().pk}
    OutboxMessage.objects.update(next_try_at=timezone.now())
    assert [one.to for one in deliver_all()] == [[officer.email]]
    approve(proposed("sedaar")["access"], by=officer, at=timezone.now())
    assert Entitlement.objects.approved().get().right == "access"


def test_what_was_shipped_is_left_to_load_rights_unless_an_administrator_has_edited_the_database(earlier: Any) -> None:
    for slug, rights in TAKING.SHIPPED.items():
        for right in rights:
            said(earlier, slug, right)
    edited("bndmr")
    said(earlier, "si-vic", "access")
    migrate_to(AFTER)
    assert set(proposed("bndmr")) == {"access", "rectification", "opposition", "erasure", "limitation"}
    assert set(proposed("si-vic")) == {"access"}
    assert Entitlement.objects.count() == 6


def test_every_right_that_was_shipped_stands_in_the_file_of_load_rights() -> None:
    there = {(row.database.slug, row.right) for row in statements()}
    assert {(slug, TAKING.RIGHTS.get(right, right)) for slug, rights in TAKING.SHIPPED.items() for right in rights} <= there


def test_what_a_statement_says_already_is_not_said_twice_and_another_answer_is_put_to_the_officer(earlier: Any) -> None:
    there = a_controller()
    entitle(there, "access")
    entitle(there, "erasure", approved=False)
    entitle(there, "rectification", available="no")
    for right in ("access", "erasure", "rectification"):
        said(earlier, there.database.slug, right)
    migrate_to(AFTER)
    rows = Entitlement.objects.filter(database=there.database)
    assert rows.count() == 4
    assert rows.get(source="Courrier").right == "rectification"
    assert rows.approved().get(right="rectification").available == "no"


def test_nothing_is_proposed_nor_written_to_anybody_on_a_site_that_had_no_row(earlier: Any) -> None:
    migrate_to(AFTER)
    assert not Entitlement.objects.exists() and not OutboxMessage.objects.exists()


def test_the_table_goes_after_what_it_held_was_taken_over_whichever_app_is_migrated_first() -> None:
    graph = MigrationExecutor(connection).loader.graph
    for targets in ([AFTER[0]], AFTER, graph.leaf_nodes()):
        order: list[tuple[str, str]] = []
        for target in targets:
            order += [one for one in graph.forwards_plan(target) if one not in order]
        assert order.index(AFTER[1]) < order.index(AFTER[0])
