"""What an import finds wrong, line by line: counted in memory, written to a file as it is found. No value that leads to a person."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.lint import RULES, Remark, Severity
from registry.outcomes.importing_values import without_persons
from requests_app.desks.sheets import disarmed

#: Each fault: what it is, and how much it weighs. An error keeps the line out of the registry.
SENTENCES: dict[str, tuple[Severity, Any]] = {
    "ragged": (Severity.ERROR, gettext_lazy("The line has not as many cells as the head of the file.")),
    "no_number": (Severity.ERROR, gettext_lazy("The number is not one of the former register: F or T, and fourteen digits.")),
    "number_twice": (Severity.ERROR, gettext_lazy("The number stands on an earlier line of the file.")),
    "number_taken": (Severity.ERROR, gettext_lazy("Another fiche of this registry has the number.")),
    "not_imported": (
        Severity.ERROR,
        gettext_lazy("The fiche of this number comes from a dossier or a declaration here: it is left as it is."),
    ),
    "no_title": (Severity.ERROR, gettext_lazy("The line has no title.")),
    "refused": (Severity.ERROR, gettext_lazy("The database refused the line.")),
    "unknown_value": (Severity.WARNING, gettext_lazy("The value is not in the mapping: nothing of it was taken.")),
    "unknown_source": (
        Severity.WARNING,
        gettext_lazy("The source is not in our catalogue: it stands among the other sources, as it was written."),
    ),
    "withheld": (Severity.WARNING, gettext_lazy("An address, a telephone number, or a name or mailbox of a person was withheld.")),
    "person": (Severity.WARNING, gettext_lazy("The body seems to be a natural person: neither name nor address was taken.")),
    "no_summary": (Severity.WARNING, gettext_lazy("No summary: another text, or the title, stands in its place.")),
    "too_long": (Severity.WARNING, gettext_lazy("The text was cut: the registry has no room for it.")),
    "no_day": (Severity.WARNING, gettext_lazy("This is no day.")),
    "month_only": (Severity.WARNING, gettext_lazy("Only a month is told: its first day was taken.")),
    "no_duration": (Severity.WARNING, gettext_lazy("This is no duration: the words stand as they are.")),
    "end_to_come": (Severity.WARNING, gettext_lazy("Told as ended beside an end to come: taken as under way.")),
    "end_unknown": (Severity.WARNING, gettext_lazy("Told as ended without a day: no end was taken.")),
    "which_methodology": (Severity.WARNING, gettext_lazy("A reference methodology is told, and not which one.")),
}
HEADINGS = (
    *(gettext_lazy("Line"), gettext_lazy("Number"), gettext_lazy("Column"), gettext_lazy("Weight"), gettext_lazy("Code")),
    *(gettext_lazy("What is wrong"), gettext_lazy("Value")),
)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one line."""

    line: int
    number: str
    column: str
    severity: Severity
    code: str
    sentence: str
    value: str = ""

    def cells(self) -> list[str]:
        """The fault as the cells of a line."""
        about = [str(self.line), self.number, self.column, str(self.severity.label), self.code]
        return [disarmed(cell) for cell in (*about, self.sentence, self.value)]


@dataclass
class Faults:
    """The faults of an import: those of the line at hand, and the counts of all."""

    file: IO[str] | None = None
    most_kept: int = 100
    number: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    unknown_values: Counter[tuple[str, str]] = field(default_factory=Counter)
    kept: list[Fault] = field(default_factory=list)
    here: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._out: Any = csv.writer(self.file, delimiter=";") if self.file else None
        if self._out:
            self._out.writerow([str(heading) for heading in HEADINGS])

    def begin(self, number: str) -> None:
        """The next line is read."""
        self.number, self.here = number, []

    def add(self, line: int, column: str, code: str, value: str = "") -> None:
        """Note a fault of the line at hand."""
        severity, sentence = SENTENCES[code]
        self._keep(Fault(line, self.number, column, severity, code, str(sentence), without_persons(value)))

    def unknown(self, line: int, column: str, value: str, code: str = "unknown_value") -> None:
        """Note a value that the mapping does not know."""
        shown = without_persons(value[:120])
        self.unknown_values[column, shown] += 1
        self.add(line, column, code, shown)

    def remarks(self, line: int, remarks: Iterable[Remark]) -> None:
        """Note what the lint says of the fiche; what looks like a person is not said again."""
        for one in remarks:
            sentence = str(one.template) % {"words": "…"} if one.subject == "people" else one.sentence
            self._keep(Fault(line, self.number, one.where, Severity(one.severity), f"lint.{one.code}", sentence))

    def _keep(self, fault: Fault) -> None:
        self.counts[fault.code] += 1
        self.here.append(fault)
        if len(self.kept) < self.most_kept:
            self.kept.append(fault)
        if self._out:
            self._out.writerow(fault.cells())

    @property
    def refuse_line(self) -> bool:
        """Is the line at hand kept out? Remarks of the lint never do so."""
        return any(one.severity == Severity.ERROR and one.code in SENTENCES for one in self.here)

    def sentence_of(self, code: str) -> str:
        """What a code of the counts means."""
        if code in SENTENCES:
            return str(SENTENCES[code][1])
        found = RULES[code.removeprefix("lint.")]
        return _("Remark: %(what)s") % {"what": re.sub(r"%\(\w+\)[sd]", "…", str(found.sentence))}
