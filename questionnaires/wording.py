"""A condition in words: “to be answered if …”, for the applicant, the editor and the list of differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from questionnaires.answering import in_words
from questionnaires.conditions import Condition
from questionnaires.definitions import label_of
from questionnaires.kinds import Question

Known = Mapping[str, Question]

#: A test and what it says of its question; the value stands in quotation marks already.
SENTENCES: dict[str, Any] = {
    "is": gettext_lazy("“%(question)s” is %(value)s"),
    "in": gettext_lazy("“%(question)s” is %(value)s"),
    "is_one_of": gettext_lazy("“%(question)s” is %(value)s"),
    "has_one_of": gettext_lazy("“%(question)s” includes %(value)s"),
    "has": gettext_lazy("“%(question)s” includes %(value)s"),
    "at_least": gettext_lazy("“%(question)s” is at least %(value)s"),
    "at_most": gettext_lazy("“%(question)s” is at most %(value)s"),
}
SEVERAL_VALUES = ("in", "is_one_of", "has_one_of")
ANSWERED = {True: gettext_lazy("“%(question)s” is answered"), False: gettext_lazy("“%(question)s” is not answered")}


def condition_in_words(condition: Condition | None, known: Known) -> str:
    """The condition as a sentence without its beginning; empty when there is none."""
    if not condition:
        return ""
    if "all" in condition:
        return _joined(condition["all"], known, _(" and "))
    if "any" in condition:
        return _joined(_gathered(condition["any"]), known, _(" or "))
    if "not" in condition:
        return _("not: %(condition)s") % {"condition": condition_in_words(condition["not"], known)}
    return _test_in_words(condition, known)


def _gathered(parts: list[Condition]) -> list[Condition]:
    """The same test of the same question, made of several values, as one: “is this or that”."""
    for test in ("is", "has"):
        if len(parts) > 1 and all(test in part for part in parts) and len({part["question"] for part in parts}) == 1:
            return [{"question": parts[0]["question"], f"{test}_one_of": [part[test] for part in parts]}]
    return parts


def _joined(parts: list[Condition], known: Known, word: str) -> str:
    return word.join(f"({told})" if part.keys() & {"all", "any"} else told for part in parts if (told := condition_in_words(part, known)))


def _test_in_words(condition: Condition, known: Known) -> str:
    code = condition["question"]
    question = known.get(code, {"kind": "", "label": {"fr": code, "en": code}, "choices": []})
    told = {"question": label_of(question)}
    for test, sentence in SENTENCES.items():
        if test in condition:
            values = condition[test] if test in SEVERAL_VALUES else [condition[test]]
            quoted = (_("“%(value)s”") % {"value": in_words(question, [one] if test.startswith("has") else one)} for one in values)
            return str(sentence) % (told | {"value": _(" or ").join(quoted)})
    return str(ANSWERED[bool(condition.get("answered"))]) % told
