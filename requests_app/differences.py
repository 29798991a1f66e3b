"""What differs between two snapshots of a content: place by place, with labels, both values in words, and the words that changed.

A *place* is what one person writes and another may write too: a field (`title`), one database (`sources.snds`), one answer to the
secretariat's questions (`answers.q12`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from requests_app.content import PIECES
from requests_app.presentation import label_of
from requests_app.sections import SECTIONS
from requests_app.snapshot_words import (
    NOTHING_SAID,
    PARTS,
    Names,
    Snapshot,
    field_named,
    part_in_words,
    part_label,
    plain_in_words,
    source_of_snapshot_in_words,
    value_in_words,
)

SOURCES, ANSWERS = "sources.", "answers."
#: Keys of a snapshot that are no field: those taken apart, and the list of pieces, which is compared on its own (`version_pieces`).
APART = ("sources", "answers", PIECES)
SAME, INSERTED, DELETED = "same", "ins", "del"
ADDED, REMOVED, CHANGED = "added", "removed", "changed"

#: Above this number of words a comparison word by word would cost too much: difflib may then skip very frequent words.
LONG = 3000
#: Up to this number of words a value is shown whole, before and after: a date in two colours could not be read.
SHORT = 8
#: Below this likeness two texts are shown one after the other: a mosaic of words could not be read.
LIKENESS = 0.4


@dataclass(frozen=True)
class Run:
    """Some words that stayed, came or went."""

    kind: str
    text: str


@dataclass(frozen=True)
class Difference:
    """One place, or one part of a database, whose value is not the same; both values are in words, empty when nothing was said."""

    place: str
    part: str
    section: str
    label: str
    before: str
    after: str

    @property
    def kind(self) -> str:
        """Was the value added, taken away, or changed?"""
        return ADDED if not self.before else REMOVED if not self.after else CHANGED

    @property
    def field(self) -> str:
        """The name of the field in the form: `controller`, `sources`, `answers`."""
        return self.place.partition(".")[0].removesuffix("_id")

    @property
    def runs(self) -> list[Run]:
        """The words that stayed, came and went, in the order in which they are read."""
        return word_runs(self.before, self.after)


def places_of(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot taken apart: place → value; what says nothing has no place."""
    places = {name: value for name, value in snapshot.items() if name not in APART}
    places |= {SOURCES + row["database"]: row for row in snapshot.get("sources") or []}
    places |= {ANSWERS + code: value for code, value in (snapshot.get("answers") or {}).items()}
    return {place: value for place, value in places.items() if _says_something(value)}


def snapshot_of(places: Mapping[str, Any], like: Snapshot) -> dict[str, Any]:
    """Places put together again, with the keys of a snapshot; the inverse of `places_of`."""
    plain = {name: places.get(name, _nothing_like(value)) for name, value in like.items() if name not in APART}
    plain |= {place: value for place, value in places.items() if not place.startswith((SOURCES, ANSWERS))}
    plain["sources"] = [value for place, value in places.items() if place.startswith(SOURCES)]
    plain["answers"] = {place.removeprefix(ANSWERS): value for place, value in places.items() if place.startswith(ANSWERS)}
    return plain


def _says_something(value: Any) -> bool:
    return value is False or value == 0 or value not in NOTHING_SAID


def _nothing_like(value: Any) -> Any:
    """How a field of this kind says nothing."""
    return type(value)() if isinstance(value, str | list | dict) else None


def changed_places(before: Snapshot, after: Snapshot) -> list[str]:
    """The places whose values differ, in the order of the form."""
    old, new = places_of(before), places_of(after)
    different = [place for place in {**old, **new} if _compared(place, old) != _compared(place, new)]
    return sorted(different, key=rank_of_place)


def _compared(place: str, places: Mapping[str, Any]) -> Any:
    """A value as it compares: what an older snapshot does not know stands at its default, an empty part of a database is none."""
    field = field_named(place)
    default = field.get_default() if field is not None and not field.many_to_many else None
    value = places.get(place, default)
    if place.startswith(SOURCES) and value:
        return {part: one for part, one in value.items() if _says_something(one) and one != [None, None]}
    return value or None if value in NOTHING_SAID else value


def differences(before: Snapshot, after: Snapshot) -> list[Difference]:
    """Everything that differs, in the order of the form and in the reader's language; a constant number of queries."""
    names = Names(before, after)
    old, new = places_of(before), places_of(after)
    return [one for place in changed_places(before, after) for one in _at(place, old.get(place), new.get(place), names)]


def _at(place: str, old: Any, new: Any, names: Names) -> Iterator[Difference]:
    if place.startswith(SOURCES):
        yield from _in_source(place, old, new, names)
    elif place.startswith(ANSWERS):
        yield Difference(place, "", "questions", label_of_place(place, names), plain_in_words(old), plain_in_words(new))
    else:
        words = [value_in_words(place, value, names) for value in (old, new)]
        if words[0] != words[1]:  # a name that is said by nothing, such as an unticked box that was never shown
            yield Difference(place, "", section_of(place), label_of_place(place, names), *words)


def _in_source(place: str, old: Any, new: Any, names: Names) -> Iterator[Difference]:
    """A database that came or went is told whole; one that stays is told part by part."""
    label, section = label_of_place(place, names), section_of(place)
    if old is None or new is None:
        words = [source_of_snapshot_in_words(value, names) if value else "" for value in (old, new)]
        yield Difference(place, "", section, label, *words)
        return
    for part in PARTS:
        before, after = part_in_words(old, part, names), part_in_words(new, part, names)
        if before != after:
            yield Difference(place, part, section, f"{label} – {part_label(part)}", before, after)


def label_of_place(place: str, names: Names) -> str:
    """What a place is called: the field's name, the database, the question."""
    if place.startswith(SOURCES):
        return _("Data of %(database)s") % {"database": names.database(place.removeprefix(SOURCES))}
    if place.startswith(ANSWERS):
        return question_in_words(place.removeprefix(ANSWERS), names)
    field = field_named(place)
    return label_of(field.name) if field is not None else place


def question_in_words(code: str, names: Names) -> str:
    """The wording of a question of the secretariat, or its code when no version asks it any more."""
    return names.question(code)


def section_of(place: str) -> str:
    """The section of the form in which a place is written; empty for one that no section holds."""
    name = place.partition(".")[0].removesuffix("_id")
    if name == "answers":
        return "questions"
    found = (section.code for section in SECTIONS if name in section.fields)
    return next(found, "sources" if name == "sources" else "")


def rank_of_place(place: str) -> tuple[int, int, str]:
    """Where a place stands in the form, as a key to sort by."""
    name = place.partition(".")[0].removesuffix("_id")
    for number, section in enumerate(SECTIONS):
        if name in section.fields:
            return (number, section.fields.index(name), place)
        if name == "sources" and section.code == "sources":
            return (number, 0, place)
    return (len(SECTIONS), 0, place)


# --- word by word --------------------------------------------------------------------------------
def word_runs(before: str, after: str) -> list[Run]:
    """The words that stayed, came and went; two texts too unlike are told one after the other."""
    if not before or not after:
        return [Run(DELETED if before else INSERTED, before or after)] if before or after else []
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) <= SHORT:
        return [Run(DELETED, before), Run(INSERTED, after)]
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > LONG)
    if matcher.ratio() < LIKENESS:
        return [Run(DELETED, before), Run(INSERTED, after)]
    runs: list[Run] = []
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "equal":
            runs.append(Run(SAME, "".join(old[first:last])))
        else:
            runs += [Run(DELETED, "".join(old[first:last]))] if last > first else []
            runs += [Run(INSERTED, "".join(new[start:end]))] if end > start else []
    return runs


def _words(text: str) -> list[str]:
    """A text as words, each with the spaces that follow it."""
    return re.findall(r"\S+\s*|\s+", text)
