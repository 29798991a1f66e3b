"""Template files to download, and the description of each column for a page."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from extractions.linkage.cells import EXAMPLE
from extractions.linkage.columns import Column, ColumnSet, DateFormat, Kind

SEPARATOR = ";"
#: A person who cannot exist: born abroad in a country without a code, under number 999; the line is refused by its identifier.
EXAMPLES = {
    Kind.IDENTIFIER: f"{EXAMPLE}-0001",
    Kind.NIR: "1000199990999",
    Kind.SEX: "1",
    Kind.NAME: "EXEMPLE",
    Kind.PLACE: "99990",
}
EXAMPLE_DATES = {DateFormat.COMPACT: "19000101", DateFormat.ISO: "1900-01-01", DateFormat.FRENCH: "01/01/1900"}


@dataclass(frozen=True)
class Described:
    """A row of the page: the column, the code of its format (its words are in `words.FORMATS`), and an example."""

    code: str
    title: str
    required: bool
    format: str
    max_length: int
    example: str


def described(asked: ColumnSet) -> tuple[Described, ...]:
    """The columns of a set, in their order."""
    return tuple(Described(one.code, one.title, one.required, _format(one), one.max_length, _example(one)) for one in asked.columns)


def template(asked: ColumnSet, *, with_example: bool = False) -> bytes:
    """The CSV file with its header, in UTF-8 with the mark that spreadsheets need; the example line is refused in a deposit."""
    text = io.StringIO()
    written = csv.writer(text, delimiter=SEPARATOR)
    written.writerow([column.title for column in asked.columns])
    if with_example:
        written.writerow([_example(column) for column in asked.columns])
    return text.getvalue().encode("utf-8-sig")


def template_name(asked: ColumnSet) -> str:
    """The name of the file to download."""
    return f"table-{asked.code.replace('_', '-')}.csv"


def _format(column: Column) -> str:
    return f"date_{column.format}" if column.format else column.kind.value


def _example(column: Column) -> str:
    return EXAMPLE_DATES[column.format] if column.format else EXAMPLES[column.kind]
