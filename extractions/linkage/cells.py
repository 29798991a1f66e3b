"""What is wrong with one cell, named: the slow and careful reading, for the lines that the quick pattern did not accept."""

from __future__ import annotations

import re
from datetime import date

from extractions.linkage import nir
from extractions.linkage.columns import Column, DateFormat, Kind

#: Nobody in a table was born before.
FIRST_YEAR = 1880
#: A cell that a spreadsheet would run.
FORMULA = frozenset("=+-@\t\r")
#: The identifiers of the template's example line: they are refused, so that it is never taken for a person.
EXAMPLE = "EXEMPLE"
#: Latin letters with their accents, composed.
LETTERS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
NAME = re.compile(rf"[{LETTERS}][{LETTERS} .'\u2019-]*")
PLACE = re.compile(r"(?:0[1-9]|[1-8][0-9]|9[0-5]|99|2[AB])(?!000)[0-9]{3}|97[1-8][0-9]{2}|98[4-9][0-9]{2}")
DATES = {
    DateFormat.COMPACT: re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    DateFormat.ISO: re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"),
    DateFormat.FRENCH: re.compile(r"(?P<d>[0-9]{2})/(?P<m>[0-9]{2})/(?P<y>[0-9]{4})"),
}
SEPARATORS = str.maketrans("", "", "._-")


def fault(cell: str, column: Column, on: date) -> str:
    """The code of the first error of a cell on the day of the deposit, empty when it is sound."""
    if not cell:
        return "missing" if column.required else ""
    if cell[0] in FORMULA:
        return "formula"
    if cell != cell.strip():
        return "spaces_around"
    if len(cell) > column.max_length:
        return "too_long"
    return _by_kind(cell, column, on)


def _by_kind(cell: str, column: Column, on: date) -> str:
    match column.kind:
        case Kind.IDENTIFIER:
            return "example_left" if cell.startswith(EXAMPLE) else "" if IDENTIFIER.fullmatch(cell) else "characters"
        case Kind.NIR:
            return nir.fault(cell)
        case Kind.SEX:
            return "" if cell in {"1", "2"} else "sex_format"
        case Kind.DATE:
            return _date_fault(cell, column, on)
        case Kind.NAME:
            return "" if NAME.fullmatch(cell) else "characters"
        case Kind.PLACE:
            return "" if PLACE.fullmatch(cell) else "place_format"


def _date_fault(cell: str, column: Column, on: date) -> str:
    found = DATES[column.format or DateFormat.COMPACT].fullmatch(cell)
    if not found:
        return "date_format"
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return "no_such_day"
    if day > on:
        return "date_to_come"
    return "date_too_early" if day.year < FIRST_YEAR else ""


def year_month_day(cell: str, column: Column) -> tuple[str, str, str]:
    """The parts of a sound date, as written."""
    found = DATES[column.format or DateFormat.COMPACT].fullmatch(cell)
    return (found["y"], found["m"], found["d"]) if found else ("", "", "")


def holds_a_nir(identifier: str, numbers: list[str]) -> str:
    """Whether an identifier contains one of the line's NIR (error), or something that looks like one (warning)."""
    bare = identifier.translate(SEPARATORS)
    if any(number[:13] in bare for number in numbers):
        return "id_holds_the_nir"
    return "id_like_a_nir" if nir.ALIKE.search(bare) else ""


def holds_the_date(identifier: str, year: str, month: str, day: str) -> bool:
    """Whether an identifier contains a date of its line, whole, or with two digits of the year and no digit around it."""
    bare = identifier.translate(SEPARATORS)
    if any(whole in bare for whole in (year + month + day, day + month + year)):
        return True
    short = (year[2:] + month + day, day + month + year[2:])
    return any(run in short for run in re.findall(r"[0-9]+", bare))
