"""Answers against a definition: which questions are put, what is wrong or missing, and how an answer reads. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from questionnaires.conditions import holds
from questionnaires.definitions import Definition, choices_in_words, questions_of
from questionnaires.kinds import REASONS, Kind, Question, Unfit, fit, is_empty
from ui.words import day_in_words

Answers = Mapping[str, Any]


def asked(definition: Definition, answers: Answers) -> list[Question]:
    """The questions that are put, given the answers; the answer to one that is not put counts for nothing in those after it."""
    counted: dict[str, Any] = {}
    found = []
    for question in questions_of(definition):
        if holds(question.get("condition"), counted):
            found.append(question)
            counted[question["code"]] = answers.get(question["code"])
    return found


def answers_that_count(definition: Definition, answers: Answers) -> dict[str, Any]:
    """The answers to the questions that are put, without the empty ones."""
    given = {question["code"]: answers.get(question["code"]) for question in asked(definition, answers)}
    return {code: value for code, value in given.items() if not is_empty(value)}


def missing(definition: Definition, answers: Answers) -> list[Question]:
    """The questions that are put, must be answered, and are not."""
    return [one for one in asked(definition, answers) if one["required"] and is_empty(answers.get(one["code"]))]


def errors_in(definition: Definition, answers: Answers) -> dict[str, Any]:
    """What is wrong with the answers to the questions that are put: question → sentence, missing ones included."""
    return dict(_errors(definition, answers))


def _errors(definition: Definition, answers: Answers) -> Iterator[tuple[str, Any]]:
    for question in asked(definition, answers):
        value = answers.get(question["code"])
        reason = reason_against(question, value)
        if reason:
            yield question["code"], REASONS[reason]
        elif question["required"] and is_empty(value):
            yield question["code"], _("This question must be answered.")


def reason_against(question: Question, value: Any) -> str:
    """Why the question does not take this value, as a code; empty when it does."""
    try:
        fit(question, value)
    except Unfit as unfit:
        return unfit.reason
    return ""


def in_words(question: Question, value: Any) -> str:
    """An answer as a person reads it; empty for none. A value that the question no longer takes is shown as it is."""
    if is_empty(value):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return "\n".join(choices_in_words(question, map(str, value)))
    if isinstance(value, int | float):
        return number_format(value, use_l10n=True, force_grouping=True)
    if question["kind"] == Kind.ONE:
        return choices_in_words(question, [value])[0]
    return _day(value) if question["kind"] == Kind.DATE else str(value)


def _day(value: Any) -> str:
    try:
        return day_in_words(date.fromisoformat(value))
    except ValueError:
        return str(value)
