"""Bytes in pieces of any size → lines of a linkage table; what cannot be a table is refused at the first line that shows it."""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Iterator
from enum import StrEnum

from extractions.linkage.columns import LONGEST_LINE, Column, ColumnSet, plain
from extractions.linkage.findings import Place
from extractions.linkage.quick import Layout

SEPARATORS = ";,\t|"
#: The first bytes of what is no table in clear text.
KINDS = (
    (b"PK\x03\x04", "kind_zip"),  # an archive, or a workbook
    (b"PK\x05\x06", "kind_zip"),
    (b"%PDF", "kind_pdf"),
    (b"\xd0\xcf\x11\xe0", "kind_office"),
    (b"\x1f\x8b", "kind_archive"),
    (b"7z\xbc\xaf\x27\x1c", "kind_archive"),
    (b"Rar!", "kind_archive"),
    (b"BZh", "kind_archive"),
    (b"\xfd7zXZ\x00", "kind_archive"),
    (b"\x28\xb5\x2f\xfd", "kind_archive"),
    (b"PAR1", "kind_archive"),
    (b"age-encryption.org/", "kind_encrypted"),
    (b"-----BEGIN ", "kind_encrypted"),
    (b"\xff\xfe", "kind_utf16"),
    (b"\xfe\xff", "kind_utf16"),
    (b"<", "kind_markup"),
    (b"\xef\xbb\xbf<", "kind_markup"),
    (b"{\\rtf", "kind_office"),
)
SNIFFED = 32
MARK = b"\xef\xbb\xbf"
#: A piece of this size is read at once.
PIECE = 131_072


class Encoding(StrEnum):
    """How the letters are written; announced by the depositor."""

    UTF_8 = "utf-8"
    WINDOWS_1252 = "cp1252"


class Refused(Exception):
    """The file is no table of this set: places and codes, no value. Reading stops there."""

    def __init__(self, *places: Place) -> None:
        super().__init__(places[0].code)
        self.places = places


class Lines:
    """Some lines of the file, as text without quotes, or as cells; mute, so that no traceback shows them."""

    __slots__ = ("cells", "first", "numbers", "text")

    def __init__(self, first: int, text: str, numbers: list[int] | None = None, cells: list[list[str] | None] | None = None) -> None:
        self.first, self.text, self.numbers, self.cells = first, text, numbers, cells

    def __repr__(self) -> str:
        return f"<Lines from {self.first}>"


class Reader:
    """Takes the bytes as they come; `layout` is known once the header was read."""

    def __init__(self, asked: ColumnSet, encoding: Encoding = Encoding.UTF_8) -> None:
        self._asked, self._encoding = asked, encoding
        self._carried = b""
        self._sniffed = False
        self._line = 1
        self._open: list[str] = []  # the lines of a record whose quotes are not closed
        self._opened_at = 0
        self.layout: Layout | None = None

    def __repr__(self) -> str:
        return f"<Reader at line {self._line}>"

    def feed(self, piece: bytes) -> Iterator[Lines]:
        """The lines that this piece completes."""
        whole = self._carried + piece
        if not self._sniffed and len(whole) < SNIFFED:
            self._carried = whole
            return
        self._sniff(whole)
        cut = whole.rfind(b"\n") + 1
        self._carried = whole[cut:]
        if cut:
            yield from self._lines(whole[:cut])
        if len(self._carried) > LONGEST_LINE:
            raise Refused(Place(self._line, "", "line_too_long"))

    def finish(self) -> Iterator[Lines]:
        """The last line, when nothing ends it."""
        self._sniff(self._carried)
        last, self._carried = self._carried, b""
        if last:
            yield from self._lines(last + b"\n")
        if self._open:
            raise Refused(Place(self._opened_at, "", "quote_not_closed"))
        if self.layout is None:
            raise Refused(Place(1, "", "empty_file"))

    def forget(self) -> None:
        """Drop what waits for the end of its line: nothing more will be read."""
        self._carried, self._open = b"", []

    def _sniff(self, start: bytes) -> None:
        if self._sniffed:
            return
        self._sniffed = True
        for signature, code in KINDS:
            if start.startswith(signature):
                raise Refused(Place(1, "", code))

    def _lines(self, whole: bytes) -> Iterator[Lines]:
        if self.layout is None:
            cut = whole.index(b"\n") + 1
            head, whole = whole[:cut], whole[cut:]
            self._read_header(self._decoded(head, 1))
            self._line = 2
        if not whole:
            return
        text = self._quick_text(whole)
        if text is None or self._open:
            yield from self._careful(whole)
        elif '"' in text:
            yield from self._quoted(whole, text)
        else:
            yield Lines(self._line, text)
            self._line += text.count("\n")

    def _quick_text(self, whole: bytes) -> str | None:
        """The text of lines without surprise: another byte than expected makes them be read one by one."""
        if b"\0" in whole:
            return None
        try:
            text = whole.decode(self._encoding)
        except UnicodeDecodeError:
            return None
        if "\r" in text:
            text = text.replace("\r\n", "\n")
        return None if "\r" in text or _too_long(whole) else text

    def _quoted(self, whole: bytes, text: str) -> Iterator[Lines]:
        """Lines with quotes, all at once when each is a whole record."""
        lines = text.split("\n")
        lines.pop()
        cells: list[list[str] | None] = []
        with contextlib.suppress(csv.Error):
            cells = [*csv.reader(lines, delimiter=self._separator, strict=True)]
        if len(cells) != len(lines) or any(line.count('"') % 2 for line in lines):
            yield from self._careful(whole)
            return
        yield Lines(self._line, "", list(range(self._line, self._line + len(lines))), cells)
        self._line += len(lines)

    def _careful(self, whole: bytes) -> Iterator[Lines]:
        """Line by line: what is wrong is said of the first line that shows it, however the bytes came."""
        numbers: list[int] = []
        cells: list[list[str] | None] = []
        refused = None
        for line in whole[:-1].split(b"\n"):
            try:
                record = self._record(self._decoded(line, self._line))
            except Refused as raised:
                refused = raised.places
                break
            if record is not None:
                numbers.append(self._opened_at)
                cells.append(_split(record, self._separator))
            self._line += 1
        if numbers:
            yield Lines(numbers[0], "", numbers, cells)
        if refused:
            raise Refused(*refused)

    def _record(self, line: str) -> str | None:
        """The whole record that this line ends; None while its quotes are open."""
        if not self._open:
            self._opened_at = self._line
            if line.count('"') % 2 == 0:
                return line
        self._open.append(line)
        record = "\n".join(self._open)
        if len(record) > LONGEST_LINE:
            raise Refused(Place(self._opened_at, "", "quote_not_closed"))
        if record.count('"') % 2:
            return None
        self._open = []
        return record

    def _decoded(self, line: bytes, number: int) -> str:
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        if len(line) > LONGEST_LINE:
            raise Refused(Place(number, "", "line_too_long"))
        if b"\0" in line:
            raise Refused(Place(number, "", "nul_byte"))
        try:
            return line.decode(self._encoding)
        except UnicodeDecodeError:
            pass
        raise Refused(Place(number, "", "encoding"))

    @property
    def _separator(self) -> str:
        return self.layout.separator if self.layout else ";"

    def _read_header(self, line: str) -> None:
        line = line.removeprefix("\ufeff" if self._encoding is Encoding.UTF_8 else MARK.decode("cp1252"))
        known = {name: column for column in self._asked.columns for name in column.names()}
        readings = [(separator, [known.get(plain(cell)) for cell in _split(line, separator) or []]) for separator in SEPARATORS]
        separator, columns = max(readings, key=lambda one: (sum(map(bool, one[1])), len(one[1])))
        found = [column for column in columns if column]
        if not found:
            raise Refused(Place(1, "", "no_header"))
        wrong = _header_faults(columns, self._asked)
        if wrong:
            raise Refused(*wrong)
        self.layout = Layout(separator, tuple(found))


def _too_long(whole: bytes) -> bool:
    """Whether some line may be too long: no line is when every stretch of half the limit holds an end of line."""
    half = LONGEST_LINE // 2
    return any(whole.find(b"\n", start, start + half) < 0 for start in range(0, max(len(whole) - half, 0), half))


def _split(record: str, separator: str) -> list[str] | None:
    """The cells of a record; None when its quotes make no sense."""
    if '"' not in record:
        return record.split(separator)
    try:
        rows = [*csv.reader([record], delimiter=separator, strict=True)]
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _header_faults(columns: list[Column | None], asked: ColumnSet) -> list[Place]:
    """Unknown columns by their place in the header (their name may be a value), then the repeated and the missing ones."""
    wrong = [Place(1, f"#{at}", "unknown_column") for at, column in enumerate(columns, 1) if column is None]
    found = [column for column in columns if column]
    for column in asked.columns:
        if found.count(column) != 1:
            wrong.append(Place(1, column.code, "repeated_column" if column in found else "missing_column"))
    return wrong
