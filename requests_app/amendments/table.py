"""The table of qualification: dated questions that decide whether a change is substantial; data, read once from the file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from requests_app.amendments.signs import signs_of
from requests_app.snapshot_words import Snapshot
from workflow.refusals import Broken, RuleBroken

FILE = Path(__file__).parent / "data" / "qualification.toml"
YES, NO = "yes", "no"
SUBSTANTIAL, INFORM = "substantial", "inform"

Answers = Mapping[str, Mapping[str, str]]


def _in_language(row: Mapping[str, Any], name: str) -> str:
    english = (get_language() or "fr").startswith("en")
    return str(row[f"{name}_en"] if english else row[f"{name}_fr"])


@dataclass(frozen=True)
class Question:
    """One question of the table, with what makes it asked and what makes “yes” the proposed answer."""

    row: Mapping[str, Any]

    @property
    def code(self) -> str:
        """Its stable code."""
        return str(self.row["code"])

    @property
    def effect(self) -> str:
        """What “yes” means: a substantial change, or persons to inform."""
        return str(self.row["effect"])

    @property
    def text(self) -> str:
        """The question, in the reader's language."""
        return _in_language(self.row, "text")

    @property
    def help(self) -> str:
        """Where the line is drawn."""
        return _in_language(self.row, "help")

    @property
    def because(self) -> str:
        """What “yes” means, as a sentence."""
        return _in_language(self.row, "because")

    def is_asked(self, signs: frozenset[str]) -> bool:
        """Does the change touch what the question is about?"""
        return bool(signs & set(self.row["asked_on"]))

    def presumed(self, signs: frozenset[str]) -> str:
        """The answer that the change itself suggests: “yes”, or none."""
        return YES if signs & set(self.row["presumed_on"]) else ""


@dataclass(frozen=True)
class Table:
    """One version of the rules."""

    row: Mapping[str, Any]

    @property
    def version(self) -> str:
        """Its stable name."""
        return str(self.row["version"])

    @property
    def source(self) -> str:
        """The text that the rules come from, in the reader's language."""
        return _in_language(self.row, "source")

    @property
    def questions(self) -> list[Question]:
        """The questions, in their order."""
        return [Question(row) for row in self.row["question"]]

    def asked(self, before: Snapshot, after: Snapshot) -> list[Question]:
        """The questions that this change raises."""
        signs = signs_of(before, after)
        return [question for question in self.questions if question.is_asked(signs)]

    def reasons(self, answers: Answers, effect: str = SUBSTANTIAL) -> list[str]:
        """The sentences of the questions that were answered “yes” and have this effect."""
        return [one.because for one in self.questions if one.effect == effect and answers.get(one.code, {}).get("answer") == YES]

    def is_substantial(self, answers: Answers) -> bool:
        """Does one of the answers make the change substantial?"""
        return bool(self.reasons(answers))


@cache
def tables() -> tuple[Table, ...]:
    """Every version of the rules, the oldest first."""
    with FILE.open("rb") as file:
        rows = tomllib.load(file)["table"]
    return tuple(Table(row) for row in sorted(rows, key=lambda row: row["from"]))


def table_on(day: date) -> Table:
    """The version in force on a day; the first one for a day before it."""
    return next((table for table in reversed(tables()) if table.row["from"] <= day), tables()[0])


def table_of(version: str) -> Table | None:
    """The version under which an amendment was qualified; None before."""
    return next((table for table in tables() if table.version == version), None)


def require_answers(asked: list[Question], answers: Answers) -> None:
    """Raise RuleBroken unless every question is answered, and every “no” to a substantial change says why."""
    found = []
    for question in asked:
        given = answers.get(question.code, {})
        if given.get("answer") not in (YES, NO):
            found.append(Broken(_("Answer yes or no."), where=question.code))
        elif given["answer"] == NO and question.effect == SUBSTANTIAL and not given.get("why", "").strip():
            found.append(Broken(_("Say in a sentence why not: the secretariat reads it."), where=f"{question.code}_why"))
    if found:
        raise RuleBroken(*found)
