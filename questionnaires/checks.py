"""What keeps a draft from being published, each fault named with the place where it is mended. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from questionnaires.answering import reason_against
from questionnaires.conditions import Condition, faults_in, questions_in, tests_in
from questionnaires.definitions import Definition, in_language, label_of, questions_of, sections_of, title_of
from questionnaires.kinds import COMPARED, WITH_CHOICES, Kind, Question

#: Which tests a condition may make on which kind; any question may be asked whether it is answered.
TESTS: dict[str, frozenset[str]] = {
    "is": frozenset({Kind.YES_NO.value, Kind.ONE.value, Kind.WHOLE.value}),
    "in": frozenset({Kind.ONE.value}),
    "has": frozenset({Kind.SEVERAL.value}),
    "at_least": COMPARED,
    "at_most": COMPARED,
}


@dataclass(frozen=True)
class Fault:
    """One fault: its code, the sentence that names it, and the section or the question in which it stands."""

    code: str
    sentence: str
    section: str = ""
    question: str = ""


def faults_of(definition: Definition, title: Mapping[str, str]) -> list[Fault]:
    """Everything that keeps the questionnaire from being published, in the order of its pages."""
    return list(_faults(definition, title))


def _faults(definition: Definition, title: Mapping[str, str]) -> Iterator[Fault]:
    if not title.get("en"):
        yield Fault("english", _("The title of the questionnaire is missing in English."))
    if not sections_of(definition):
        yield Fault("empty", _("The questionnaire has no section."))
    order = {question["code"]: rank for rank, question in enumerate(questions_of(definition))}
    known = {question["code"]: question for question in questions_of(definition)}
    cycles = _in_cycles(known)
    for section in sections_of(definition):
        yield from _section_faults(section)
        for question in section["questions"]:
            yield from _question_faults(question, section["code"])
            for code, sentence in _condition_faults(question, known, order, cycles):
                yield Fault(code, sentence, section["code"], question["code"])


def _section_faults(section: Mapping[str, Any]) -> Iterator[Fault]:
    said = {"section": title_of(section)}
    if not section["questions"]:
        yield Fault("empty", _("The section “%(section)s” holds no question.") % said, section["code"])
    if not section["title"].get("en"):
        yield Fault("english", _("The title of the section “%(section)s” is missing in English.") % said, section["code"])
    if section["help"].get("fr") and not section["help"].get("en"):
        yield Fault("english", _("The introduction of the section “%(section)s” is missing in English.") % said, section["code"])


def _question_faults(question: Question, section: str) -> Iterator[Fault]:
    said = {"question": label_of(question)}
    if not question["label"].get("en"):
        yield Fault("english", _("The question “%(question)s” is missing in English.") % said, section, question["code"])
    if question["help"].get("fr") and not question["help"].get("en"):
        yield Fault("english", _("The help of “%(question)s” is missing in English.") % said, section, question["code"])
    for choice in question["choices"]:
        if not choice.get("en"):
            told = said | {"choice": in_language(choice)}
            yield Fault("english", _("The choice “%(choice)s” of “%(question)s” is missing in English.") % told, section, question["code"])
    if question["kind"] in WITH_CHOICES and len(question["choices"]) < 2:
        yield Fault("choices", _("“%(question)s” needs at least two choices.") % said, section, question["code"])


def _condition_faults(
    question: Question, known: Mapping[str, Question], order: Mapping[str, int], cycles: frozenset[str]
) -> Iterator[tuple[str, str]]:
    said = {"question": label_of(question)}
    condition = question.get("condition")
    if any(faults_in(condition)):
        yield "shape", _("The condition of “%(question)s” cannot be read: write it anew.") % said
        return
    if question["code"] in cycles:
        yield "cycle", _("The condition of “%(question)s” ends up depending on its own answer.") % said
    for test in tests_in(condition):
        told = said | {"other": label_of(known[test["question"]]) if test["question"] in known else test["question"]}
        if test["question"] not in known:
            yield "unknown", _("The condition of “%(question)s” asks about “%(other)s”, which is not in the questionnaire.") % told
        elif order[test["question"]] >= order[question["code"]]:
            if question["code"] not in cycles:
                yield "later", _("The condition of “%(question)s” asks about “%(other)s”, which comes later.") % told
        else:
            yield from _test_faults(test, known[test["question"]], told)


def _test_faults(test: Condition, other: Question, told: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if "answered" in test:
        return
    name = next(one for one in TESTS if one in test)
    values = test[name] if name == "in" else [[test[name]] if name == "has" else test[name]]
    if other["kind"] not in TESTS[name]:
        yield "test", _("The condition of “%(question)s” does not suit the kind of answer of “%(other)s”.") % told
    elif any(reason_against(other, value) == "choice" for value in values):
        yield "choice", _("The condition of “%(question)s” names a choice that “%(other)s” no longer offers.") % told
    elif any(reason_against(other, value) for value in values):
        yield "test", _("The condition of “%(question)s” does not suit the kind of answer of “%(other)s”.") % told


def _in_cycles(known: Mapping[str, Question]) -> frozenset[str]:
    """The questions whose condition depends, in the end, on their own answer."""
    asks = {code: {one for one in _asked_about(question) if one in known} for code, question in known.items()}
    return frozenset(code for code in asks if code in _reached(asks[code], asks))


def _asked_about(question: Question) -> set[str]:
    condition = question.get("condition")
    return set() if any(faults_in(condition)) else set(questions_in(condition))


def _reached(start: set[str], asks: Mapping[str, set[str]]) -> set[str]:
    found, ahead = set(start), list(start)
    while ahead:
        fresh = asks[ahead.pop()] - found
        found |= fresh
        ahead += fresh
    return found
