"""The finder itself, pure: from the answers so far to the next question, or to the procedure, with what is met and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from questionnaires.conditions import holds

Row = Mapping[str, Any]


def worded(row: Row, part: str = "") -> str:
    """A text of the table in the reader's language: `fr`, or `fr_hint` for the part `hint`."""
    language = "en" if (get_language() or "fr").startswith("en") else "fr"
    return str(row.get(f"{language}_{part}" if part else language, ""))


@dataclass(frozen=True)
class Question:
    """One question of the table."""

    row: Row

    @property
    def code(self) -> str:
        """What the address calls it."""
        return str(self.row["code"])

    @property
    def label(self) -> str:
        """The question."""
        return worded(self.row)

    @property
    def help(self) -> str:
        """What one must know to answer."""
        return worded(self.row, "help")

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The possible answers."""
        return [(choice["code"], worded(choice)) for choice in self.row["choices"]]

    @property
    def hints(self) -> dict[str, str]:
        """What some answers mean."""
        return {choice["code"]: worded(choice, "hint") for choice in self.row["choices"]}

    def fills(self, answer: str) -> Row:
        """What an answer already says of the dossier."""
        return next((choice.get("fills", {}) for choice in self.row["choices"] if choice["code"] == answer), {})

    def in_words(self, answer: str) -> str:
        """An answer as a person reads it."""
        return dict(self.choices).get(answer, answer)


@dataclass(frozen=True)
class Point:
    """One condition of an outcome: what it demands, where it is written, and whether the answers meet it."""

    text: str
    law: str
    met: bool


@dataclass(frozen=True)
class Conclusion:
    """One outcome against the answers."""

    row: Row
    points: tuple[Point, ...]

    @property
    def code(self) -> str:
        """The outcome's code."""
        return str(self.row["code"])

    @property
    def title(self) -> str:
        """The procedure's name."""
        return worded(self.row)

    @property
    def text(self) -> str:
        """What follows."""
        return worded(self.row, "text")

    @property
    def law(self) -> str:
        """The texts that found it."""
        return str(self.row.get("law", ""))

    @property
    def procedure(self) -> str:
        """The procedure that has a room here; empty when it has none yet."""
        return str(self.row.get("procedure", ""))

    @property
    def where(self) -> str:
        """Where to go instead, as an address."""
        return str(self.row.get("where", ""))

    @property
    def holds(self) -> bool:
        """Are all its conditions met?"""
        return all(point.met for point in self.points)

    @property
    def missing(self) -> list[Point]:
        """What is not met."""
        return [point for point in self.points if not point.met]


@dataclass(frozen=True)
class Answered:
    """A question with the answer given."""

    question: Question
    answer: str

    @property
    def in_words(self) -> str:
        """The answer as a person reads it."""
        return self.question.in_words(self.answer)


class Table:
    """The questions and the outcomes of one version."""

    def __init__(self, definition: Row) -> None:
        self.questions = [Question(row) for row in definition["question"]]
        self.outcomes: list[Row] = list(definition["outcome"])

    def walk(self, sent: Mapping[str, str]) -> tuple[list[Answered], Question | None]:
        """The valid answers in the order of the questions, up to the first question that waits for one."""
        answers: dict[str, str] = {}
        path: list[Answered] = []
        for question in self.questions:
            if not holds(question.row.get("when"), answers):
                continue
            answer = sent.get(question.code, "")
            if answer not in dict(question.choices):
                return path, question
            answers[question.code] = answer
            path.append(Answered(question, answer))
        return path, None

    def conclude(self, answers: Mapping[str, str]) -> Conclusion:
        """The first outcome whose conditions all hold; the last one of the table stands for every study."""
        found = [self._against(row, answers) for row in self.outcomes]
        return next((one for one in found if one.holds), found[-1])

    def others(self, answers: Mapping[str, str]) -> list[Conclusion]:
        """The other procedures of this house that were near: their first condition holds, another one does not."""
        chosen = self.conclude(answers).code
        found = [self._against(row, answers) for row in self.outcomes if row.get("procedure") and row["code"] != chosen]
        return [one for one in found if one.points[0].met and not one.holds]

    def fills(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """What the answers already say of the dossier."""
        said: dict[str, Any] = {}
        for question in self.questions:
            if question.code in answers:
                said |= question.fills(answers[question.code])
        return said

    @staticmethod
    def _against(row: Row, answers: Mapping[str, str]) -> Conclusion:
        points = (Point(worded(one), one["law"], holds(one["holds"], answers)) for one in row["conditions"])
        return Conclusion(row, tuple(points))
