"""What changed from one definition to another, section by section and question by question, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from questionnaires.definitions import Definition, by_code, label_of, sections_of, title_of
from questionnaires.kinds import Kind, Question
from questionnaires.wording import condition_in_words


@dataclass(frozen=True)
class Change:
    """One change: what it is, of what, and both sayings where words changed."""

    what: Any
    name: str
    before: str = ""
    after: str = ""
    code: str = ""


ADDED, REMOVED = gettext_lazy("Question added"), gettext_lazy("Question removed")


def changes(old: Definition, new: Definition) -> list[Change]:
    """Everything that differs, sections first; none when both say the same."""
    return [*_title_changes(old, new), *_section_changes(old, new), *_question_changes(old, new)]


def _title_changes(old: Definition, new: Definition) -> Iterator[Change]:
    was, now = old.get("title") or {}, new.get("title") or {}
    if was and was != now:
        yield Change(_("Title changed"), "", _both(was), _both(now))


def _section_changes(old: Definition, new: Definition) -> Iterator[Change]:
    before, after = ({one["code"]: one for one in sections_of(definition)} for definition in (old, new))
    yield from (Change(_("Section added"), title_of(one)) for code, one in after.items() if code not in before)
    yield from (Change(_("Section removed"), title_of(one)) for code, one in before.items() if code not in after)
    for code in [one for one in after if one in before]:
        if before[code]["title"] != after[code]["title"]:
            yield Change(_("Section renamed"), title_of(after[code]), _both(before[code]["title"]), _both(after[code]["title"]))
        if before[code]["help"] != after[code]["help"]:
            yield Change(_("Introduction changed"), title_of(after[code]), _both(before[code]["help"]), _both(after[code]["help"]))
    common = [[code for code in codes if code in before and code in after] for codes in (before, after)]
    if common[0] != common[1]:
        yield Change(_("Sections in another order"), "", *(", ".join(title_of(after[code]) for code in order) for order in common))


def _question_changes(old: Definition, new: Definition) -> Iterator[Change]:
    before, after = by_code(old), by_code(new)
    yield from (Change(ADDED, label_of(one), code=code) for code, one in after.items() if code not in before)
    yield from (Change(REMOVED, label_of(one), code=code) for code, one in before.items() if code not in after)
    for code, question in after.items():
        if code in before:
            yield from _changes_of(before[code], question, before, after)
    yield from _moved(old, new)


def _changes_of(was: Question, now: Question, before: Mapping[str, Question], after: Mapping[str, Question]) -> Iterator[Change]:
    said_before, said_now = _said(was, before), _said(now, after)
    for what, text in said_now.items():
        if said_before[what] != text:
            yield Change(what, label_of(now), said_before[what], text, now["code"])


def _said(question: Question, known: Mapping[str, Question]) -> dict[Any, str]:
    """Everything that a question says, in words, under the name of its change."""
    limit = question.get("max_words")
    return {
        _("Wording changed"): _both(question["label"]),
        _("Help changed"): _both(question["help"]),
        _("Kind of answer changed"): str(Kind(question["kind"]).label),
        _("Choices changed"): "\n".join(_both(choice) for choice in question["choices"]),
        _("Limit changed"): ngettext("%(count)d word", "%(count)d words", limit) % {"count": limit} if limit else "",
        _("Required or not"): _("Required") if question["required"] else _("Optional"),
        _("Published or not"): _("Published in the registry") if question["public"] else _("Not published"),
        _("Condition changed"): condition_in_words(question.get("condition"), known),
    }


def _moved(old: Definition, new: Definition) -> Iterator[Change]:
    """Questions that stand in another section, then the sections in which those that stayed are in another order."""
    was, now = _sections_by_question(old), _sections_by_question(new)
    for code, section in now.items():
        if code in was and was[code]["code"] != section["code"]:
            yield Change(_("Question moved"), label_of(by_code(new)[code]), title_of(was[code]), title_of(section), code)
    stayed = {code for code, section in now.items() if code in was and was[code]["code"] == section["code"]}
    orders = [_orders(definition, stayed) for definition in (old, new)]
    yield from (
        Change(_("Questions in another order"), title_of(section))
        for section in sections_of(new)
        if orders[0].get(section["code"], []) != orders[1][section["code"]]
    )


def _orders(definition: Definition, stayed: set[str]) -> dict[str, list[str]]:
    """The questions of each section that stayed in it, in their order."""
    return {
        section["code"]: [question["code"] for question in section["questions"] if question["code"] in stayed]
        for section in sections_of(definition)
    }


def _sections_by_question(definition: Definition) -> dict[str, Mapping[str, Any]]:
    return {question["code"]: section for section in sections_of(definition) for question in section["questions"]}


def _both(texts: Mapping[str, str]) -> str:
    return " / ".join(text for text in (texts.get("fr", ""), texts.get("en", "")) if text)
