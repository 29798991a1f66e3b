"""What the catalogue said of rights becomes statements that await a data protection officer, before its table goes.

Nothing is approved by itself. A row is left out where a statement says the same already, and where it is one that this project shipped, on a
database that no administrator has edited: `manage.py load_rights` declares those in full. The rows of a migration have no line in the
journal; their approval is the first. The old rows knew no level of opposition and no level of identification: they take the usual ones,
for the officer to judge.
"""

from datetime import timedelta
from typing import Any

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from workflow.periods import paris_day

RIGHTS = {"objection": "opposition", "restriction": "limitation"}
EVIDENCE = {"opposition": "N2", "limitation": "N2"}
SHIPPED = {
    "base-principale": {"access", "rectification", "objection"},
    "bndmr": {"access", "rectification", "erasure", "restriction", "objection"},
    "si-vic": {"erasure"},
    "eds-aphp": {"objection"},
}
#: Officers are written to by the worker of this version, not by the one that may still run during the upgrade.
WAIT = timedelta(hours=1)


def take_over(apps: Any, _schema_editor: Any) -> None:
    """Propose what the catalogue said, in the name of the site."""
    old, statement = apps.get_model("catalogue", "RightDeclaration"), apps.get_model("entitlements", "Entitlement")
    said = set(statement.objects.values_list("database", "right", "available"))
    rows = [row for row in old.objects.select_related("database").order_by("pk") if not _is_shipped(row)]
    new = [fields for fields in map(_fields, rows) if (fields["database_id"], fields["right"], fields["available"]) not in said]
    if new:
        now, system = timezone.now(), apps.get_model("accounts", "User").objects.get(is_system=True)
        statement.objects.bulk_create(statement(declared_by=system, declared_at=now, **fields) for fields in new)
        _tell_officers(apps, system, now)


def _is_shipped(row: Any) -> bool:
    return row.database.edited_at is None and row.right in SHIPPED.get(row.database.slug, ())


def _fields(row: Any) -> dict[str, Any]:
    right = RIGHTS.get(row.right, row.right)
    french, english = (" ".join(text.split()) for text in (row.exceptions_fr, row.exceptions_en))
    return {
        "database_id": row.database_id,
        "right": right,
        "available": row.available,
        "scope_fr": row.scope_fr or row.scope_en,
        "scope_en": row.scope_en,
        "exceptions": [{"fr": french or english, "en": english}] if french or english else [],
        "levels": ["research"] if right == "opposition" and row.available in ("yes", "partial") else [],
        "evidence": EVIDENCE.get(right, "N3"),
        "source": row.source,
        "valid": DateRange(row.declared_on or paris_day(timezone.now()), None),
    }


def _tell_officers(apps: Any, system: Any, now: Any) -> None:
    key = f"rights_to_approve:{system.pk}:{paris_day(now):%Y-%m-%d}"
    told = {"kind": "rights_to_approve", "payload": {"declarer": system.pk}, "queued_at": now, "next_try_at": now + WAIT}
    apps.get_model("workflow", "OutboxMessage").objects.get_or_create(key=key, defaults=told)


class Migration(migrations.Migration):
    dependencies = [
        ("entitlements", "0001_initial"),
        ("catalogue", "0003_database_holder"),
        ("accounts", "0002_system_user"),
        ("workflow", "0002_access_log_written_once"),
    ]
    run_before = [("catalogue", "0004_rights_told_above")]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
