"""The rows of a work-list in words, for the page and for the file of exactly the same list."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.running import rule_name
from requests_app.states import TURN, Procedure, State, Turn
from requests_app.worklist import soon_until
from ui.words import due_in_words
from workflow.models import ClockRule
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
    proposed: bool


class Scribe:
    """Writes rows; what all of them share (the names of the periods, today, the words of codes) is read once."""

    def __init__(self, today: date) -> None:
        self.today, self.soon = today, soon_until(today)
        self.periods = {rule.code: rule_name(rule) for rule in ClockRule.objects.order_by("code", "valid")}
        self.procedures = {code: str(label) for code, label in Procedure.choices}
        self.states = {code: str(label) for code, label in State.choices}
        self.turns = {state: "" if turn == Turn.NOBODY else str(turn.label) for state, turn in TURN.items()}
        self.untitled = _("Untitled project")
        self.dues: dict[date, str] = {}

    def row(self, found: Mapping[str, Any]) -> Row:
        """One dossier in words, from the columns of the list."""
        due_on, since = found["next_due__due_on"], found["state_since"]
        return Row(
            pk=found["pk"],
            reference=found["reference"],
            url=reverse("dossiers:page", kwargs={"reference": found["reference"]}),
            title=" – ".join(filter(None, (found["content__acronym"], found["content__title"]))) or self.untitled,
            procedure=self.procedures[found["procedure"]],
            state=self.states[found["state"]],
            turn=self.turns[found["state"]],
            officer=" ".join(filter(None, (found["officer__first_name"], found["officer__last_name"]))),
            since=paris_day(since) if since else None,
            due_on=due_on,
            due=self._due(due_on, found["next_due__paused"]),
            period=self.periods.get(found["next_due__code"], ""),
            tone=self._tone(due_on, found["next_due__paused"]),
            proposed=found["proposed"],
        )

    def _due(self, due_on: date | None, paused: bool | None) -> str:
        if due_on is None:
            return ""
        if paused:
            return _("suspended")
        if due_on not in self.dues:
            self.dues[due_on] = due_in_words(due_on, self.today)
        return self.dues[due_on]

    def _tone(self, due_on: date | None, paused: bool | None) -> str:
        if due_on is None or paused or due_on > self.soon:
            return ""
        return "overdue" if due_on < self.today else "soon"


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
    for found in dossiers.iterator(chunk_size=PER_READ):
        row = scribe.row(found)
        cells = [row.reference, row.title, row.procedure, row.state, row.turn, row.officer, row.since or "", row.due_on or "", row.period]
        yield writer.writerow([disarmed(str(cell)) for cell in cells])


def disarmed(cell: str) -> str:
    """The cell with a quote before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
