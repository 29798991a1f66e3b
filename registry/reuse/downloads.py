"""The fiches of a search, or all of them, as a file of the format that the reader chose."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import IO

from django.core.files.storage import default_storage
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from registry.models import Fiche
from registry.reuse import changes
from registry.reuse.answers import problem, streamed, today, unless_known
from registry.reuse.exports import Selection, csv_of, json_lines_of
from registry.reuse.found import selection_of
from registry.reuse.models import Snapshot, SnapshotFile
from registry.reuse.snapshots import FORMATS, XLSX
from registry.reuse.state import version_now
from registry.reuse.workbooks import write_parquet, write_xlsx

#: What is written whole before it is sent; of more fiches, the file of the day is given, or CSV is proposed.
MOST_WRITTEN = 10_000
PER_PIECE = 256 * 1024
LIVE: dict[str, tuple[str, Callable[[Selection], Iterable[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8; header=present", csv_of),
    "jsonl": ("application/jsonl; charset=utf-8", json_lines_of),
}
WRITTEN: dict[str, tuple[str, Callable[[IO[bytes], Selection], object]]] = {
    "xlsx": (XLSX, write_xlsx),
    "parquet": ("application/vnd.apache.parquet", write_parquet),
}


def download(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The file that the address asks for; 304 for who has it already."""
    day = today()
    name = f"repertoire-{day}.{ending}"

    def make() -> HttpResponseBase:
        selection = selection_of(request.GET, day)
        if ending in LIVE:
            kind, blocks_of = LIVE[ending]
            return streamed(request, blocks_of(selection), kind, name)
        return _written(request, selection, name)

    return unless_known(request, day, make)


def _written(request: HttpRequest, selection: Selection, name: str) -> HttpResponseBase:
    """A file that must be whole before it is sent."""
    ending = name.rpartition(".")[2]
    count = Fiche.objects.live().count() if selection.places is None else len(selection.places)
    if count <= MOST_WRITTEN:
        return streamed(request, _pieces(selection, ending), WRITTEN[ending][0], name)
    of_the_day = SnapshotFile.objects.filter(ending=ending).order_by("-snapshot__day").select_related("snapshot").first()
    if selection.places is None and of_the_day:
        return redirect(of_the_day)
    return problem(422, _("Too many projects for this format"), _("Take them as CSV or JSON lines, or narrow the search."))


def _pieces(selection: Selection, ending: str) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        with transaction.atomic():  # as long as the cursor of the database
            WRITTEN[ending][1](file, selection)
        file.seek(0)
        while piece := file.read(PER_PIECE):
            yield piece


CHANGES: dict[str, tuple[str, Callable[[changes.Since], Iterable[bytes]]]] = {
    "jsonl": ("application/jsonl; charset=utf-8", changes.json_lines_of),
    "csv": ("text/csv; charset=utf-8; header=present", changes.csv_of),
}


def changed(request: HttpRequest) -> HttpResponseBase:
    """The changes since what the address names; the version to ask from next time stands in a header."""
    since, ending = changes.Since.read(request.GET.get("depuis", "")), request.GET.get("format", "jsonl")
    if since is None or ending not in CHANGES:
        return problem(400, _("Address not understood"), _("“depuis” is a day (2026-11-22) or a version (1234); “format” is jsonl or csv."))
    version, (kind, blocks_of) = version_now(), CHANGES[ending]
    response = unless_known(request, today(), lambda: streamed(request, blocks_of(since), kind, f"changements.{ending}"))
    response["X-Registry-Version"] = str(version)
    return response


def snapshot_or_404(day: str) -> Snapshot:
    """The snapshot of a day; “dernier” is the last one."""
    kept = Snapshot.objects.prefetch_related("files")
    if day == "dernier":
        return get_object_or_404(kept.filter(pk__in=kept.values("pk")[:1]))
    try:
        return get_object_or_404(kept, day=date.fromisoformat(day))
    except ValueError:
        raise Http404(day) from None


def kept_file(request: HttpRequest, day: str, ending: str) -> HttpResponseBase:
    """One file of a snapshot; its tag is its digest."""
    found = next((file for file in snapshot_or_404(day).files.all() if file.ending == ending), None)
    if found is None:
        raise Http404(ending)
    tag = f'"{found.sha256}"'
    known: HttpResponseBase | None = get_conditional_response(request, etag=tag)
    response = known or _whole(request, found)
    if response.status_code == 503:
        return response
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=300"
    return response


def _whole(request: HttpRequest, found: SnapshotFile) -> HttpResponseBase:
    """The file, in its turn among the downloads: a slow reader holds a thread of the site as long."""
    blocks = _read(default_storage.open(found.path))
    response = streamed(request, blocks, FORMATS[found.ending][0], found.name, _("Come back in a minute."))
    if response.status_code == 200:
        del response["X-Accel-Buffering"]  # what is whole already may wait in the proxy
        response["Content-Length"] = str(found.size)
        response["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(found.sha256)).decode()}:"
    return response


def _read(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PER_PIECE):
            yield piece
