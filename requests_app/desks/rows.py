"""The rows of a work-list in words, for the page and for the file of exactly the same list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.desks.worklist import soon_until
from requests_app.running import rule_name
from requests_app.states import TURN, Procedure, State, Turn
from ui.words import due_in_words
from workflow.models import ClockRule
from workflow.periods import paris_day


@dataclass(frozen=True)
class Row:
    """One dossier of the list, as it reads."""

    pk: int
    reference: str
    url: str
    short_url: str
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
    amends: str


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
            short_url=reverse("work:summary", kwargs={"reference": found["reference"]}),
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
            amends=found["amends__reference"] or "",
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
