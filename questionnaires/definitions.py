"""A questionnaire as data: sections with their questions, each complete in itself, as a version freezes them for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import get_language

from questionnaires.kinds import WITH_CHOICES, Kind, Question

Definition = Mapping[str, Any]
Section = Mapping[str, Any]
NOTHING: Definition = {"sections": []}
PREFIX = "q_"


def sections_of(definition: Definition) -> list[Section]:
    """The sections, in their order."""
    return list(definition.get("sections", []))


def questions_of(definition: Definition) -> Iterator[Question]:
    """The questions, in the order in which they are asked."""
    return (question for section in sections_of(definition) for question in section["questions"])


def by_code(definition: Definition) -> dict[str, Question]:
    """The questions by their codes."""
    return {question["code"]: question for question in questions_of(definition)}


def section_named(definition: Definition, code: str) -> Section | None:
    """The section of this code, if there is one."""
    return next((section for section in sections_of(definition) if section["code"] == code), None)


def neighbours(definition: Definition, code: str) -> tuple[Section | None, Section | None]:
    """The sections before and after the one of this code."""
    sections = sections_of(definition)
    place = [section["code"] for section in sections].index(code)
    after = sections[place + 1] if place + 1 < len(sections) else None
    return (sections[place - 1] if place else None), after


def in_language(texts: Mapping[str, str]) -> str:
    """A text in the reader's language, in French while the English one is missing."""
    english = (get_language() or "fr").startswith("en")
    return (texts.get("en", "") if english else "") or texts.get("fr", "")


def label_of(question: Question) -> str:
    """What is asked, in the reader's language."""
    return in_language(question["label"])


def title_of(section: Section) -> str:
    """The title of a section, in the reader's language."""
    return in_language(section["title"])


def choices_in_words(question: Question, codes: Iterable[str]) -> list[str]:
    """The labels of some choices; a code that is not offered any more stands for itself."""
    labels = {choice["code"]: in_language(choice) for choice in question.get("choices", [])}
    return [labels.get(code, code) for code in codes]


def name_of(code: str) -> str:
    """The name of the field in which a question is answered."""
    return f"{PREFIX}{code}"


def anchor_of(question: Question) -> str:
    """The id of the element to go to: the field, or the first choice of a group."""
    first = "_0" if question["kind"] in WITH_CHOICES | {Kind.YES_NO} else ""
    return f"id_{name_of(question['code'])}{first}"
