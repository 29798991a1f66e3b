"""Lines are checked as they come: most by one pattern, the others cell by cell; what is wrong is counted and placed, never kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from extractions.linkage import cells, nir
from extractions.linkage.columns import Column, ColumnSet, DateFormat, Kind, Severity
from extractions.linkage.duplicates import Digests
from extractions.linkage.findings import KEPT, Findings, Place, Summary
from extractions.linkage.quick import Layout, Quick, quick
from extractions.linkage.reading import Lines

#: Where the month and the day of a date stand, and how both are written there.
MONTH_DAY = {
    DateFormat.COMPACT: (slice(4, 8), "{month:02}{day:02}"),
    DateFormat.ISO: (slice(5, 10), "{month:02}-{day:02}"),
    DateFormat.FRENCH: (slice(0, 5), "{day:02}/{month:02}"),
}
#: From a month and day as written to both ways of writing them in an identifier.
BOTH_WAYS = {
    form: {
        shape.format(month=month, day=day): (f"{month:02}{day:02}", f"{day:02}{month:02}") for month in range(1, 13) for day in range(1, 32)
    }
    for form, (_where, shape) in MONTH_DAY.items()
}
LONG = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}")
NIR_LENGTH = 13


class Checker:
    """What is known of the lines read so far: counts, places and digests; never a value."""

    def __init__(self, asked: ColumnSet, on: date) -> None:
        self._asked, self._on = asked, on
        self._errors, self._warnings = Findings(), Findings()
        self._digests = Digests()
        self._layout: Layout | None = None
        self._quick: Quick | None = None
        self.lines = 0

    def __repr__(self) -> str:
        return f"<Checker: {self.lines} lines>"

    def take(self, lines: Lines, layout: Layout) -> None:
        """Check these lines of a file with this layout."""
        if self._quick is None:
            self._layout, self._quick = layout, quick(self._asked, layout, self._on)
        if lines.cells is None:
            self._check(lines.text[:-1], range(lines.first, lines.first + lines.text.count("\n")), None)
        else:
            joined = [_joined(row, layout) for row in lines.cells]
            self._check("\n".join(joined), lines.numbers or [], lines.cells)

    def finish(self) -> tuple[Summary, Summary]:
        """Errors and warnings of the whole file."""
        if not self.lines:
            self._errors.add(1, "", "no_line")
        count, lines = self._digests.repeated(KEPT)
        self._errors.add_many(lines, self._asked.identifier.code, "repeated_identifier", count=count)
        return self._errors.summary(), self._warnings.summary()

    def refuse(self, *places: Place) -> tuple[Summary, Summary]:
        """Errors and warnings of a file that was read only so far."""
        for place in places:
            self._errors.add(*place)
        return self._errors.summary(), self._warnings.summary()

    def _check(self, text: str, numbers: Sequence[int], rows: Sequence[list[str] | None] | None) -> None:
        assert self._quick and self._layout
        found: list[tuple[str, ...]] = self._quick.pattern.findall(text)
        places: Sequence[int] = range(len(numbers))
        self.lines += len(numbers)
        doubtful: set[int] = set()
        if len(found) != len(numbers):
            found, places, doubtful = self._one_by_one(text)
        identifiers = self._take_identifiers(found, [numbers[at] for at in places] if doubtful else numbers)
        unsure = self._unsure(found, identifiers)
        if not unsure and not doubtful:
            return
        lines = text.split("\n")
        for at in sorted(doubtful | {places[one] for one in unsure}):
            row = rows[at] if rows is not None else lines[at].split(self._layout.separator)
            self._judge(numbers[at], row, known=at not in doubtful)

    def _one_by_one(self, text: str) -> tuple[list[tuple[str, ...]], list[int], set[int]]:
        assert self._quick
        match = self._quick.pattern.match
        found, places, doubtful = [], [], set()
        for at, line in enumerate(text.split("\n")):
            if matched := match(line):
                found.append(matched.groups(""))
                places.append(at)
            else:
                doubtful.add(at)
        return found, places, doubtful

    def _take_identifiers(self, found: list[tuple[str, ...]], numbers: Sequence[int]) -> list[str]:
        assert self._quick
        if not found:
            return []
        group = self._quick.groups[self._asked.identifier.code]
        joined = "\n".join([row[group] for row in found])
        self._digests.add(joined.encode().split(b"\n"), numbers)
        return joined.translate(cells.SEPARATORS).split("\n")

    def _unsure(self, found: list[tuple[str, ...]], identifiers: list[str]) -> set[int]:
        """Which of the accepted lines need a closer look: what the pattern cannot say."""
        assert self._quick
        unsure: set[int] = set()
        if max(map(len, identifiers), default=0) >= NIR_LENGTH:
            unsure = {at for at, one in enumerate(identifiers) if len(one) >= NIR_LENGTH and LONG.search(one)}
        for column in self._asked.columns:
            if column.kind is Kind.DATE or column.kind is Kind.NIR:
                group = self._quick.groups[column.code]
                written = [row[group] for row in found]
                unsure |= _with_the_date(identifiers, written, column) if column.kind is Kind.DATE else _without_their_key(written)
        return unsure

    def _judge(self, number: int, row: list[str] | None, *, known: bool) -> None:
        """Name what is wrong with a line; `known` when its identifier was taken already."""
        assert self._layout
        if row is not None and not any(row) and len(row) < 2:
            self.lines -= 1
            return
        if row is None or len(row) != len(self._layout.columns):
            self._errors.add(number, "", "quotes" if row is None else "cell_count")
            return
        sound: dict[str, str] = {}
        for column, cell in zip(self._layout.columns, row, strict=True):
            if code := cells.fault(cell, column, self._on):
                self._errors.add(number, column.code, code)
            elif cell:
                sound[column.code] = cell
        filled = {column.code for column, cell in zip(self._layout.columns, row, strict=True) if cell}
        if self._asked.alternatives and not any(filled.issuperset(one) for one in self._asked.alternatives):
            self._errors.add(number, "", "incomplete_line")
        self._judge_together(number, sound, known=known)

    def _judge_together(self, number: int, sound: dict[str, str], *, known: bool) -> None:
        by_code = self._asked.by_code
        numbers = {code: cell for code, cell in sound.items() if by_code[code].kind is Kind.NIR}
        for code, cell in numbers.items():
            if nir.is_provisional(cell):
                self._warnings.add(number, code, "nir_provisional")
        self._judge_coherence(number, sound)
        own = self._asked.identifier.code
        if own not in sound:
            return
        if not known:
            self._digests.add([sound[own].encode()], [number])
        if code := cells.holds_a_nir(sound[own], [*numbers.values()]):
            (self._errors if code == "id_holds_the_nir" else self._warnings).add(number, own, code)
        dates = [cells.year_month_day(cell, by_code[code]) for code, cell in sound.items() if by_code[code].kind is Kind.DATE]
        if any(cells.holds_the_date(sound[own], *day) for day in dates):
            self._warnings.add(number, own, "id_holds_a_date")

    def _judge_coherence(self, number: int, sound: dict[str, str]) -> None:
        """Whether the NIR agrees with the sex and the date of birth; a provisional one or a month of convenience says nothing."""
        named = self._asked.coherence
        if named is None or named.nir not in sound or sound[named.nir][0] in "78":
            return
        told = self._errors if named.severity is Severity.ERROR else self._warnings
        said = sound[named.nir]
        if named.sex in sound and "21"[int(said[0]) % 2] != sound[named.sex]:
            told.add(number, named.sex, "sex_against_nir")
        if named.birth in sound:
            year, month, _day = cells.year_month_day(sound[named.birth], self._asked.by_code[named.birth])
            if said[1:3] != year[2:] or (int(said[3:5]) <= 12 and said[3:5] != month):
                told.add(number, named.birth, "birth_against_nir")


def _joined(row: list[str] | None, layout: Layout) -> str:
    """The cells as a line without quotes; empty, so that they are read one by one, where that would not say the same."""
    if row is None or len(row) != len(layout.columns):
        return ""
    line = layout.separator.join(row)
    return "" if "\n" in line else line


def _with_the_date(identifiers: list[str], dates: list[str], column: Column) -> set[int]:
    """Where the month and the day follow each other in the identifier: by chance once in some hundred lines."""
    form = column.format or DateFormat.COMPACT
    where, ways = MONTH_DAY[form][0], BOTH_WAYS[form]
    unsure = set()
    for at, (one, when) in enumerate(zip(identifiers, dates, strict=True)):
        if when:
            one_way, other_way = ways[when[where]]
            if one_way in one or other_way in one:
                unsure.add(at)
    return unsure


def _without_their_key(numbers: list[str]) -> set[int]:
    """Which of the NIR of 15 characters need a closer look at their key."""
    if max(map(len, numbers), default=0) <= NIR_LENGTH:
        return set()
    return {at for at, number in enumerate(numbers) if len(number) > NIR_LENGTH and not _has_its_key(number)}


def _has_its_key(number: str) -> bool:
    """Whether the key of 15 digits is right; a NIR of Corsica is left to the careful reading."""
    return number.isdigit() and 97 - int(number[:NIR_LENGTH]) % 97 == int(number[NIR_LENGTH:])
