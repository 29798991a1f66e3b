"""The templates that the site brings, from the data file to the database; what the secretariat wrote is never touched."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from requests_app.letters.models import Template, TemplateVersion

FILE = Path(__file__).parent / "data" / "templates.toml"
WORDS = ("subject_fr", "subject_en", "body_fr", "body_en")


def load_after_migrate(**_signal: Any) -> None:
    """Load the templates after a migration, if there is room for them yet."""
    if {Template._meta.db_table, TemplateVersion._meta.db_table} <= set(connection.introspection.table_names()):
        load_templates()


@transaction.atomic
def load_templates() -> int:
    """Insert the templates that are not there yet, each with its first version if it has words; the answer is how many were new."""
    known = set(Template.objects.values_list("code", flat=True))
    rows = [row for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["template"] if row["code"] not in known]
    made = Template.objects.bulk_create(Template(**{name: value for name, value in row.items() if name not in WORDS}) for row in rows)
    now = timezone.now()
    TemplateVersion.objects.bulk_create(
        TemplateVersion(template=template, number=1, written_at=now, **{name: row[name].strip() for name in WORDS})
        for template, row in zip(made, rows, strict=True)
        if "body_fr" in row
    )
    return len(made)
