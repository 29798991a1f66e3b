"""The fiches as CSV and as JSON lines: PostgreSQL itself writes the text (COPY), and it passes through here block by block.

So a million fiches cost the memory of one block, and little more time than the database needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse

from registry.reuse.schema import DELIMITER, ON_DAY, READING, SCORE, STATUS, Column, columns, quoted
from requests_app.desks.sheets import FORMULA_STARTS

PER_BLOCK = 256 * 1024
#: COPY writes a text as it is where it holds none of these, and JSON holds no control character.
AS_IT_IS = "FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02'"
INSTANT = """'YYYY-MM-DD"T"HH24:MI:SS"Z"'"""
FORMULA = r"E'^([=+\\-@\t\r])'"
STARTS = "(" + ", ".join(f"E'{start}'" if start >= " " else f"E'\\x{ord(start):02x}'" for start in FORMULA_STARTS) + ")"


@dataclass(frozen=True)
class Selection:
    """Which fiches: all that are live, or those of a search, by their places and in that order; and the day that their status is of."""

    day: date
    places: Sequence[int] | None = None

    @property
    def rows(self) -> tuple[str, str]:
        """The fiches selected (f), and what follows: the condition and the order."""
        if self.places is None:
            return "registry_fiche f", "WHERE f.live ORDER BY f.pos"
        wanted = quoted("{" + ",".join(map(str, self.places)) + "}")
        joined = f"unnest({wanted}::int[]) WITH ORDINALITY AS wanted (pos, place) JOIN registry_fiche f USING (pos)"
        return joined, "WHERE f.live ORDER BY wanted.place"

    def sql(self, told: str, *, reading: str = "") -> str:
        """The SELECT of what is told of each fiche; `reading` opens what they say."""
        fiches, rest = self.rows
        return f"SELECT {told} FROM {fiches} {reading} {rest}".replace(ON_DAY, f"DATE '{self.day.isoformat()}'")


def page_of_site(path: str) -> str:
    """A path of ours as an address of the web."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def address_sql() -> str:
    """The SQL of the public address of a fiche."""
    return f"{quoted(page_of_site(reverse('registry:index')))} || f.number || '/'"


def typed_sql(column: Column) -> str:
    """A column as PostgreSQL types it."""
    return address_sql() if column.name == "url" else column.sql


def cell_sql(column: Column) -> str:
    """A column as the text of a CSV cell: days and instants of ISO 8601, true or false, lists with a bar between their values.

    What a spreadsheet would run as a formula has a quote before it.
    """
    value = typed_sql(column)
    if column.type == "boolean":
        return f"({value})::text"
    if column.type == "datetime":
        return f"to_char({value} AT TIME ZONE 'UTC', {INSTANT})"
    if column.type == "list":
        value = f"array_to_string({value}, {quoted(DELIMITER)})"
        return f"regexp_replace({value}, {FORMULA}, E'''\\\\1')" if column.free else value
    if column.free:
        return f"CASE WHEN left({value}, 1) IN {STARTS} THEN '''' || ({value}) ELSE {value} END"
    return value


def csv_sql(selection: Selection) -> str:
    """The SELECT whose rows are the lines of the CSV."""
    return selection.sql(", ".join(f"{cell_sql(column)} AS {column.name}" for column in columns()), reading=READING)


def csv_of(selection: Selection) -> Iterator[bytes]:
    """The fiches as CSV (RFC 4180, UTF-8), in blocks."""
    yield (",".join(column.name for column in columns()) + "\r\n").encode()
    yield from lines_of(f"COPY ({csv_sql(selection)}) TO STDOUT (FORMAT csv)", b"\r\n")


#: A fiche as a JSON document: what its row adds, and everything that it says.
DOCUMENT = f"""
    jsonb_build_object('number', f.number, 'national_number', f.real_number, 'url', {{address}}, 'origin', f.origin, 'status', {STATUS},
        'suspended', f.suspended, 'is_demonstration', f.is_demonstration, 'version', f.version, 'completeness', {{score}}, 'said', f.said,
        'published_at', to_char(f.published_at AT TIME ZONE 'UTC', {INSTANT}),
        'updated_at', to_char(f.updated_at AT TIME ZONE 'UTC', {INSTANT}))::text
"""


def document_sql() -> str:
    """The SQL of the document of one fiche."""
    return DOCUMENT.format(address=address_sql(), score=SCORE)


def json_sql(selection: Selection) -> str:
    """The SELECT whose rows are the documents."""
    return selection.sql(document_sql())


def json_lines_of(selection: Selection) -> Iterator[bytes]:
    """The fiches as JSON lines, one document each, in blocks."""
    return lines_of(f"COPY ({json_sql(selection)}) TO STDOUT ({AS_IT_IS})", b"\n")


def lines_of(statement: str, ending: bytes) -> Iterator[bytes]:
    """What a COPY sends, its lines put together in blocks."""
    block: list[Any] = []
    size = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for line in copy:
            block.append(line[:-1])
            size += len(line)
            if size >= PER_BLOCK:
                yield ending.join((*block, b""))
                block, size = [], 0
    if block:
        yield ending.join((*block, b""))
