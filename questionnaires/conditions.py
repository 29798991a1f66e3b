"""Conditions over answers, as data: {"question": "persons", "is": "yes"}, {"all": […]}, {"any": […]}, {"not": …}; an empty one holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Condition = Mapping[str, Any]
TESTS = ("is", "in", "has", "answered", "at_least", "at_most")


def holds(condition: Condition | None, answers: Mapping[str, Any]) -> bool:
    """Does the condition hold for these answers? A question without an answer satisfies no test but `answered: false`."""
    if not condition:
        return True
    if "all" in condition:
        return all(holds(one, answers) for one in condition["all"])
    if "any" in condition:
        return any(holds(one, answers) for one in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], answers)
    return _test(condition, answers.get(condition["question"]))


def _test(condition: Condition, answer: Any) -> bool:
    if "answered" in condition:
        return bool(condition["answered"]) == (answer not in (None, "", []))
    if answer in (None, "", []):
        return False
    if "is" in condition:
        return bool(answer == condition["is"])
    if "in" in condition:
        return answer in condition["in"]
    if "has" in condition:
        return condition["has"] in answer
    return _compared(condition, answer)


def _compared(condition: Condition, answer: Any) -> bool:
    """At least and at most, for numbers and for days as they are written (2026-05-14); what cannot be compared does not hold."""
    bound = condition.get("at_least", condition.get("at_most"))
    if isinstance(answer, bool) or type(answer) is not type(bound):
        return False
    return bool(answer >= bound if "at_least" in condition else answer <= bound)


def tests_in(condition: Condition | None) -> Iterator[Condition]:
    """The tests that a condition is made of."""
    if not condition:
        return
    for one in [*condition.get("all", []), *condition.get("any", []), condition.get("not")]:
        yield from tests_in(one)
    if "question" in condition:
        yield condition


def questions_in(condition: Condition | None) -> Iterator[str]:
    """The questions that a condition asks about."""
    return (str(test["question"]) for test in tests_in(condition))


def faults_in(condition: Any) -> Iterator[str]:
    """What is wrong with a condition as it is written, as codes: `shape`, `test`, `value`."""
    if not condition:
        return
    if not isinstance(condition, Mapping):
        yield "shape"
        return
    groups = [name for name in ("all", "any") if name in condition]
    if len(condition.keys() & {"all", "any", "not", "question"}) != 1:
        yield "shape"
    elif groups:
        parts = condition[groups[0]]
        yield from ("shape",) if not isinstance(parts, list) else (fault for one in parts for fault in faults_in(one))
    elif "not" in condition:
        yield from faults_in(condition["not"])
    elif len(condition.keys() & set(TESTS)) != 1 or not isinstance(condition["question"], str):
        yield "test"
