"""What an answer is, when a question is put, and what is wrong or missing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import translation

from questionnaires.answering import answers_that_count, asked, errors_in, in_words, missing
from questionnaires.conditions import holds
from questionnaires.kinds import Kind, Unfit, converted, fit
from questionnaires.reading import public_answers
from questionnaires.wording import condition_in_words
from tests.questionnaires.factories import asked as question
from tests.questionnaires.factories import definition


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        (Kind.SHORT, "  un mot ", "un mot"),
        (Kind.LONG, "deux\r\nlignes", "deux\nlignes"),
        (Kind.WHOLE, 12, 12),
        (Kind.DECIMAL, 12, 12.0),
        (Kind.DECIMAL, -0.0, 0.0),
        (Kind.DATE, "2027-05-14", "2027-05-14"),
        (Kind.YES_NO, False, False),
        (Kind.ONE, "red", "red"),
        (Kind.SEVERAL, ["blue", "red", "blue"], ["red", "blue"]),
        (Kind.EMAIL, "equipe@exemple.fr", "equipe@exemple.fr"),
        (Kind.SEVERAL, [], None),
        (Kind.SHORT, "", None),
    ],
)
def test_an_answer_is_stored_in_one_form(kind: Kind, given: Any, stored: Any) -> None:
    kept = fit(question("a", kind), given)
    assert (kept, type(kept)) == (stored, type(stored))
    assert fit(question("a", kind), json.loads(json.dumps(kept))) == kept


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        (Kind.SHORT, "x" * 301, "long"),
        (Kind.SHORT, "deux\nlignes", "lines"),
        (Kind.SHORT, 12, "kind"),
        (Kind.SHORT, "a\0b", "kind"),
        (Kind.WHOLE, True, "kind"),
        (Kind.WHOLE, 1.5, "kind"),
        (Kind.WHOLE, 10**12, "number"),
        (Kind.DECIMAL, float("nan"), "kind"),
        (Kind.DATE, "2027-02-30", "kind"),
        (Kind.DATE, 20270501, "kind"),
        (Kind.YES_NO, "yes", "kind"),
        (Kind.ONE, "pink", "choice"),
        (Kind.SEVERAL, ["red", "pink"], "choice"),
        (Kind.SEVERAL, "red", "kind"),
        (Kind.EMAIL, "equipe", "email"),
    ],
)
def test_an_answer_that_does_not_fit_says_why(kind: Kind, given: Any, reason: str) -> None:
    with pytest.raises(Unfit) as refused:
        fit(question("a", kind), given)
    assert refused.value.reason == reason


def test_a_long_text_has_the_limit_of_its_question() -> None:
    with pytest.raises(Unfit):
        fit(question("a", Kind.LONG, max_words=2), "un deux trois")


@pytest.mark.parametrize(
    ("value", "old", "new", "kept"),
    [
        ("mot", Kind.SHORT, Kind.LONG, "mot"),
        (3, Kind.WHOLE, Kind.DECIMAL, 3.0),
        (3.0, Kind.DECIMAL, Kind.WHOLE, 3),
        ("red", Kind.ONE, Kind.SEVERAL, ["red"]),
        (["red"], Kind.SEVERAL, Kind.ONE, "red"),
    ],
)
def test_an_answer_goes_over_to_a_kind_that_holds_it(value: Any, old: Kind, new: Kind, kept: Any) -> None:
    assert converted(value, old, question("a", new)) == kept


@pytest.mark.parametrize(
    ("value", "old", "new"),
    [
        (3.5, Kind.DECIMAL, Kind.WHOLE),
        (["red", "blue"], Kind.SEVERAL, Kind.ONE),
        ("oui", Kind.SHORT, Kind.YES_NO),
        (True, Kind.YES_NO, Kind.WHOLE),
    ],
)
def test_an_answer_that_would_lose_something_does_not_go_over(value: Any, old: Kind, new: Kind) -> None:
    with pytest.raises(Unfit):
        converted(value, old, question("a", new))


CHAIN = definition(
    [question("a", Kind.YES_NO), question("b", Kind.YES_NO, condition={"question": "a", "is": True})],
    [question("c", condition={"all": [{"question": "b", "is": True}]}), question("d", required=False)],
)


def put(answers: dict[str, Any]) -> list[str]:
    return [one["code"] for one in asked(CHAIN, answers)]


def test_a_question_is_put_when_its_condition_holds_for_the_answers_that_count() -> None:
    assert put({}) == ["a", "d"]
    assert put({"a": True}) == ["a", "b", "d"]
    assert put({"a": True, "b": True}) == ["a", "b", "c", "d"]
    assert put({"a": False, "b": True}) == ["a", "d"]


def test_only_questions_that_are_put_can_be_missing_or_wrong() -> None:
    assert [one["code"] for one in missing(CHAIN, {"a": True})] == ["b"]
    assert set(errors_in(CHAIN, {"a": False, "c": 12})) == set()
    assert set(errors_in(CHAIN, {"a": True, "b": True, "c": 12})) == {"c"}
    assert answers_that_count(CHAIN, {"a": False, "b": True, "c": "x", "d": "y"}) == {"a": False, "d": "y"}


def test_zero_and_no_are_answers_for_conditions_too() -> None:
    assert holds({"question": "a", "is": False}, {"a": False})
    assert holds({"question": "n", "at_least": 0}, {"n": 0})
    assert not holds({"question": "n", "at_least": 0}, {})


def test_answers_and_conditions_read_as_sentences() -> None:
    known = {
        one["code"]: one
        for one in (question("a", Kind.YES_NO), question("c", Kind.SEVERAL), question("n", Kind.WHOLE), question("o", Kind.ONE))
    }
    with translation.override("en"):
        assert in_words(known["c"], ["red", "pink"]) == "Red\npink"
        assert in_words(known["n"], 12345) == "12,345"
        told = condition_in_words({"all": [{"question": "a", "is": True}, {"question": "n", "at_least": 3}]}, known)
        assert told == "“Question a?” is “Yes” and “Question n?” is at least “3”"
        either = {"any": [{"question": "o", "is": "red"}, {"question": "o", "is": "blue"}]}
        assert condition_in_words(either, known) == "“Question o?” is “Red” or “Blue”"
        assert condition_in_words({"question": "c", "has": "red"}, known) == "“Question c?” includes “Red”"
        assert condition_in_words({"not": {"question": "a", "answered": False}}, known) == "not: “Question a?” is not answered"


def test_only_public_answers_that_count_are_published_in_both_languages() -> None:
    asked_here = definition(
        [question("a", Kind.YES_NO, public=True), question("b", public=True, condition={"question": "a", "is": True}), question("c")]
    )
    said = public_answers(asked_here, {"a": False, "b": "caché", "c": "privé"})
    assert said == [{"code": "a", "fr": "Question a ?", "en": "Question a?", "value_fr": "Non", "value_en": "No"}]
