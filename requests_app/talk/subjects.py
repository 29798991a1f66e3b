"""What one can talk about in a dossier: the whole of it, a section of its form, one field, data source or question; each under a code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from questionnaires.definitions import label_of as question_label
from questionnaires.definitions import name_of, sections_of, title_of
from requests_app.presentation import label_of
from requests_app.rebased import definition_for
from requests_app.sections import SECTIONS

#: How the dossier as a whole is named in addresses; its thread keeps an empty code.
WHOLE = "dossier"


@dataclass(frozen=True)
class Subject:
    """One thing to talk about: its code, its name, and the section where it stands, of the form or of the secretariat's questions."""

    code: str
    label: str
    section: str = ""
    section_title: str = ""
    is_question: bool = False

    @property
    def in_address(self) -> str:
        """How it is named in addresses."""
        return self.code or WHOLE


def subjects_of(dossier: Any) -> dict[str, Subject]:
    """Everything that can be talked about in this dossier, in the order of its form; one query, for its data sources."""
    return {subject.code: subject for subject in _subjects(dossier)}


def _subjects(dossier: Any) -> Iterator[Subject]:
    yield Subject("", _("The dossier as a whole"))
    for section in SECTIONS:
        place = (section.code, str(section.title))
        yield Subject(f"section:{section.code}", _("The whole section “%(title)s”") % {"title": section.title}, *place)
        for name in section.fields:
            yield Subject(name, label_of(name), *place)
        if section.code == "sources":
            for source in dossier.content.sources.select_related("database").order_by("pk"):
                yield Subject(f"source:{source.database.slug}", _("Data of %(name)s") % {"name": source.database}, *place)
    for asked in sections_of(definition_for(dossier.content)):
        for question in asked["questions"]:
            yield Subject(name_of(question["code"]), question_label(question), asked["code"], title_of(asked), is_question=True)


def names_of_questions(dossier: Any) -> list[str]:
    """The codes under which one talks about each of the secretariat's questions."""
    sections = sections_of(definition_for(dossier.content))
    return [name_of(question["code"]) for section in sections for question in section["questions"]]


def subject_named(subjects: dict[str, Subject], code: str) -> Subject:
    """The subject of a thread; one that has left the form since keeps its code for a name."""
    return subjects.get(code) or Subject(code, code.rpartition(":")[2])


def choices_of(subjects: dict[str, Subject]) -> list[Any]:
    """The subjects as the choices of a list, section by section."""
    grouped: dict[str, list[tuple[str, str]]] = {}
    for subject in subjects.values():
        grouped.setdefault(subject.section_title, []).append((subject.in_address, subject.label))
    return [*grouped.pop(""), *grouped.items()]


def thread_address(reference: str, code: str, *, page: str = "thread") -> str:
    """The page on which one talks about a subject (`page`: `thread`, `reply`, `close`)."""
    return reverse(f"talk:{page}", args=[reference, code or WHOLE])
