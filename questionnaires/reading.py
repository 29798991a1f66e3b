"""Answers as they read: section by section, those that the public sees, those set aside, the report of a change of version. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from questionnaires.answering import Answers, answers_that_count, asked, in_words
from questionnaires.definitions import Definition, in_language, label_of, sections_of, title_of
from questionnaires.kinds import REASONS, Question
from questionnaires.rebasing import REMOVED, Report, SetAside

#: Why an answer is set aside, as a person reads it.
WHY: dict[str, Any] = {
    **REASONS,
    REMOVED: _("The question is no longer asked."),
    "kind": _("The question now asks for another kind of answer."),
    "choice": _("The choice is no longer in the list."),
    "long": _("The text is longer than the question now allows."),
}


@dataclass(frozen=True)
class AnswerLine:
    """One question with its answer in words."""

    label: str
    value: str


@dataclass(frozen=True)
class AnswerChapter:
    """One section of questions as it reads."""

    code: str
    title: str
    lines: list[AnswerLine]


def chapters(definition: Definition, answers: Answers) -> list[AnswerChapter]:
    """The questions that are put with their answers, section by section; a section of which none is put is left out."""
    put = {question["code"] for question in asked(definition, answers)}
    found = [
        AnswerChapter(
            section["code"],
            title_of(section),
            [AnswerLine(label_of(one), in_words(one, answers.get(one["code"]))) for one in section["questions"] if one["code"] in put],
        )
        for section in sections_of(definition)
    ]
    return [chapter for chapter in found if chapter.lines]


def public_answers(definition: Definition, answers: Answers) -> list[dict[str, str]]:
    """The answers that the registry publishes, in both languages: {"code", "fr", "en", "value_fr", "value_en"}."""
    given = answers_that_count(definition, answers)
    public = [one for one in asked(definition, answers) if one["public"] and one["code"] in given]
    return [_published(question, given[question["code"]]) for question in public]


def _published(question: Question, value: Any) -> dict[str, str]:
    said = {"code": question["code"], "fr": question["label"].get("fr", ""), "en": question["label"].get("en", "")}
    for language in ("fr", "en"):
        with translation.override(language):
            said[f"value_{language}"] = in_words(question, value)
    return said


@dataclass(frozen=True)
class AsideShown:
    """One answer that stands aside: its question, what was answered, and why it stands there."""

    label: str
    value: str
    why: Any


def set_aside_shown(entries: Iterable[SetAside]) -> list[AsideShown]:
    """The answers set aside, as a person reads them."""
    return [AsideShown(in_language(one["label"]), in_words(one, one["value"]), WHY[one["reason"]]) for one in entries]


@dataclass(frozen=True)
class ReportShown:
    """What a change of version does to the answers, in words."""

    kept: list[AnswerLine]
    came_back: list[AnswerLine]
    set_aside: list[AsideShown]
    new: list[str]
    reworded: list[str]


def report_shown(report: Report, known: Mapping[str, Question], answers: Answers) -> ReportShown:
    """The report in the reader's words; of what is kept, only the answers."""

    def lines(codes: Iterable[str]) -> list[AnswerLine]:
        return [AnswerLine(label_of(known[code]), in_words(known[code], answers.get(code))) for code in codes]

    return ReportShown(
        lines(report.kept),
        lines(report.came_back),
        set_aside_shown(report.set_aside),
        [label_of(known[code]) for code in report.new],
        [label_of(known[code]) for code in report.reworded],
    )
