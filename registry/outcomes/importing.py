"""Taking the fiches of the former register over: rehearsed, then written in batches through the one door of the registry.

Each batch is one transaction. Who runs an import that was killed again begins anew: what is written already is found unchanged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import Error, transaction

from registry.lint import lint
from registry.models import Fiche, Origin
from registry.outcomes.importing_faults import Faults
from registry.outcomes.importing_files import Row, Table
from registry.outcomes.importing_rows import Reading
from registry.outcomes.importing_values import Known
from registry.public_core import Said, columns_of
from registry.publication import as_stored, write
from workflow.periods import paris_day

IMPORTED = "imported"
#: Fiches a transaction: whoever publishes meanwhile waits for no more than these.
BATCH = 100


@dataclass(frozen=True)
class Taken:
    """A line that may enter the registry."""

    line: int
    number: str
    said: Said


@dataclass
class Import:
    """One passage over a file: what it found, and what it did or would do."""

    table: Table
    known: Known
    faults: Faults
    at: datetime
    commit: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)

    def run(self, told: Callable[[int], None] = lambda lines: None) -> None:
        """Read the whole file; `told` hears after each batch how many lines were read."""
        lines = self.table.rows()
        while rows := list(islice(lines, BATCH)):
            self._batch(rows)
            told(self.counts["lines"])

    def _batch(self, rows: Iterable[Row]) -> None:
        taken = [one for row in rows if (one := self._read(row)) is not None]
        with transaction.atomic():
            held = self._held(taken)
            others = self._others(taken)
            for one in taken:
                self.faults.begin(one.number)
                self.counts[self._enter(one, held.get(one.number), others)] += 1

    # --- reading
    def _read(self, row: Row) -> Taken | None:
        """What the fiche of a line would say; None, with a fault, for a line that cannot enter."""
        self.counts["lines"] += 1
        number = "".join(row.cells.get(("number", 1), "").split()).upper()
        self.faults.begin(number)
        if why_not := row.why_not or self._number_fault(number):
            self.faults.add(row.line, "number", why_not)
        elif not row.cells.get(("title", 1)):
            self.faults.add(row.line, "title", "no_title")
        if self.faults.refuse_line:
            self.counts["refused"] += 1
            return None
        self.seen.add(number)
        said = Reading(row, self.known, self.faults, paris_day(self.at)).said()
        self.faults.remarks(row.line, lint(self._with_results_day(said, None), paris_day(self.at)))
        return Taken(row.line, number, said)

    def _number_fault(self, number: str) -> str:
        if not re.fullmatch(r"[FT][0-9]{14}", number, re.ASCII):
            return "no_number"
        return "number_twice" if number in self.seen else ""

    # --- writing
    def _held(self, taken: list[Taken]) -> Mapping[str, Fiche]:
        """The fiches of the batch that are there already, locked when they are to be written."""
        found = Fiche.objects.filter(real_number__in=[one.number for one in taken]).order_by("pk")
        return {str(one.real_number): one for one in (found.select_for_update() if self.commit else found)}

    def _others(self, taken: list[Taken]) -> Mapping[str, str | None]:
        """The fiches that have one of these numbers as their own, with that of the former register."""
        return dict(Fiche.objects.filter(number__in=[one.number for one in taken]).values_list("number", "real_number"))

    def _enter(self, one: Taken, held: Fiche | None, others: Mapping[str, str | None]) -> str:
        """Write one fiche, or say what would be written: what became of the line."""
        why_not = "number_taken" if others.get(one.number, one.number) != one.number else ""
        if held is not None and held.origin != Origin.IMPORT:
            why_not = "not_imported"
        if why_not:
            self.faults.add(one.line, "number", why_not)
            return "refused"
        said = self._with_results_day(one.said, held) | {"national_number": one.number}
        columns = columns_of(said | (held.added if held else {}))
        if held is not None and all(as_stored(getattr(held, name)) == as_stored(value) for name, value in columns.items()):
            return "unchanged"
        return self._write(one, held, columns) if self.commit else "changed" if held else "new"

    def _write(self, one: Taken, held: Fiche | None, columns: Mapping[str, Any]) -> str:
        fiche = held or Fiche(origin=Origin.IMPORT, real_number=one.number, number=own_number(one.number, paris_day(self.at)))
        try:
            with transaction.atomic():
                write(fiche, columns, at=self.at, because=IMPORTED)
        except Error:
            self.faults.add(one.line, "number", "refused")
            return "refused"
        return "changed" if held else "new"

    def _with_results_day(self, said: Said, held: Fiche | None) -> Said:
        """Results without a day of their own are published on the day on which the registry first shows them."""
        if said.get("results_on") or not (said.get("results") or said.get("publications")):
            return said
        first = held.said.get("results_on") if held else None
        return said | {"results_on": first or paris_day(self.at).isoformat()}


def own_number(real: str, today: date) -> str:
    """The number of a fiche that is taken over: its own in the new generation; of T + six digits + a day, one that these digits make.

    The former address leads to the fiche in both cases. The same number always makes the same one, unless another fiche has it.
    """
    if real.startswith("F"):
        return real
    try:
        day = datetime.strptime(real[7:], "%Y%m%d")  # noqa: DTZ007  (a number, no moment)
    except ValueError:
        day = datetime(today.year, today.month, today.day)  # noqa: DTZ001
    numbers = (f"F{day + timedelta(seconds=(int(real[1:7]) + spare) % 86_400):%Y%m%d%H%M%S}" for spare in range(86_400))
    return next(number for number in numbers if not Fiche.objects.filter(number=number).exists())


def unknown_first(faults: Faults, most: int) -> Iterator[tuple[str, str, int]]:
    """The values that nobody knows, the most frequent first: column, value, how often."""
    for (column, value), count in faults.unknown_values.most_common(most):
        yield column, value, count
