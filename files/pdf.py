"""PDF: whole, open, alone in its file, and without anything that runs when it is opened."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import IO, Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from files.refused import FileRefused, Reason

MOST_SECONDS = 20.0
MOST_OBJECTS = 300_000
#: Bytes of white space that writers leave after the last mark.
LOOSE_END = 1024
LAUNCHES = ("/Launch", "/ImportData", "/GoToE", "/Rendition", "/RichMediaExecute")
HARMLESS = (".xml", ".csv", ".txt", ".json", ".png", ".jpg", ".jpeg", ".tif", ".tiff")
PAGE_IN_HEAD = re.compile(rb"(?i)<(!doctype|html|script|svg|body|iframe)\b")
RUNS = (b"MZ", b"\x7fELF", b"#!", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xca\xfe\xba\xbe", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b")


def check(file: IO[bytes]) -> None:
    """Raise FileRefused unless the PDF is whole, open, alone in its file and at rest."""
    _check_frame(file)
    file.seek(0)
    try:
        reader = PdfReader(file, strict=False)
        if reader.is_encrypted:
            raise FileRefused(Reason.PDF_PROTECTED)
        if not len(reader.pages) or reader.pages[0].get("/Type") != "/Page":
            raise FileRefused(Reason.PDF_DAMAGED)
        _check_objects(reader)
    except FileRefused:
        raise
    except Exception:  # hostile bytes make a reader fail in every way there is
        raise FileRefused(Reason.PDF_DAMAGED) from None


def _check_frame(file: IO[bytes]) -> None:
    """Nothing stands after the end of the PDF, and its head is not also a page for a browser."""
    length = file.seek(0, 2)
    file.seek(max(0, length - 70_000))
    tail = file.read()
    end = tail.rfind(b"%%EOF")
    if end < 0:
        raise FileRefused(Reason.APPENDED if b"PK\x05\x06" in tail else Reason.PDF_DAMAGED)
    rest = tail[end + 5 :]
    if rest.strip(b"\r\n\t\x00 ") or len(rest) > LOOSE_END or _ends_as_archive(tail):
        raise FileRefused(Reason.APPENDED)
    file.seek(0)
    if PAGE_IN_HEAD.search(file.read(1024)):
        raise FileRefused(Reason.DISGUISED)


def _ends_as_archive(tail: bytes) -> bool:
    """Is there the last record of an archive whose comment reaches to the end of the file?"""
    place = tail.rfind(b"PK\x05\x06")
    return place >= 0 and len(tail) - place >= 22 and b"PK\x01\x02" in tail[:place]


def _check_objects(reader: PdfReader) -> None:
    """Look at every object of the file, those that no page shows too."""
    until = time.monotonic() + MOST_SECONDS
    for rank, found in enumerate(_dictionaries(reader)):
        if rank > MOST_OBJECTS or time.monotonic() > until:
            raise FileRefused(Reason.PDF_TOO_COMPLEX)
        _check_dictionary(found)


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, also within others."""
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    for number in sorted(numbers):
        generation = next((gen for gen, table in reader.xref.items() if number in table), 0)
        waiting: list[Any] = [IndirectObject(number, generation, reader).get_object()]
        while waiting:
            one = waiting.pop()
            if isinstance(one, DictionaryObject):
                yield one
                waiting += [value for key in one if not isinstance(value := one.raw_get(key), IndirectObject)]
            elif isinstance(one, ArrayObject):
                waiting += [value for value in list.__iter__(one) if not isinstance(value, IndirectObject)]


def _check_dictionary(found: DictionaryObject) -> None:
    action = _held(found, "/S")
    if "/JS" in found or action == "/JavaScript" or "/JavaScript" in found:
        raise FileRefused(Reason.PDF_SCRIPT)
    if action in LAUNCHES or _held(found, "/Subtype") in ("/RichMedia", "/Screen", "/Movie", "/3D"):
        raise FileRefused(Reason.PDF_LAUNCH)
    if "/XFA" in found:
        raise FileRefused(Reason.PDF_FORM)
    if "/EF" in found:
        _check_embedded(found)


def _held(found: DictionaryObject, key: str) -> Any:
    """What a key holds, also when it stands elsewhere in the file; None without it."""
    return found[key] if key in found else None  # noqa: SIM401 (`get` does not follow a reference)


def _check_embedded(found: DictionaryObject) -> None:
    """A file attached to the PDF: data for a machine to read are let pass (an invoice's XML), the rest is not."""
    name = str(_held(found, "/UF") or _held(found, "/F") or "?")
    held = found["/EF"]
    streams = [_held(held, key) for key in ("/F", "/UF", "/DOS", "/Mac", "/Unix")] if isinstance(held, DictionaryObject) else []
    runs = any(isinstance(one, StreamObject) and one.get_data()[:8].startswith(RUNS) for one in streams)
    if runs or not name.lower().endswith(HARMLESS):
        raise FileRefused(Reason.PDF_EMBEDDED, {"name": name[:100]})
