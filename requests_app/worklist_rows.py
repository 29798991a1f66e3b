"""The rows of a work-list in words, for the page and for the file of exactly the same list."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import Dossier
from requests_app.running import rule_name
from requests_app.states import TURN, Procedure, State
from requests_app.worklist import soon_until
from ui.words import due_in_words
from workflow.models import ClockRule, Task
from workflow.periods import paris_day

#: A spreadsheet takes a cell that begins so for a formula, and runs it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PER_READ = 1000


@dataclass(frozen=True)
class Row:
    """One dossier of the list, as it reads."""

    pk: int
    reference: str
    url: str
    title: str
    procedure: str
    state: str
    turn: str
    officer: str
    since: date | None
    due_on: date | None
    due: str
    period: str
    tone: str
    proposed: str


class Scribe:
    """Writes rows; what all of them share (the names of the periods, today, the words of codes) is read once."""

    def __init__(self, today: date) -> None:
        self.today, self.soon = today, soon_until(today)
        self.periods = {rule.code: rule_name(rule) for rule in ClockRule.objects.order_by("code", "valid")}
        self.procedures = {code: str(label) for code, label in Procedure.choices}
        self.states = {code: str(label) for code, label in State.choices}
        self.turns = {state: str(turn.label) for state, turn in TURN.items()}
        self.untitled = _("Untitled project")
        self.dues: dict[date, str] = {}

    def rows(self, dossiers: Iterable[Dossier]) -> list[Row]:
        """Rows in words, with the decision that is proposed for each: one query for all of them."""
        shown = list(dossiers)
        waiting = Task.objects.filter(subject_type=Dossier.subject_type, closed_at=None, subject_id__in=[one.pk for one in shown])
        proposed = dict(waiting.values_list("subject_id", "action"))
        return [self.row(one, proposed.get(one.pk, "")) for one in shown]

    def row(self, dossier: Dossier, proposed: str = "") -> Row:
        """One dossier in words."""
        due = getattr(dossier, "next_due", None)
        return Row(
            pk=dossier.pk,
            reference=dossier.reference,
            url=reverse("dossiers:page", kwargs={"reference": dossier.reference}),
            title=dossier.content.heading or self.untitled,
            procedure=self.procedures[dossier.procedure],
            state=self.states[dossier.state],
            turn=self.turns[dossier.state],
            officer=str(dossier.officer) if dossier.officer else "",
            since=paris_day(dossier.state_since) if dossier.state_since else None,
            due_on=due.due_on if due else None,
            due=self._due(due),
            period=self.periods.get(due.code, "") if due else "",
            tone=self._tone(due),
            proposed=proposed,
        )

    def _due(self, due: Any) -> str:
        if due is None:
            return ""
        if due.paused:
            return _("suspended")
        if due.due_on not in self.dues:
            self.dues[due.due_on] = due_in_words(due.due_on, self.today)
        return self.dues[due.due_on]

    def _tone(self, due: Any) -> str:
        if due is None or due.paused or due.due_on > self.soon:
            return ""
        return "overdue" if due.due_on < self.today else "soon"


class _Echo:
    """A file that hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(dossiers: Any, today: date) -> Iterator[str]:
    """The list as a CSV file with semicolons, line by line, never whole in memory; formulas are disarmed."""
    scribe, writer = Scribe(today), csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"  # without it, Excel reads accents wrongly
    yield writer.writerow(
        [
            _("Reference"),
            _("Project"),
            _("Procedure"),
            _("State"),
            _("Whose turn"),
            _("Officer"),
            _("In this state since"),
            _("Due on"),
            _("Period"),
        ]
    )
    for dossier in dossiers.iterator(chunk_size=PER_READ):
        row = scribe.row(dossier)
        cells = [row.reference, row.title, row.procedure, row.state, row.turn, row.officer, row.since or "", row.due_on or "", row.period]
        yield writer.writerow([disarmed(str(cell)) for cell in cells])


def disarmed(cell: str) -> str:
    """The cell with a quote before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
