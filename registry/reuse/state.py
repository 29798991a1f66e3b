"""Where the registry stands: its version, the moment of its last change, and what a machine is told so that it reads nothing twice."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, time
from functools import cache

from django.db import connection

from registry.models import FicheVersion
from registry.reuse.models import Stamp
from registry.reuse.schema import table_schema
from workflow.periods import PARIS

#: By the clock of the database, while the registry's own row is held: the order of stamps is that of the writing.
STAMP = """
    INSERT INTO reuse_stamp (fiche_id, at) VALUES (%s, clock_timestamp())
    ON CONFLICT (fiche_id) DO UPDATE SET at = greatest(reuse_stamp.at, excluded.at)
"""


def version_now() -> int:
    """The version of the whole registry: a greater one after each change."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(version), 0) FROM registry_registrystate")
        return int(cursor.fetchone()[0])


def etag_on(day: date, *about: object) -> str:
    """The tag of what is told on a day (a status depends on it) at the present version, by the present schema."""
    marks = (version_now(), day.strftime("%Y%m%d"), _shape(), *about)
    return 'W/"' + "-".join(map(str, marks)) + '"'


@cache
def _shape() -> str:
    """A mark of the schema: files change with it."""
    return hashlib.sha256(json.dumps(table_schema(), sort_keys=True).encode()).hexdigest()[:8]


def changed_at(day: date) -> datetime:
    """When what is told on a day last changed: as a fiche was written, or as the day began."""
    began = datetime.combine(day, time(0), PARIS)
    last = Stamp.objects.order_by("-at").values_list("at", flat=True).first()
    return max(last, began) if last else began


def stamp(version: FicheVersion) -> None:
    """Note that the registry writes a fiche now, whatever moment the version carries."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP, [version.fiche_id])
