"""Whatever the secretariat edits and however often a dossier moves on, every answer is kept or named as set aside."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.kinds import WITH_CHOICES, Kind, Unfit, choice_codes, converted, fit, is_empty
from questionnaires.rebasing import rebase
from tests.questionnaires.factories import COLOURS, asked, definition

CODES = ("a", "b", "c", "d")
SHADES = [*COLOURS, {"code": "grey", "fr": "Gris", "en": "Grey"}]


def test_an_answer_is_set_aside_with_its_question_and_comes_back_with_it() -> None:
    full, less = definition([asked("a"), asked("b")]), definition([asked("b")])
    answers, report = rebase(full, less, {"a": "mon texte", "b": "autre"})
    assert answers == {"b": "autre"}
    assert [(one["question"], one["value"], one["reason"]) for one in report.aside] == [("a", "mon texte", "removed")]
    answers, report = rebase(less, full, answers, report.aside)
    assert answers == {"a": "mon texte", "b": "autre"}
    assert (report.came_back, report.aside, report.new) == (["a"], [], ["a"])


def test_of_several_choices_only_those_that_are_gone_are_set_aside() -> None:
    full = definition([asked("a", Kind.SEVERAL)])
    less = definition([asked("a", Kind.SEVERAL, choices=COLOURS[1:])])
    answers, report = rebase(full, less, {"a": ["red", "blue"]})
    assert answers == {"a": ["blue"]}
    assert [(one["value"], one["reason"]) for one in report.aside] == [(["red"], "choice")]
    assert rebase(less, full, answers, report.aside)[0] == {"a": ["red", "blue"]}


def test_a_text_too_long_for_the_new_limit_is_set_aside_whole() -> None:
    free, short = definition([asked("a", Kind.LONG)]), definition([asked("a", Kind.LONG, max_words=2)])
    answers, report = rebase(free, short, {"a": "un deux trois"})
    assert (answers, report.aside[0]["value"], report.aside[0]["reason"]) == ({}, "un deux trois", "long")


def test_an_answer_written_meanwhile_is_never_replaced_by_the_one_set_aside() -> None:
    text, number = definition([asked("a")]), definition([asked("a", Kind.WHOLE)])
    _answers, report = rebase(text, number, {"a": "douze"})
    answers, report = rebase(number, text, {"a": 12}, report.aside)
    assert answers == {"a": "douze"}
    assert [one["value"] for one in report.aside] == [12]
    answers, report = rebase(text, definition([asked("a", label={"fr": "x", "en": "y"})]), {"a": "neuf"}, [*report.aside])
    assert answers == {"a": "neuf"}
    assert (report.reworded, [one["value"] for one in report.aside]) == (["a"], [12])


@st.composite
def definitions(draw: Any) -> dict[str, Any]:
    """Some of four questions, in one or two sections, of any kind, with any of the choices and any limit."""
    codes = draw(st.permutations(CODES).map(lambda every: every[: draw(st.integers(0, 4))]))
    rows = [draw(_question(code)) for code in codes]
    cut = draw(st.integers(0, len(rows)))
    return definition(rows[:cut], rows[cut:])


@st.composite
def _question(draw: Any, code: str) -> dict[str, Any]:
    kind = draw(st.sampled_from(Kind.values))
    choices = draw(st.lists(st.sampled_from(SHADES), min_size=2, unique_by=lambda one: one["code"])) if kind in WITH_CHOICES else []
    return asked(code, kind, choices=choices, max_words=draw(st.sampled_from([None, 1, 3])) if kind == Kind.LONG else None)


def _value(question: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Answers that this question takes."""
    codes = choice_codes(question) or ["none"]
    values: dict[str, st.SearchStrategy[Any]] = {
        Kind.SHORT: st.sampled_from(["un", "un deux", "un deux trois quatre", "x@exemple.fr"]),
        Kind.LONG: st.sampled_from(["un", "un deux trois", "un\ndeux"]),
        Kind.WHOLE: st.integers(-5, 5),
        Kind.DECIMAL: st.sampled_from([1.0, 2.5, -3.0]),
        Kind.DATE: st.dates().map(lambda day: day.isoformat()),
        Kind.YES_NO: st.booleans(),
        Kind.ONE: st.sampled_from(codes),
        Kind.SEVERAL: st.lists(st.sampled_from(codes), min_size=1, unique=True),
        Kind.EMAIL: st.sampled_from(["a@exemple.fr", "b@exemple.fr"]),
    }
    return values[question["kind"]]


def _type_answers(data: st.DataObject, asked_now: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """Somebody answers, or answers anew, some of the questions."""
    typed = dict(answers)
    for question in (one for section in asked_now["sections"] for one in section["questions"]):
        if data.draw(st.booleans()):
            try:
                typed[question["code"]] = fit(question, data.draw(_value(question)))
            except Unfit:
                continue  # a text longer than this question's limit: the form refuses it
    return typed


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_sequence_of_edits_and_rebases_drops_an_answer(data: st.DataObject) -> None:
    present = data.draw(definitions())
    answers = _type_answers(data, present, {})
    aside: list[Any] = []
    for following in data.draw(st.lists(definitions(), min_size=1, max_size=5)):
        before, before_aside = dict(answers), list(aside)
        kinds = _kinds(present)
        answers, report = rebase(present, following, answers, aside)
        aside = json.loads(json.dumps(report.aside))
        held = [(code, answers.get(code), _questions(following).get(code)) for code in CODES]
        for code, value in before.items():
            assert _is_told(code, value, kinds[code], held, aside), (code, value)
        for entry in before_aside:
            assert _is_told(entry["question"], entry["value"], entry["kind"], held, aside), entry
        _answers_fit(following, answers)
        present, answers = following, _type_answers(data, following, answers)


def _questions(shown: dict[str, Any]) -> dict[str, Any]:
    return {one["code"]: one for section in shown["sections"] for one in section["questions"]}


def _kinds(shown: dict[str, Any]) -> dict[str, str]:
    return {code: one["kind"] for code, one in _questions(shown).items()}


def _is_told(code: str, value: Any, kind: str, held: list[Any], aside: list[Any]) -> bool:
    """Is the value in the answers (as the question now takes it), or set aside, or, of several choices, each in one of the two?"""
    kept = next((answer, question) for one, answer, question in held if one == code)
    entries = [entry["value"] for entry in aside if entry["question"] == code]
    if value in entries or _same(kept, value, kind):
        return True
    if not isinstance(value, list):
        return False
    told = {one for entry in [*entries, kept[0]] for one in (entry if isinstance(entry, list) else [entry])}
    return set(value) <= told


def _same(kept: tuple[Any, Any], value: Any, kind: str) -> bool:
    answer, question = kept
    if question is None or is_empty(answer):
        return False
    try:
        return converted(value, kind, question) == answer
    except Unfit:
        return False


def _answers_fit(following: dict[str, Any], answers: dict[str, Any]) -> None:
    """Whatever is kept is a valid answer to a question that is asked."""
    questions = _questions(following)
    assert all(fit(questions[code], value) == value for code, value in answers.items())
