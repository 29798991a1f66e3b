"""A list of dossiers as a file for a spreadsheet, CSV or XLSX, read through a cursor and never whole in memory."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from requests_app.desks.rows import Row, Scribe
from requests_app.desks.worklist import with_columns

#: A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PER_READ = 1000
PER_CHUNK = 64 * 1024
#: The widths of the columns, in characters.
WIDTHS = (18, 60, 30, 34, 24, 26, 14, 14, 34, 18)
Cell = str | date | None


def headings() -> list[str]:
    """The names of the columns, in the reader's language."""
    return [
        _("Reference"),
        _("Project"),
        _("Procedure"),
        _("State"),
        _("Whose turn"),
        _("Officer"),
        _("In this state since"),
        _("Due on"),
        _("Period"),
        _("Amends"),
    ]


def cells_of(row: Row) -> list[Cell]:
    """One dossier as the cells of a line."""
    about = [row["reference"], row["title"], row["procedure"], row["state"], row["turn"], row["officer"]]
    return [*about, row["since"], row["due_on"], row["period"], row["amends"]]


def lines_of(dossiers: Any, today: date) -> Iterator[list[Cell]]:
    """The lines of a list; read in blocks through a cursor of the database, which lasts as long as the transaction around it."""
    scribe = Scribe(today)
    for found in with_columns(dossiers).iterator(chunk_size=PER_READ):
        yield cells_of(scribe.row(found))


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_of(dossiers: Any, today: date) -> Iterator[str]:
    """The list as a CSV file with semicolons, in pieces of many lines; formulas are disarmed."""
    writer = csv.writer(_Echo(), delimiter=";")
    block: list[str] = ["\ufeff", writer.writerow(headings())]  # without the first mark, Excel reads accents wrongly
    for cells in lines_of(dossiers, today):
        block.append(writer.writerow([disarmed(str(cell or "")) for cell in cells]))
        if len(block) >= PER_READ:
            yield "".join(block)
            block = []
    yield "".join(block)


def disarmed(cell: str) -> str:
    """The cell with a quote before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def xlsx_of(dossiers: Any, today: date) -> Iterator[bytes]:
    """The list as a workbook, in pieces; it is written to a temporary file, line by line, and handed over from there."""
    with tempfile.TemporaryFile() as file:
        write_workbook(file, lines_of(dossiers, today))
        file.seek(0)
        while piece := file.read(PER_CHUNK):
            yield piece


def write_workbook(file: IO[bytes], lines: Iterator[list[Cell]]) -> None:
    """Write one sheet: a frozen heading with filters, days as days, and every text as a text, so that nothing in it is ever run."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("Dossiers"))
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd/mm/yyyy"})
    names = headings()
    for column, name in enumerate(names):
        sheet.set_column(column, column, WIDTHS[column])
        sheet.write_string(0, column, name, bold)
    last = 0
    for last, cells in enumerate(lines, start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(last, column, cell, day)  # type: ignore[arg-type]
            elif cell:
                sheet.write_string(last, column, cell)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(names) - 1)
    book.close()


#: What a list can be downloaded as: the ending of the name, the type, and how it is written.
FORMATS: dict[str, tuple[str, Callable[[Any, date], Iterator[Any]]]] = {
    "csv": ("text/csv; charset=utf-8", csv_of),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_of),
}
