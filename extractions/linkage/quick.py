"""One pattern for a whole line: it accepts only lines in which the careful reading finds nothing, and accepts nearly all of those.

Compiled once for a deposit from its columns, their order in the file, the separator and the day. What the pattern leaves to the checker:
the key of a NIR of 15 characters, and an identifier that holds a date or a NIR of its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from extractions.linkage import nir
from extractions.linkage.cells import EXAMPLE, FIRST_YEAR, LETTERS, PLACE
from extractions.linkage.columns import Column, ColumnSet, DateFormat, Kind

MONTH, LONG_MONTH, SHORT_MONTH = "(?:0[1-9]|1[0-2])", "(?:0[13578]|1[02])", "(?:0[469]|11)"


@dataclass(frozen=True)
class Layout:
    """How a file is written: its separator, and its columns in their order."""

    separator: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Quick:
    """The compiled pattern, and the place of each column's cell among its groups."""

    pattern: re.Pattern[str]
    groups: dict[str, int]


def quick(asked: ColumnSet, layout: Layout, on: date) -> Quick:
    """The pattern of a sound line of this file."""
    facts = _Facts(asked, on)
    cells = [f"(?P<{column.code}>{facts.cell(column)}){'' if column.required else '?'}" for column in layout.columns]
    pattern = re.compile("^" + re.escape(layout.separator).join(cells) + _filled(asked) + "$", re.MULTILINE)
    return Quick(pattern, {column.code: pattern.groupindex[column.code] - 1 for column in layout.columns})


def _filled(asked: ColumnSet) -> str:
    """After the last cell: one of the alternatives has all its cells; a group that matched nothing is an empty cell."""
    wanted = "" if not asked.alternatives else "(?!)"
    for alternative in reversed(asked.alternatives):
        test, others = "", wanted
        for code in reversed(alternative):
            test = f"(?({code}){test}|{others})"
        wanted = test
    return wanted


def years(first: int, last: int) -> str:
    """A pattern of the years from first to last; whole decades of a century are one branch."""
    decades: dict[int, list[int]] = {}
    for year in range(first, last + 1):
        decades.setdefault(year // 10, []).append(year % 10)
    whole: dict[int, list[int]] = {}
    for decade, units in decades.items():
        if len(units) == 10:
            whole.setdefault(decade // 10, []).append(decade % 10)
    branches = [f"{century}[{tens[0]}-{tens[-1]}][0-9]" for century, tens in whole.items()]
    branches += [f"{decade}[{units[0]}-{units[-1]}]" for decade, units in decades.items() if len(units) < 10]
    return "(?:" + "|".join(branches) + ")"


class _Facts:
    """Writes the cells; the first cell that tells a fact (sex, year, month) captures it, and the next must say the same."""

    def __init__(self, asked: ColumnSet, on: date) -> None:
        self._coherence = asked.coherence
        self._years = years(FIRST_YEAR, on.year - 1)  # the dates of this year are read with care
        self._told: set[str] = set()

    def cell(self, column: Column) -> str:
        """The pattern of a column's cell when it is filled."""
        match column.kind:
            case Kind.IDENTIFIER:
                return rf"(?!{EXAMPLE})[A-Za-z0-9][A-Za-z0-9._-]{{0,{column.max_length - 1}}}"
            case Kind.NAME:
                return rf"[{LETTERS}][{LETTERS} .'\u2019-]{{0,{column.max_length - 1}}}(?<! )"
            case Kind.SEX:
                return self._fact("sex", "[12]", column.code)
            case Kind.NIR:
                return self._nir(column)
            case Kind.PLACE:
                return f"(?:{PLACE.pattern})"
            case Kind.DATE:
                return self._date(column)

    def _fact(self, fact: str, pattern: str, column: str) -> str:
        named = self._coherence
        if named is None or column not in {named.nir, named.sex, named.birth} or (fact == "sex" and not named.sex):
            return pattern
        if fact != "sex" and not named.birth:
            return pattern
        if fact in self._told:
            return f"(?(fact_{fact})(?P=fact_{fact})|{pattern})"
        self._told.add(fact)
        return f"(?P<fact_{fact}>{pattern})"

    def _nir(self, column: Column) -> str:
        sex, year = self._fact("sex", "[12]", column.code), self._fact("year", "[0-9]{2}", column.code)
        month = self._fact("month", MONTH, column.code)
        key = "(?:[0-9]{2})?" if column.max_length == 15 else ""
        return f"{sex}{year}{month}(?:{nir.PLACE.pattern})(?!000)[0-9]{{3}}{key}"

    def _date(self, column: Column) -> str:
        year, month = self._fact("year", "[0-9]{2}", column.code), self._fact("month", MONTH, column.code)
        days = (
            (LONG_MONTH, "(?:0[1-9]|[12][0-9]|3[01])"),
            (SHORT_MONTH, "(?:0[1-9]|[12][0-9]|30)"),
            ("02", "(?:0[1-9]|1[0-9]|2[0-8])"),
        )
        if column.format is DateFormat.FRENCH:
            sound = "(?:" + "|".join(f"{day}/{months}/" for months, day in days) + ")" + self._years
            return f"(?={sound})[0-9]{{2}}/{month}/[0-9]{{2}}{year}"
        dash = "-" if column.format is DateFormat.ISO else ""
        sound = self._years + "(?:" + "|".join(f"{dash}{months}{dash}{day}" for months, day in days) + ")"
        return f"(?={sound})[0-9]{{2}}{year}{dash}{month}{dash}[0-9]{{2}}"
