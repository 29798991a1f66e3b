"""What keeps a draft from being published, named; and what a version changed, in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from questionnaires import drafting
from questionnaires.checks import faults_of
from questionnaires.differences import changes
from questionnaires.kinds import Kind
from tests.questionnaires.factories import COLOURS, asked, definition

TITLE = {"fr": "Titre", "en": "Title"}


def found(*sections: list[dict[str, Any]], title: dict[str, str] = TITLE) -> list[tuple[str, str, str]]:
    return [(one.code, one.section, one.question) for one in faults_of(definition(*sections), title)]


def test_a_sound_questionnaire_has_no_fault() -> None:
    assert found([asked("a", Kind.YES_NO)], [asked("b", condition={"all": [{"question": "a", "is": True}]})]) == []


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ({"question": "gone", "is": True}, "unknown"),
        ({"any": [{"question": "z", "answered": True}]}, "later"),
        ({"question": "b", "answered": True}, "cycle"),
        ({"question": "o", "is": "pink"}, "choice"),
        ({"question": "s", "has": "pink"}, "choice"),
        ({"question": "o", "at_least": 3}, "test"),
        ({"question": "a", "is": "yes"}, "test"),
        ({"all": "nonsense"}, "shape"),
    ],
)
def test_a_condition_that_cannot_work_is_named_where_it_stands(condition: dict[str, Any], fault: str) -> None:
    before = [asked("a", Kind.YES_NO), asked("o", Kind.ONE), asked("s", Kind.SEVERAL)]
    assert found(before, [asked("b", condition=condition)], [asked("z")]) == [(fault, "s2", "b")]


def test_questions_that_depend_on_each_other_are_a_cycle_and_not_only_out_of_order() -> None:
    one, other = asked("a", condition={"question": "b", "answered": True}), asked("b", condition={"question": "a", "answered": True})
    assert found([one, other]) == [("cycle", "s1", "a"), ("cycle", "s1", "b")]


def test_an_empty_section_and_an_empty_questionnaire_are_faults() -> None:
    assert found([asked("a")], []) == [("empty", "s2", "")]
    assert found() == [("empty", "", "")]


def test_everything_an_applicant_reads_must_exist_in_english() -> None:
    nothing = {"fr": "Aide", "en": ""}
    choices = [*COLOURS[1:], {"code": "red", "fr": "Rouge", "en": ""}]
    bare = asked("a", Kind.ONE, label={"fr": "Quoi ?", "en": ""}, help=nothing, choices=choices)
    assert [one[0] for one in found([bare], title={"fr": "Titre", "en": ""})] == ["english"] * 4


def test_a_list_of_one_choice_is_no_list() -> None:
    assert found([asked("a", Kind.ONE, choices=COLOURS[:1])]) == [("choices", "s1", "a")]


# --- the draft ---------------------------------------------------------------------------------------------------------
def a_draft() -> drafting.Draft:
    draft: drafting.Draft = {}
    for number in (1, 2):
        draft = drafting.with_section(draft, {"fr": f"P{number}", "en": ""}, {"fr": "", "en": ""})
    for section, code in (("s1", "a"), ("s1", "b"), ("s2", "c")):
        draft = drafting.with_question(draft, section, code)
    return draft


def order(draft: drafting.Draft) -> list[list[str]]:
    return [[place["question"] for place in section["questions"]] for section in draft["sections"]]


def test_a_question_moves_within_its_section_and_over_its_border() -> None:
    draft = a_draft()
    assert order(drafting.with_question_moved(draft, "b", -1)) == [["b", "a"], ["c"]]
    assert order(drafting.with_question_moved(draft, "b", 1)) == [["a"], ["b", "c"]]
    assert order(drafting.with_question_moved(draft, "c", -1)) == [["a", "b", "c"], []]
    for code, by in (("a", -1), ("c", 1), ("unknown", 1)):
        assert drafting.with_question_moved(draft, code, by) == draft


def test_sections_move_and_leave_with_their_questions() -> None:
    draft = a_draft()
    assert order(drafting.with_section_moved(draft, "s2", -1)) == [["c"], ["a", "b"]]
    assert drafting.with_section_moved(draft, "s1", -1) == draft
    assert order(drafting.without_section(draft, "s1")) == [["c"]]
    assert order(drafting.without_question(draft, "a")) == [["b"], ["c"]]


def test_a_question_stands_once_in_a_questionnaire_and_a_section_code_is_never_used_twice() -> None:
    draft = drafting.with_question(a_draft(), "s2", "a")
    assert draft == a_draft()
    again = drafting.with_section(drafting.without_section(draft, "s2"), {"fr": "", "en": ""}, {"fr": "", "en": ""}, past=["s1", "s2"])
    assert [section["code"] for section in again["sections"]] == ["s1", "s3"]


# --- differences -------------------------------------------------------------------------------------------------------
def told(old: Any, new: Any) -> list[tuple[str, str]]:
    with translation.override("en"):
        return [(str(one.what), one.name) for one in changes(old, new)]


def test_a_change_of_every_part_is_told() -> None:
    old = definition([asked("a", Kind.YES_NO), asked("b"), asked("c")], [asked("d")])
    new = definition(
        [asked("c", required=False, public=True), asked("a", Kind.YES_NO)],
        [asked("d", Kind.LONG, max_words=9, condition={"question": "a", "is": True}), asked("e")],
    )
    new["title"] = {"fr": "Autre", "en": "Other"}
    assert told(old, new) == [
        ("Title changed", ""),
        ("Question added", "Question e?"),
        ("Question removed", "Question b?"),
        ("Required or not", "Question c?"),
        ("Published or not", "Question c?"),
        ("Kind of answer changed", "Question d?"),
        ("Limit changed", "Question d?"),
        ("Condition changed", "Question d?"),
        ("Questions in another order", "Part 1"),
    ]
    assert told(old, old) == []


def test_a_question_that_changed_its_section_is_told_once() -> None:
    old, new = definition([asked("a"), asked("b")], [asked("c")]), definition([asked("a")], [asked("b"), asked("c")])
    assert told(old, new) == [("Question moved", "Question b?")]
