"""A fiche that is withdrawn leaves the snapshots in which it stood too: their files are written again without it, the others untouched.

One outbox message for each snapshot; whatever is withdrawn by then is taken out, so that a message that comes twice changes nothing.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from functools import partial
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from registry.models import Fiche, FicheVersion, Kind
from registry.reuse.models import Snapshot, SnapshotFile
from registry.reuse.schema import Column
from registry.reuse.snapshots import keep_file
from registry.reuse.workbooks import write_workbook
from registry.trust.models import Withdrawal
from workflow import outbox
from workflow.periods import paris_day

KIND = "reuse.rewrite_snapshot"
PER_BATCH = 5_000


def follow(version: FicheVersion) -> None:
    """A fiche is withdrawn: queue the snapshots of the days on which it was public."""
    if version.kind != Kind.WITHDRAWN:
        return
    for pk in Snapshot.objects.filter(day__gte=paris_day(version.fiche.published_at)).values_list("pk", flat=True):
        outbox.queue(KIND, f"{KIND}:{pk}:{version.pk}", snapshot=pk)


@outbox.handler(KIND)
def rewrite(message: Any) -> None:
    """Write the files of one snapshot again without what was withdrawn since."""
    snapshot = outbox.still_there(Snapshot.objects.select_for_update(), pk=message.payload["snapshot"])
    gone = _gone_since(snapshot)
    files = {file.ending: file for file in snapshot.files.all()}
    if not gone or not _holds(files["parquet"], gone):
        return
    for ending in ("csv.gz", "jsonl.gz", "parquet"):
        with default_storage.open(files[ending].path) as old:
            _replace(files[ending], partial(WRITERS[ending], old, gone))
    files = {file.ending: file for file in snapshot.files.all()}
    _replace(files["xlsx"], lambda new: write_workbook(new, _columns(snapshot), _rows(files["parquet"])))
    snapshot.rows, snapshot.rewritten_at = sum(1 for _row in _rows(files["parquet"])), timezone.now()
    snapshot.save(update_fields=["rows", "rewritten_at"])


def _gone_since(snapshot: Snapshot) -> set[str]:
    """The fiches whose text of that day is not shown any more: withdrawn after it, and not shown again since, even if they came back."""
    hiding = Withdrawal.objects.filter(shows_earlier=False, version__state_version__gt=snapshot.state_version)
    away = Fiche.objects.filter(live=False)
    return {*hiding.values_list("fiche__number", flat=True), *away.values_list("number", flat=True)}


def _replace(file: SnapshotFile, write: Callable[[IO[bytes]], object]) -> None:
    former = file.path
    with tempfile.TemporaryFile() as new:
        write(new)
        keep_file(file, new)
    file.save(update_fields=["path", "size", "sha256"])
    transaction.on_commit(lambda: default_storage.delete(former))


def _csv(old: IO[bytes], gone: Set[str], new: IO[bytes]) -> None:
    with _unpacked(old) as lines, _packed(new) as out:
        reader = csv.reader(lines, strict=True)
        csv.writer(out).writerows(row for row in reader if row[0] not in gone)


def _json_lines(old: IO[bytes], gone: Set[str], new: IO[bytes]) -> None:
    with _unpacked(old) as lines, _packed(new) as out:
        out.writelines(line for line in lines if json.loads(line)["number"] not in gone)


def _parquet(old: IO[bytes], gone: Set[str], new: IO[bytes]) -> None:
    import pyarrow
    from pyarrow import compute, parquet

    read = parquet.ParquetFile(old)
    numbers = pyarrow.array(sorted(gone), pyarrow.string())
    with parquet.ParquetWriter(new, read.schema_arrow, compression="zstd") as writer:
        for batch in read.iter_batches(PER_BATCH):
            kept = batch.filter(compute.invert(compute.is_in(batch.column("number"), value_set=numbers)))
            if kept.num_rows:
                writer.write_batch(kept)


WRITERS: dict[str, Callable[[IO[bytes], Set[str], IO[bytes]], None]] = {"csv.gz": _csv, "jsonl.gz": _json_lines, "parquet": _parquet}


@contextmanager
def _unpacked(file: IO[bytes]) -> Iterator[IO[str]]:
    with gzip.GzipFile(fileobj=file) as packed, io.TextIOWrapper(packed, "utf-8", newline="") as lines:
        yield lines


@contextmanager
def _packed(file: IO[bytes]) -> Iterator[IO[str]]:
    with gzip.GzipFile("", "wb", 6, file, 0) as packed, io.TextIOWrapper(packed, "utf-8", newline="") as lines:
        yield lines


def _holds(file: SnapshotFile, gone: Set[str]) -> bool:
    from pyarrow import parquet

    with default_storage.open(file.path) as content:
        read = parquet.ParquetFile(content).iter_batches(PER_BATCH, columns=["number"])
        return any(not gone.isdisjoint(batch.column("number").to_pylist()) for batch in read)


def _columns(snapshot: Snapshot) -> tuple[Column, ...]:
    """The columns of that day, which may not be those of today."""
    return tuple(Column(field["name"], field["type"], "", field["title"]) for field in snapshot.schema["fields"])


def _rows(file: SnapshotFile) -> Iterator[tuple[Any, ...]]:
    from pyarrow import parquet

    with default_storage.open(file.path) as content:
        for batch in parquet.ParquetFile(content).iter_batches(PER_BATCH):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
