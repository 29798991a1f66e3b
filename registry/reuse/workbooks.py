"""The fiches as a workbook (XLSX) and as Parquet: read through a cursor in batches, written to a file, never whole in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.db import connection
from django.utils.translation import gettext as _

from registry.reuse.exports import Selection, typed_sql
from registry.reuse.schema import DELIMITER, LICENCE, READING, Column, columns

PER_BATCH = 5_000
#: What a sheet of a workbook holds below its heading, and a cell at most.
PER_SHEET = 1_048_575
LONGEST_CELL = 32_767
WIDTHS = {"boolean": 10, "date": 12, "datetime": 18, "integer": 10}


def rows_of(selection: Selection) -> Iterator[tuple[Any, ...]]:
    """The fiches as typed values, column by column; the cursor of the database lasts as long as the transaction around it."""
    told = columns()
    statement = selection.sql(", ".join(typed_sql(column) for column in told), reading=READING)
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(PER_BATCH):
            for row in rows:
                yield tuple(_typed(column, value) for column, value in zip(told, row, strict=True))


def _typed(column: Column, value: Any) -> Any:
    """A value as its column's type has it; nothing for an empty text."""
    if column.type == "list":
        return [one for one in value or () if one is not None]
    if column.type == "date" and isinstance(value, str):
        return _day(value)
    return None if value == "" else value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def write_xlsx(file: IO[bytes], selection: Selection) -> int:
    """Write the fiches as a workbook; answers how many they are."""
    return write_workbook(file, columns(), rows_of(selection))


def write_workbook(file: IO[bytes], told: Sequence[Column], rows: Iterator[tuple[Any, ...]]) -> int:
    """Write a workbook: one sheet of fiches, more when they do not fit; every text is a text, never a formula. Answers the rows."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    book = xlsxwriter.Workbook(file, options)
    formats = {
        "heading": book.add_format({"bold": True}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "datetime": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    book.set_properties({"title": _("Public registry"), "comments": f"{LICENCE['title']} – {LICENCE['path']}"})
    count, number = 0, 1
    while (written := _write_sheet(book, f"fiches {number}", formats, told, islice(rows, PER_SHEET))) or number == 1:
        count, number = count + written, number + 1
        if written < PER_SHEET:
            break
    book.close()
    return count


def _write_sheet(book: Any, name: str, formats: dict[str, Any], told: Sequence[Column], rows: Iterator[tuple[Any, ...]]) -> int:
    sheet = book.add_worksheet(name)
    for place, column in enumerate(told):
        sheet.set_column(place, place, WIDTHS.get(column.type, 24))
        sheet.write_string(0, place, column.name, formats["heading"])
    sheet.freeze_panes(1, 1)
    last = 0
    for last, row in enumerate(rows, start=1):
        for place, (column, value) in enumerate(zip(told, row, strict=True)):
            _write_cell(sheet, last, place, column, value, formats)
    sheet.autofilter(0, 0, last, len(told) - 1)
    return last


def _write_cell(sheet: Any, row: int, place: int, column: Column, value: Any, formats: dict[str, Any]) -> None:
    if value is None or value == []:
        return
    if column.type in {"date", "datetime"}:
        sheet.write_datetime(row, place, value, formats[column.type])
    elif column.type == "boolean":
        sheet.write_boolean(row, place, value)
    elif column.type == "integer":
        sheet.write_number(row, place, value)
    else:
        text = DELIMITER.join(value) if isinstance(value, list) else value
        sheet.write_string(row, place, text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…")


def write_parquet(file: IO[bytes], selection: Selection) -> int:
    """Write a Parquet file (zstd), one group of rows per batch; the schema and the licence stand in its metadata. Answers the rows."""
    import pyarrow
    from pyarrow import parquet

    told, rows, count = columns(), rows_of(selection), 0
    types = {
        "string": pyarrow.string(),
        "integer": pyarrow.int32(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
        "datetime": pyarrow.timestamp("us", tz="UTC"),
        "list": pyarrow.list_(pyarrow.string()),
    }
    schema = pyarrow.schema([(column.name, types[column.type]) for column in told], metadata={"licence": LICENCE["path"]})
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while batch := list(islice(rows, 4 * PER_BATCH)):
            arrays = [pyarrow.array(values, field.type) for values, field in zip(zip(*batch, strict=True), schema, strict=True)]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))
            count += len(batch)
    return count
