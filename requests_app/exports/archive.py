"""A dossier as one archive: its document, its data, its pieces, a manifest and checksums; written as it is sent, never held whole."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from files.models import KeptFile
from files.printing import pdf_of
from requests_app.exports.document import paper_of, pieces_of
from requests_app.exports.portable import portable
from requests_app.models import Attachment, Dossier

#: The day that every entry carries: what matters is dated inside.
NO_DAY = (1980, 1, 1, 0, 0, 0)
CHUNK = 64 * 1024
NOTHING_MORE: Mapping[str, str] = {}


class _Drain:
    """A file that is only written to: what was written since the last look is handed over."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def drained(self) -> bytes:
        """What was written since the last time."""
        found, self.parts = b"".join(self.parts), []
        return found


@dataclass(frozen=True)
class Enclosed:
    """A file that goes with a dossier without being one of its pieces: its name in the archive, and its bytes."""

    name: str
    chunks: Iterable[bytes]


class Archive:
    """The archive of one dossier, and what its manifest says."""

    def __init__(
        self, dossier: Dossier, at: datetime, *, enclosed: Iterable[Enclosed] = (), about: Mapping[str, str] = NOTHING_MORE
    ) -> None:
        self.dossier, self.at, self.enclosed, self.about = dossier, at, enclosed, about
        self.sums: dict[str, str] = {}
        self.left_out: list[dict[str, str]] = []

    def stream(self) -> Iterator[bytes]:
        """The bytes of the archive, piece by piece. Raises CannotPrint, before the first byte, without Pango."""
        document = pdf_of("exports/dossier_paper.html", {"paper": paper_of(self.dossier, self.at)})
        return self._written(document)

    def _written(self, document: bytes) -> Iterator[bytes]:
        drain: Any = _Drain()
        with zipfile.ZipFile(drain, "w", zipfile.ZIP_DEFLATED) as archive:
            yield from self._entry(archive, drain, f"{self.dossier.reference}.pdf", [document])
            yield from self._entry(archive, drain, f"{self.dossier.reference}.json", [_json(portable(self.dossier, self.at))])
            for one in self.enclosed:
                yield from self._entry(archive, drain, one.name, one.chunks)
            for number, piece in enumerate(pieces_of(self.dossier), start=1):
                yield from self._piece(archive, drain, number, piece)
            yield from self._entry(archive, drain, "manifest.json", [_json(self.manifest())])
            sums = "".join(f"{digest}  {name}\n" for name, digest in self.sums.items())
            yield from self._entry(archive, drain, "SHA256SUMS", [sums.encode()])
        yield drain.drained()

    def _entry(self, archive: zipfile.ZipFile, drain: _Drain, name: str, chunks: Any) -> Iterator[bytes]:
        digest = hashlib.sha256()
        with archive.open(zipfile.ZipInfo(name, NO_DAY), "w", force_zip64=True) as entry:
            for chunk in chunks:
                digest.update(chunk)
                entry.write(chunk)
                yield drain.drained()
        self.sums[name] = digest.hexdigest()
        yield drain.drained()

    def _piece(self, archive: zipfile.ZipFile, drain: _Drain, number: int, piece: Attachment) -> Iterator[bytes]:
        if piece.is_locked or not piece.file.storage.exists(piece.file.name or ""):
            self.left_out.append({"name": piece.name, "sha256": piece.sha256, "why": _why_left_out(piece)})
            return
        with piece.file.open("rb") as file:
            yield from self._entry(archive, drain, entry_name(number, piece), iter(lambda: file.read(CHUNK), b""))

    def manifest(self) -> dict[str, Any]:
        """What is in the archive, as far as it is written, and what was left out."""
        entries = [{"name": name, "sha256": digest} for name, digest in self.sums.items()]
        told = {"reference": self.dossier.reference, **self.about}
        return told | {"made_at": self.at.isoformat(), "entries": entries, "left_out": self.left_out}


def entry_name(number: int, piece: KeptFile, folder: str = "pieces") -> str:
    """Under which name a file stands in a folder of the archive: numbered, and without what could lead out of it."""
    plain = "".join(sign if sign.isalnum() or sign in " ._-()" else "_" for sign in piece.name).strip(" .") or "piece"
    return f"{folder}/{number:02d} {plain[-120:]}"


def _why_left_out(piece: Attachment) -> str:
    return _("in quarantine or refused by the virus scan") if piece.is_locked else _("the file is no longer stored")


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
