"""The rows of a work-list in words, for the page and for the file of exactly the same list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.desks.worklist import soon_until
from requests_app.running import rule_name
from requests_app.states import TURN, Procedure, State, Turn
from ui.words import due_in_short
from workflow.models import ClockRule
from workflow.periods import paris_day


class Row(TypedDict):
    """One dossier of the list, as it reads; a mapping, since a template reads it twice as fast as an object."""

    pk: int
    reference: str
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
        rules = ClockRule.objects.only("code", "name_fr", "name_en").order_by("code", "valid")
        self.periods = {rule.code: rule_name(rule) for rule in rules}
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
            self.dues[due_on] = due_in_short(due_on, self.today)
        return self.dues[due_on]

    def _tone(self, due_on: date | None, paused: bool | None) -> str:
        if due_on is None or paused or due_on > self.soon:
            return ""
        return "overdue" if due_on < self.today else "soon"


class ShownRow(Row):
    """A row of the page: with its addresses, what awaits the reader in its messages, and what the template would have to work out."""

    url: str
    short_url: str
    since_words: str
    unread: str


def shown(rows: list[Row], unread: Mapping[int, int]) -> list[ShownRow]:
    """The rows of a page; `unread` are the messages that await the reader, by dossier."""
    page, summary = address_in("dossiers:page"), address_in("work:summary")
    words = {count: _unread(count) for count in set(unread.values())}
    return [
        ShownRow(
            **row,
            url=page(row["reference"]),
            short_url=summary(row["reference"]),
            since_words=f"{row['since']:%d/%m/%Y}" if row["since"] else "",
            unread=words.get(unread.get(row["pk"], 0), ""),
        )
        for row in rows
    ]


def _unread(count: int) -> str:
    return ngettext("%(count)d unread message", "%(count)d unread messages", count) % {"count": count}


def address_in(url_name: str) -> Callable[[str], str]:
    """How a page of a dossier is addressed, worked out once for all rows: a reference is a slug, which an address holds as it is."""
    before, _mark, after = reverse(url_name, kwargs={"reference": "GU-0"}).partition("GU-0")
    return lambda reference: f"{before}{reference}{after}"
