"""A draft: sections that name questions of the bank. What it becomes once complete, and what can be done to it. Pure.

A draft is {"sections": [{"code", "title": {fr, en}, "help": {fr, en}, "questions": [{"question", "required", "condition"}]}]}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from questionnaires.definitions import Definition

Draft = dict[str, Any]
#: The questions of the bank by code, each as a definition holds it.
Bank = Mapping[str, Mapping[str, Any]]


def definition_of(draft: Draft, bank: Bank) -> Definition:
    """The draft with its questions written out, as a version would freeze it; what the bank does not know is left out."""
    return {"sections": [_section(section, bank) for section in draft.get("sections", [])]}


def _section(section: Mapping[str, Any], bank: Bank) -> dict[str, Any]:
    asked = [_asked(one, bank) for one in section["questions"] if one["question"] in bank]
    return {"code": section["code"], "title": section["title"], "help": section["help"], "questions": asked}


def _asked(place: Mapping[str, Any], bank: Bank) -> dict[str, Any]:
    return {**bank[place["question"]], "required": place["required"], "condition": place.get("condition") or {}}


def codes_in(draft: Draft) -> list[str]:
    """The questions that the draft names, in their order."""
    return [place["question"] for place in places_in(draft)]


def places_in(draft: Draft) -> Iterator[dict[str, Any]]:
    """The questions where they stand, with what holds there only."""
    return (place for section in draft.get("sections", []) for place in section["questions"])


# --- changes: each answers a new draft; what names nothing that is there changes nothing ------------------------------
def with_section(draft: Draft, title: Mapping[str, str], help_text: Mapping[str, str], *, past: Iterable[str] = ()) -> Draft:
    """The draft with one more section at its end; its code is one that no version (`past`) has had."""
    fresh = deepcopy(draft)
    used = {section["code"] for section in fresh.setdefault("sections", [])} | set(past)
    number = next(n for n in range(1, len(used) + 2) if f"s{n}" not in used)
    fresh["sections"].append({"code": f"s{number}", "title": dict(title), "help": dict(help_text), "questions": []})
    return fresh


def with_section_named(draft: Draft, code: str, title: Mapping[str, str], help_text: Mapping[str, str]) -> Draft:
    """The draft with other words over a section."""

    def write(section: dict[str, Any]) -> None:
        section["title"], section["help"] = dict(title), dict(help_text)

    return _in_section(draft, code, write)


def without_section(draft: Draft, code: str) -> Draft:
    """The draft without a section and its questions."""
    return {**draft, "sections": [section for section in deepcopy(draft.get("sections", [])) if section["code"] != code]}


def with_section_moved(draft: Draft, code: str, by: int) -> Draft:
    """The draft with a section one place earlier (-1) or later (1)."""
    fresh = deepcopy(draft)
    _move(fresh.get("sections", []), lambda section: section["code"] == code, by)
    return fresh


def with_question(draft: Draft, section: str, question: str) -> Draft:
    """The draft with one more question at the end of a section; one that stands somewhere already stays there."""
    if question in codes_in(draft):
        return draft
    place = {"question": question, "required": True, "condition": {}}
    return _in_section(draft, section, lambda found: found["questions"].append(place))


def with_question_set(draft: Draft, question: str, *, required: bool, condition: Mapping[str, Any]) -> Draft:
    """The draft with what holds for a question in this questionnaire: must it be answered, and when is it put?"""
    fresh = deepcopy(draft)
    for place in places_in(fresh):
        if place["question"] == question:
            place["required"], place["condition"] = required, dict(condition)
    return fresh


def without_question(draft: Draft, question: str) -> Draft:
    """The draft without a question."""
    fresh = deepcopy(draft)
    for section in fresh.get("sections", []):
        section["questions"] = [place for place in section["questions"] if place["question"] != question]
    return fresh


def with_question_moved(draft: Draft, question: str, by: int) -> Draft:
    """The draft with a question one place earlier (-1) or later (1), over the border of its section if it stands there."""
    fresh = deepcopy(draft)
    sections = fresh.get("sections", [])
    for rank, section in enumerate(sections):
        places = section["questions"]
        here = next((n for n, place in enumerate(places) if place["question"] == question), None)
        if here is None:
            continue
        if 0 <= here + by < len(places):
            places[here], places[here + by] = places[here + by], places[here]
        elif 0 <= rank + by < len(sections):
            neighbour = sections[rank + by]["questions"]
            neighbour.insert(len(neighbour) if by < 0 else 0, places.pop(here))
        break
    return fresh


def _in_section(draft: Draft, code: str, change: Callable[[dict[str, Any]], Any]) -> Draft:
    fresh = deepcopy(draft)
    for section in fresh.get("sections", []):
        if section["code"] == code:
            change(section)
    return fresh


def _move(rows: list[Any], wanted: Callable[[Any], bool], by: int) -> None:
    here = next((n for n, row in enumerate(rows) if wanted(row)), None)
    if here is not None and 0 <= here + by < len(rows):
        rows[here], rows[here + by] = rows[here + by], rows[here]
