"""The list of files of a package, as the usual tools write it: `sha256sum`, its BSD form, or a table with sizes.

Pure: text in, lines or faults out. A fault names its line, and quotes nothing of it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from extractions.matching.identifiers import holds_registration

MOST_FILES = 5_000
LONGEST_NAME = 255
#: A petabyte: no file is larger.
LARGEST = 10**15
MOST_FAULTS = 20
_SUM = re.compile(r"^\\?(?P<sha256>[0-9a-fA-F]{64}) [ *](?P<name>.+)$")
_BSD = re.compile(r"^SHA256 ?\((?P<name>.+)\) ?= ?(?P<sha256>[0-9a-fA-F]{64})$")
_HASH = re.compile(r"[0-9a-f]{64}")
#: What a table may call its columns.
_NAMES = {"name", "nom", "file", "fichier", "filename", "path", "chemin"}
_SIZES = {"size", "taille", "bytes", "octets", "size_bytes", "taille_octets"}
_SUMS = {"sha256", "sha-256", "checksum", "empreinte", "somme"}


@dataclass(frozen=True)
class FileLine:
    """One file of a package; the size is in bytes, None where the list does not say it."""

    name: str
    sha256: str
    size: int | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line."""

    line: int
    sentence: Any


@dataclass(frozen=True)
class Manifest:
    """What was read: files, or faults, and never both."""

    files: tuple[FileLine, ...] = ()
    faults: tuple[Fault, ...] = ()
    more_faults: int = 0


@dataclass(frozen=True)
class _Read:
    """A line that was read, before its checks."""

    line: int
    name: str
    sha256: str
    size: str = ""


def read(text: str) -> Manifest:
    """The files that a list names, or everything that is wrong with it."""
    lines = [(number, line.rstrip("\r")) for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1)]
    filled = [(number, line) for number, line in lines if line.strip() and not line.startswith("#")]
    if not filled:
        return Manifest(faults=(Fault(1, _("The list is empty.")),))
    if len(filled) > MOST_FILES + 1:
        return Manifest(faults=(Fault(filled[MOST_FILES][0], _("The list is too long: 5,000 files at most.")),))
    rows = list(_sums(filled) if _is_sum(filled[0][1]) else _table(filled))
    faults = [row for row in rows if isinstance(row, Fault)]
    files = [row for row in rows if isinstance(row, _Read)]
    faults += [fault for row in files for fault in _wrong(row)]
    faults += _twice(files)
    if not files and not faults:
        faults = [Fault(filled[0][0], _("The list names no file."))]
    if len(files) > MOST_FILES:
        faults.append(Fault(files[-1].line, _("The list is too long: 5,000 files at most.")))
    if faults:
        faults.sort(key=lambda fault: fault.line)
        return Manifest(faults=tuple(faults[:MOST_FAULTS]), more_faults=max(len(faults) - MOST_FAULTS, 0))
    return Manifest(tuple(FileLine(_plain(row.name), row.sha256.lower(), int(row.size) if row.size else None) for row in files))


def written(files: Iterable[FileLine]) -> str:
    """The list as `sha256sum -c` reads it: what is handed over, and what the hash of the package is made of."""
    return "".join(f"{one.sha256}  {one.name}\n" for one in files)


def sha256_of(files: Iterable[FileLine]) -> str:
    """The hash of the written list: it stands for the whole package."""
    return hashlib.sha256(written(files).encode()).hexdigest()


def _is_sum(line: str) -> bool:
    return bool(_SUM.match(line) or _BSD.match(line))


def _plain(name: str) -> str:
    return name.strip().removeprefix("./")


def _sums(lines: list[tuple[int, str]]) -> Iterator[_Read | Fault]:
    for number, line in lines:
        found = _SUM.match(line) or _BSD.match(line)
        if found is None:
            yield Fault(number, _("This is not a line of sha256sum: a checksum of 64 characters, two spaces, a name."))
        elif line.startswith("\\"):
            yield Fault(number, _("The name holds a line break or a backslash: rename the file."))
        else:
            yield _Read(number, found["name"], found["sha256"])


def _table(lines: list[tuple[int, str]]) -> Iterator[_Read | Fault]:
    first = lines[0][1]
    delimiter = max(";\t,", key=first.count)
    head = [cell.strip().strip('"').lower() for cell in first.split(delimiter)]
    places = {what: next((at for at, cell in enumerate(head) if cell in words), None) for what, words in _COLUMNS.items()}
    if places["name"] is None or places["sha256"] is None:
        yield Fault(lines[0][0], _("The first line names the columns: name, size, sha256; or paste what sha256sum wrote."))
        return
    for number, line in lines[1:]:
        cells = next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
        if len(cells) != len(head):
            yield Fault(number, _("This line has not as many columns as the first one."))
            continue
        size = cells[places["size"]] if places["size"] is not None else ""
        yield _Read(number, cells[places["name"]], cells[places["sha256"]].strip(), re.sub(r"[\s\u00a0\u202f]", "", size))


_COLUMNS = {"name": _NAMES, "size": _SIZES, "sha256": _SUMS}


def _wrong(row: _Read) -> Iterator[Fault]:
    name = _plain(row.name)
    if not _HASH.fullmatch(row.sha256.lower()):
        yield Fault(row.line, _("The checksum is not a SHA-256: 64 characters from 0 to 9 and a to f."))
    if row.size and (not row.size.isascii() or not row.size.isdigit() or int(row.size[:20]) > LARGEST):
        yield Fault(row.line, _("The size is a whole number of bytes."))
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        yield Fault(row.line, _("The name is empty, longer than 255 characters, or holds what cannot be printed."))
    elif name.startswith(("/", "~")) or "\\" in name or ".." in name.split("/"):
        yield Fault(row.line, _("The name is a path of its own machine: give it as it stands in the package."))
    elif holds_registration(name):
        yield Fault(row.line, _("The name holds what looks like a number of registration of a person (NIR): rename the file."))


def _twice(rows: list[_Read]) -> list[Fault]:
    seen: dict[str, int] = {}
    faults = []
    for row in rows:
        first = seen.setdefault(_plain(row.name), row.line)
        if first != row.line:
            faults.append(Fault(row.line, _("This name stands on line %(line)s already.") % {"line": first}))
    return faults
