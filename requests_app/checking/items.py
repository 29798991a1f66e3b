"""The items of a check: groups of fields, databases, potential identifiers, questions and pieces, each with what it says."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from questionnaires.answering import asked
from questionnaires.definitions import sections_of, title_of
from requests_app.checking.groups import GROUPS
from requests_app.checking.models import Kind
from requests_app.models import Attachment, Content
from requests_app.rebased import definition_for
from requests_app.required_pieces import required_pieces
from requests_app.sections import BY_CODE, SECTIONS, anchor_of
from requests_app.snapshot_words import NOTHING_SAID

#: The parts of a database that are judged with its identifiers, and not with the database itself.
IDENTIFYING = ("identifiers", "professional_identifier", "professional_reasons")
#: Kinds of pieces that an act of the procedure brings: nobody checks these.
OF_ACTS = frozenset({Attachment.Kind.DECISION.value, Attachment.Kind.ANSWER.value})


@dataclass(frozen=True)
class Item:
    """One thing to judge: its name, its place in the form, and what it says in the form of a snapshot."""

    code: str
    kind: str
    label: Any
    chapter: Any
    said: Mapping[str, Any]
    section: str = ""
    anchor: str = ""
    hint: str = ""
    pieces: tuple[Attachment, ...] = field(default=(), compare=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the item says; a part that says nothing does not count."""
        told = {name: value for name, value in self.said.items() if _says(value)}
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def slug(self) -> str:
        """The code as an id of the page."""
        return self.code.replace(":", "-").replace(".", "-")

    @property
    def is_empty(self) -> bool:
        """Does the item say nothing at all?"""
        return not any(_says(value) for value in self.said.values())

    def place(self, reference: str) -> str:
        """Where the applicant mends it."""
        if self.kind == Kind.PIECE:
            return reverse("dossiers:pieces", args=[reference])
        if self.kind == Kind.QUESTIONS:
            return reverse("dossiers:questions", args=[reference, self.section])
        return reverse("dossiers:section", args=[reference, self.section]) + (f"#{self.anchor}" if self.anchor else "")


def _says(value: Any) -> bool:
    return (value is False or value == 0 or value not in NOTHING_SAID) and value != [None, None]


def items_of(dossier: Any) -> list[Item]:
    """Everything to judge in a dossier as it stands, in the order of the form, then its pieces."""
    snapshot = dossier.content.snapshot()
    fields = {code: list(found) for code, found in _by_section(_groups(dossier, snapshot)).items()}
    found = []
    for section in SECTIONS:
        found += fields.get(section.code, [])
        if section.code == "sources":
            found += _databases(dossier.content)
    return [*found, *_questions(dossier, snapshot), *_pieces(dossier)]


def _by_section(items: Iterable[Item]) -> dict[str, list[Item]]:
    sections = defaultdict(list)
    for item in items:
        sections[item.section].append(item)
    return sections


def _groups(dossier: Any, snapshot: Mapping[str, Any]) -> Iterator[Item]:
    for group in GROUPS:
        if not group.concerns(dossier.content, dossier.procedure):
            continue
        said = {name: snapshot.get(name) for name in (key_of(one) for one in group.fields)}
        title = BY_CODE[group.section].title
        yield Item(group.code, Kind.FIELD, group.label, title, said, group.section, anchor_of(group.fields[0]))


def key_of(name: str) -> str:
    """The key of a field in a snapshot."""
    column = Content._meta.get_field(name)
    return name if column.many_to_many else column.attname  # type: ignore[union-attr]


def _databases(content: Any) -> Iterator[Item]:
    """One item for each database asked for, and one more for the identifiers asked of it."""
    title = BY_CODE["sources"].title
    for source in content.sources_used():
        row, place = source.snapshot(), (title, "sources", anchor_of("sources"))
        slug, name = source.database.slug, source.database.acronym
        plain = {part: value for part, value in row.items() if part not in IDENTIFYING}
        yield Item(f"source:{slug}", Kind.SOURCE, _("Data of %(name)s") % {"name": name}, place[0], plain, *place[1:])
        asked = {part: row.get(part) for part in IDENTIFYING}
        if asked["identifiers"] or asked["professional_identifier"]:
            label = _("Potential identifiers from %(name)s") % {"name": name}
            yield Item(f"identifiers:{slug}", Kind.IDENTIFIERS, label, place[0], {"database": slug} | asked, *place[1:])


def _questions(dossier: Any, snapshot: Mapping[str, Any]) -> Iterator[Item]:
    """One item for each section of the questionnaire with which the dossier was begun, as far as its questions are put."""
    definition, answers = definition_for(dossier.content), snapshot.get("answers") or {}
    put = {question["code"] for question in asked(definition, answers)}
    for section in sections_of(definition):
        said = {question["code"]: answers.get(question["code"]) for question in section["questions"] if question["code"] in put}
        if said:
            yield Item(f"questions:{section['code']}", Kind.QUESTIONS, title_of(section), Kind.QUESTIONS.label, said, section["code"])


def _pieces(dossier: Any) -> Iterator[Item]:
    """One item for each kind of piece that is required, or that is there; what an act brought is nobody's to check."""
    asked = {one.code: one for one in required_pieces(dossier)}
    there = defaultdict(list)
    for piece in dossier.attachments.filter(removed_at=None).exclude(kind__in=OF_ACTS):
        there[piece.kind].append(piece)
    labels, wanted = dict(Attachment.Kind.choices), [code for code, one in asked.items() if one.is_required or there[code]]
    for kind in dict.fromkeys([*wanted, *(code for code, pieces in there.items() if pieces)]):
        pieces = tuple(there[kind])
        said = {"sha256": sorted(piece.sha256 for piece in pieces)}
        hint = asked[kind].hint if kind in asked else ""
        yield Item(f"piece:{kind}", Kind.PIECE, labels.get(kind, kind), _("Pieces"), said, hint=hint, pieces=pieces)
