"""DOCX and ODT: archives of XML whose type stands in what they hold; whatever runs, fetches or hides something is refused."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from files.archives import opened, part, unpacked
from files.kinds import DOCX, ODT
from files.refused import FileRefused, Reason

RUNS = (b"MZ", b"\x7fELF", b"#!", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xca\xfe\xba\xbe")
RUNNABLE = (
    *(".exe", ".com", ".bat", ".cmd", ".scr", ".js", ".jse", ".vbs", ".vbe"),
    *(".ps1", ".msi", ".hta", ".jar", ".lnk", ".dll", ".sh", ".class"),
)
PACKED = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b")
#: The data behind a chart: the one archive that a document may hold, checked like the document itself.
CHART_DATA = re.compile(r"word/embeddings/[^/]+\.(xlsx|docx|pptx)")
MACRO_PARTS = re.compile(r"(?i)(^|/)(vbaproject|vbadata)[^/]*$|(^|/)(basic|scripts)/|(^|/)macrosheets/")
COMMAND = re.compile(r"(?i)\bDDE(AUTO)?\b")
#: What is said of a document that is a template: its media type.
TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
REMOTE = re.compile(r"(?i)^\s*(https?|ftp|file|smb)?:?(//|\\\\)")


def check(file: IO[bytes]) -> str:
    """DOCX or ODT, once every part was looked at. Raises FileRefused."""
    with opened(file) as archive:
        names = set(archive.namelist())
        if any(MACRO_PARTS.search(name) for name in names):
            raise FileRefused(Reason.MACROS)
        if "mimetype" in names and "content.xml" in names:
            return _check_odt(archive)
        if "[Content_Types].xml" in names and "word/document.xml" in names:
            return _check_docx(archive)
    raise FileRefused(Reason.ARCHIVE)


def _check_docx(archive: zipfile.ZipFile) -> str:
    types = part(archive, "[Content_Types].xml")
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise FileRefused(Reason.MACROS)
    if MAIN.encode() not in types:
        raise FileRefused(Reason.WRONG_TYPE, {"found": TEMPLATE})
    _check_parts(archive)
    for name in archive.namelist():
        if name.lower().endswith(".rels"):  # names of parts are the same in any letter case
            _check_relations(archive, name)
        elif name.lower().endswith(".xml"):  # the main part stands wherever the list of types says
            _check_fields(archive, name)
    return DOCX


def _check_odt(archive: zipfile.ZipFile) -> str:
    if part(archive, "mimetype", 200).strip() != ODT.encode():
        raise FileRefused(Reason.WRONG_TYPE, {"found": part(archive, "mimetype", 100).decode("ascii", "replace").strip()})
    if b"encryption-data" in part(archive, "META-INF/manifest.xml"):
        raise FileRefused(Reason.ENCRYPTED)
    _check_parts(archive)
    for name in ("content.xml", "styles.xml"):
        if name in archive.namelist():
            _check_odt_part(archive, name)
    return ODT


def _check_parts(archive: zipfile.ZipFile) -> None:
    """Every part unpacks, no part is a program or an archive, every XML part can be read without defining entities."""
    unpacked(archive)
    for name in archive.namelist():
        head = part(archive, name, 16)
        if head.startswith(RUNS) or name.lower().endswith(RUNNABLE):
            raise FileRefused(Reason.EMBEDDED, {"name": name})
        if head.startswith(PACKED):
            _check_nested(archive, name)
        if name.lower().endswith((".xml", ".rels")):
            for _element in _elements(archive, name):
                pass


def _check_nested(archive: zipfile.ZipFile, name: str) -> None:
    """An archive within the document is refused, unless it is the data of a chart, without macros nor archives of its own."""
    if not CHART_DATA.fullmatch(name):
        raise FileRefused(Reason.NESTED, {"name": name})
    with opened(io.BytesIO(part(archive, name))) as nested:
        if any(MACRO_PARTS.search(one) for one in nested.namelist()) or b"macroEnabled" in part(nested, "[Content_Types].xml"):
            raise FileRefused(Reason.MACROS)
        unpacked(nested)
        if any(part(nested, one, 16).startswith((*RUNS, *PACKED)) for one in nested.namelist()):
            raise FileRefused(Reason.NESTED, {"name": name})


def _elements(archive: zipfile.ZipFile, name: str) -> Iterator[ET.Element]:
    """The elements of an XML part as they end, forgotten as one goes. Raises FileRefused."""
    try:
        with archive.open(name) as xml:
            for _event, element in iterparse(xml, events=("end",)):
                yield element
                if not element.tag.startswith(WORD):
                    element.clear()
    except DefusedXmlException:
        raise FileRefused(Reason.ENTITIES) from None
    except (ET.ParseError, UnicodeError, ValueError, LookupError):
        raise FileRefused(Reason.DAMAGED) from None


def _check_relations(archive: zipfile.ZipFile, name: str) -> None:
    """What a DOCX points to outside itself: a hyperlink waits for a click, all the rest is fetched at once."""
    for element in _elements(archive, name):
        if element.get("TargetMode") == "External" and not element.get("Type", "").endswith("/hyperlink"):
            raise FileRefused(Reason.FETCHES)


def _check_fields(archive: zipfile.ZipFile, name: str) -> None:
    """The fields of a DOCX that run a command; an instruction may be cut in pieces, so it is read paragraph by paragraph."""
    for element in _elements(archive, name):
        if element.tag == f"{WORD}p":
            said = "".join(one.text or "" for one in element.iter(f"{WORD}instrText"))
            simple = " ".join(one.get(f"{WORD}instr", "") for one in element.iter(f"{WORD}fldSimple"))
            if COMMAND.search(said) or COMMAND.search(simple):
                raise FileRefused(Reason.COMMANDS)
            element.clear()


def _check_odt_part(archive: zipfile.ZipFile, name: str) -> None:
    """Scripts, events, DDE links, and what is fetched from elsewhere, in the text or the styles of an ODT."""
    for element in _elements(archive, name):
        local = element.tag.rpartition("}")[2]
        if local in ("event-listener", "script"):
            raise FileRefused(Reason.MACROS)
        if local in ("dde-source", "dde-connection-decl", "dde-connection"):
            raise FileRefused(Reason.COMMANDS)
        if local != "a" and _is_remote(element):
            raise FileRefused(Reason.FETCHES)


def _is_remote(element: Any) -> bool:
    return any(key.endswith("}href") and REMOTE.match(value) for key, value in element.attrib.items())
