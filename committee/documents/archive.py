"""The archive of a session's papers for one reader: what they may see on the day when it is made, with a manifest and checksums."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from committee.documents.drawing import pdf
from committee.documents.opinions import exchanges
from committee.models import Item, Paper, RemarkFile
from files.printing import pdf_of
from requests_app.exports.archive import CHUNK, NO_DAY, entry_name
from requests_app.exports.document import paper_of, pieces_of
from requests_app.models import Dossier


@dataclass(frozen=True)
class Entry:
    """One file of the archive: under which name, and whence its bytes come."""

    name: str
    chunks: Iterable[bytes]


class Sums:
    """Writes the archive, and keeps the checksum of each entry."""

    def __init__(self, target: BinaryIO) -> None:
        self.archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self.sums: dict[str, str] = {}

    def add(self, entry: Entry) -> None:
        """Write one entry."""
        digest = hashlib.sha256()
        with self.archive.open(zipfile.ZipInfo(entry.name, NO_DAY), "w", force_zip64=True) as file:
            for chunk in entry.chunks:
                digest.update(chunk)
                file.write(chunk)
        self.sums[entry.name] = digest.hexdigest()

    def close(self, reference: str, at: datetime, left_out: list[str]) -> None:
        """Write the manifest and the checksums, and close."""
        entries = [{"name": name, "sha256": digest} for name, digest in self.sums.items()]
        told = {"session": reference, "made_at": at.isoformat(), "entries": entries, "left_out": left_out}
        self.add(Entry("manifest.json", [json.dumps(told, ensure_ascii=False, indent=2).encode()]))
        lines = "".join(f"{digest}  {name}\n" for name, digest in self.sums.items())
        self.add(Entry("SHA256SUMS", [lines.encode()]))
        self.archive.close()


def dossier_pdf(dossier: Dossier, at: datetime) -> bytes:
    """The dossier as a document. Raises CannotPrint where pages cannot be set."""
    return pdf_of("exports/dossier_paper.html", {"paper": paper_of(dossier, at)})


def exchanges_pdf(item: Item) -> bytes | None:
    """What was remarked and answered, as a document; None when nothing was."""
    said = exchanges(item.examination)
    return pdf(said) if said else None


def folder_of(item: Item) -> str:
    """The folder of one dossier in the archive."""
    return f"{item.position:02d} {item.examination.dossier.reference}"


def stored(path: str | None) -> Iterator[bytes]:
    """The bytes of a stored file."""
    with default_storage.open(path or "", "rb") as file:
        yield from iter(lambda: file.read(CHUNK), b"")


def entries_of(item: Item, papers: Iterable[Paper]) -> Iterator[Entry]:
    """The papers and pieces of one dossier and the files of the remarks on it, as far as they are stored and free of the scan."""
    folder = folder_of(item)
    for paper in papers:
        yield Entry(f"{folder}/{paper.number}.pdf", stored(paper.pdf.name))
    for name, kept in files_of(item):
        if is_there(kept):
            yield Entry(f"{folder}/{name}", stored(kept.file.name))


def files_of(item: Item) -> list[tuple[str, Any]]:
    """The pieces of one dossier, and the files that came with the remarks of the holders, each under its name in the folder."""
    pieces = [(entry_name(number, one), one) for number, one in enumerate(pieces_of(item.examination.dossier), start=1)]
    held = RemarkFile.objects.filter(remark__consultation__examination=item.examination_id)
    remarks = enumerate(held.order_by("remark__filed_at", "remark", "pk"), start=1)
    return pieces + [(entry_name(number, one, _("remarks")), one) for number, one in remarks]


def is_there(kept: Any) -> bool:
    """Is a file stored, and free of the scan?"""
    return not kept.is_locked and kept.file.storage.exists(kept.file.name or "")


def left_out(item: Item) -> list[str]:
    """The pieces of one dossier and the files of the remarks on it that are not in the archive, and why."""
    why = _("in quarantine, refused by the virus scan or no longer stored")
    return [f"{folder_of(item)}/{name}: {why}" for name, kept in files_of(item) if not is_there(kept)]
