"""The snapshot of a day: every format, from one state of the database, kept for a while, and the first of a month for good."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.urls import reverse

from files import orphans
from registry.models import Fiche
from registry.reuse.exports import Selection, csv_of, json_lines_of, page_of_site
from registry.reuse.models import Snapshot, SnapshotFile
from registry.reuse.schema import LICENCE, table_schema
from registry.reuse.state import version_now
from registry.reuse.workbooks import write_parquet, write_xlsx
from workflow.periods import paris_day

FOLDER = "open-data"
TURN = 8_004_001  # of PostgreSQL's advisory locks: one worker at a time takes a snapshot
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _squeezed(blocks_of: Callable[[Selection], Iterable[bytes]]) -> Callable[[IO[bytes], Selection], object]:
    """What writes these blocks, compressed; the same content gives the same bytes."""

    def write(file: IO[bytes], selection: Selection) -> None:
        with gzip.GzipFile("", "wb", 6, file, 0) as squeezed:
            for block in blocks_of(selection):
                squeezed.write(block)

    return write


#: Ending of the name → media type, format as Frictionless names it, and how the file is written.
FORMATS: dict[str, tuple[str, str, Callable[[IO[bytes], Selection], object]]] = {
    "csv.gz": ("application/gzip", "csv", _squeezed(csv_of)),
    "jsonl.gz": ("application/gzip", "jsonl", _squeezed(json_lines_of)),
    "xlsx": (XLSX, "xlsx", write_xlsx),
    "parquet": ("application/vnd.apache.parquet", "parquet", write_parquet),
}


def take(at: datetime) -> Snapshot | None:
    """Take the snapshot of the day, unless it is there or another worker is at it; everything is read at one instant."""
    day = paris_day(at)
    if Snapshot.objects.filter(day=day).exists():
        return None
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [TURN])
        if not cursor.fetchone()[0] or Snapshot.objects.filter(day=day).exists():
            return None
        rows, schema = Fiche.objects.live().count(), table_schema()
        snapshot = Snapshot.objects.create(day=day, state_version=version_now(), taken_at=at, rows=rows, schema=schema)
        for ending in FORMATS:
            _keep(snapshot, ending)
    return snapshot


def _keep(snapshot: Snapshot, ending: str) -> None:
    with tempfile.TemporaryFile() as content:
        FORMATS[ending][2](content, Selection(snapshot.day))
        file = SnapshotFile(snapshot=snapshot, ending=ending)
        keep_file(file, content)
    file.save()


def keep_file(file: SnapshotFile, content: IO[bytes]) -> None:
    """Hand what was written beside to the storage; the row notes where, with size and digest."""
    content.seek(0)
    file.sha256 = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    file.size = content.tell()
    content.seek(0)
    file.path = default_storage.save(f"{FOLDER}/{file.snapshot.day}/repertoire.{file.ending}", File(content))


def forget(at: datetime) -> int:
    """Delete the snapshots that are too old, except the first of each month, and the files that no row knows; answers how many."""
    last = paris_day(at) - timedelta(days=settings.REGISTRY_SNAPSHOT_DAYS)
    firsts = {day.replace(day=1): day for day in Snapshot.objects.order_by("-day").values_list("day", flat=True)}
    old = Snapshot.objects.filter(day__lt=last).exclude(day__in=firsts.values())
    forgotten = [_forget(snapshot) for snapshot in old.prefetch_related("files")]
    orphans.sweep_unknown(_known, FOLDER, before=at - timedelta(days=1))
    return len(forgotten)


@transaction.atomic
def _forget(snapshot: Snapshot) -> None:
    for file in snapshot.files.all():
        transaction.on_commit(lambda path=file.path: default_storage.delete(path))  # type: ignore[misc]
    snapshot.delete()


def _known(paths: list[str]) -> set[str]:
    return set(SnapshotFile.objects.filter(path__in=paths).values_list("path", flat=True))


def data_package(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as a Frictionless data package: its files with size, digest and schema, and the licence."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"repertoire-{snapshot.day}",
        "title": "Répertoire public des projets utilisant des données de santé",
        "homepage": page_of_site(reverse("reuse:index")),
        "version": str(snapshot.state_version),
        "created": snapshot.taken_at.isoformat(),
        "licenses": [LICENCE],
        "resources": [_resource(snapshot, file) for file in snapshot.files.all()],
    }


def _resource(snapshot: Snapshot, file: SnapshotFile) -> dict[str, Any]:
    media, kind, _write = FORMATS[file.ending]
    told: dict[str, Any] = {
        "name": file.ending.replace(".", "-"),
        "path": page_of_site(file.get_absolute_url()),
        "format": kind,
        "mediatype": media,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "rows": snapshot.rows,
    }
    if file.ending.endswith(".gz"):
        told |= {"compression": "gz", "encoding": "utf-8"}
    return told if kind == "jsonl" else told | {"type": "table", "schema": snapshot.schema}
