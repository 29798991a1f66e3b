"""pyHanko's reader, which finds an object of a compressed stream by its table, read once.

The library reads the table of the stream anew for each object: a check of thirty pages, which compares every object of every revision,
took seconds of the processor; this takes a tenth of them, and accepts nothing more.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, NamedTuple

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.misc import PdfReadError, PdfStreamError, PdfStrictReadError
from pyhanko.pdf_utils.reader import PdfFileReader

#: pyHanko's parts that say nothing of their types.
WORDS: Any = misc
NUMBER: Any = generic.NumberObject


class Table(NamedTuple):
    """What a stream of objects holds: for each number its rank and its place."""

    content: bytes
    places: dict[int, tuple[int, int]]


class Reader(PdfFileReader):
    """Strict, as pyHanko's is unless it is told otherwise."""

    def __init__(self, pdf: bytes) -> None:
        """Read a file in memory."""
        self._tables: dict[int, Table] = {}
        super().__init__(BytesIO(pdf), strict=True)

    def _get_object_from_stream(self, idnum: int, stmnum: int, idx: int) -> Any:
        if stmnum not in self._tables:
            self._tables[stmnum] = self._table(stmnum)
        content, places = self._tables[stmnum]
        rank, place = places.get(idnum, (-1, 0))
        if rank != idx:
            raise PdfStrictReadError("Object is in wrong index.")
        stream = BytesIO(content)
        stream.seek(place)
        try:
            found = generic.read_object(stream, generic.Reference(idnum, 0, self))
        except (PdfStreamError, PdfReadError) as error:
            raise PdfStrictReadError(f"Can't read object stream: {error}") from error
        if isinstance(found, generic.StreamObject | generic.IndirectObject):
            raise PdfStrictReadError("Encountered forbidden object type in object stream")
        return found

    def _table(self, stmnum: int) -> Table:
        stream: Any = generic.Reference(stmnum, 0, self).get_object()
        if not isinstance(stream, generic.StreamObject) or stream["/Type"] != "/ObjStm":
            raise PdfStrictReadError("Object stream is none")
        content, first = stream.read_data(DecodePurpose.OBJECT_STREAM), int(stream["/First"])
        table, places = BytesIO(content), dict[int, tuple[int, int]]()
        for rank in range(stream["/N"]):
            try:
                number, place = _number(table), _number(table)
            except ValueError as error:
                raise PdfStrictReadError("Object stream header possibly corrupted") from error
            places.setdefault(number, (rank, first + place))
        return Table(content, places)


def _number(table: BytesIO) -> int:
    WORDS.read_non_whitespace(table, seek_back=True)
    return int(NUMBER.read_from_stream(table))
