"""The file of an import as rows: its encoding and its separator are found out, and it is never whole in memory."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from registry.outcomes.importing_mapping import Layout, Place

csv.field_size_limit(10_000_000)
BLOCK = 1 << 20


class Unreadable(Exception):
    """The file is no table that the mapping understands."""


@dataclass(frozen=True)
class Row:
    """One line of the table: the line of the file on which it begins, and its cells by what they mean; `why_not` says it is broken."""

    line: int
    cells: Mapping[Place, str]
    why_not: str = ""


@dataclass(frozen=True)
class Table:
    """A file that is ready to be read: how, and what its columns mean."""

    path: Path
    encoding: str
    separator: str
    headings: tuple[str, ...]
    places: Mapping[int, Place]
    unknown: tuple[str, ...] = field(default=())

    def has(self, *names: str) -> bool:
        """Does the file have one of these data at all?"""
        return any(name in names for name, _rank in self.places.values())

    def rows(self) -> Iterator[Row]:
        """Its lines, one by one; empty ones are left out."""
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            reader = csv.reader(file, delimiter=self.separator)
            next(reader)
            begins = reader.line_num + 1
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield self._row(begins, cells)
                begins = reader.line_num + 1

    def _row(self, line: int, cells: list[str]) -> Row:
        spare = len(cells) - len(self.headings)
        if spare < 0 or any(cell.strip() for cell in cells[len(self.headings) :]):
            return Row(line, {}, why_not="ragged")
        return Row(line, {place: cells[at].strip() for at, place in self.places.items()})


def opened(path: Path, layout: Layout) -> Table:
    """Find out how a file is written; raises Unreadable when no separator makes a table with a number and a title of it."""
    encoding = next((one for one in layout.encodings if _decodes(path, one)), layout.encodings[-1])
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        head = file.read(BLOCK)
    best: Table | None = None
    for separator in layout.separators:
        headings = next(csv.reader(head.splitlines(keepends=True), delimiter=separator), [])
        places = layout.places(headings)
        if best is None or len(places) > len(best.places):
            unknown = tuple(heading for at, heading in enumerate(headings) if at not in places and heading.strip())
            best = Table(path, encoding, separator, tuple(headings), places, unknown)
    if best is None or not (best.has("number") and best.has("title")):
        raise Unreadable(path.name)
    return best


def _decodes(path: Path, encoding: str) -> bool:
    """Is the whole file of this encoding?"""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
