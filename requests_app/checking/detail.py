"""One item as an officer reads it: each value in words, what it said when it was last judged, and its pieces then and now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from questionnaires.answering import in_words
from questionnaires.definitions import by_code
from questionnaires.definitions import label_of as label_of_question
from requests_app.checking.groups import BY_CODE
from requests_app.checking.items import IDENTIFYING, OF_ACTS, Item, key_of
from requests_app.checking.models import Kind
from requests_app.checking.sheet import CHANGED, Standing
from requests_app.concerns import concerns
from requests_app.differences import Run, word_runs
from requests_app.models import Attachment
from requests_app.presentation import label_of
from requests_app.rebased import definition_for
from requests_app.snapshot_words import PARTS, Names, part_in_words, part_label, value_in_words


@dataclass(frozen=True)
class Line:
    """One value of an item, with the one it had when it was last judged; None when there is nothing to compare with."""

    label: str
    value: str
    before: str | None = None

    @property
    def is_changed(self) -> bool:
        """Did the value change since?"""
        return self.before is not None and self.before != self.value

    @property
    def runs(self) -> list[Run]:
        """The words that stayed, came and went."""
        return word_runs(self.before or "", self.value)


@dataclass(frozen=True)
class PieceLine:
    """One piece of an item: is it new since the item was last judged, or gone?"""

    piece: Attachment
    is_new: bool = False
    is_gone: bool = False


@dataclass(frozen=True)
class Detail:
    """What stands in the middle of the screen."""

    lines: list[Line]
    pieces: list[PieceLine]


def detail_of(dossier: Any, standing: Standing) -> Detail:
    """The item in words, with the former words when it has changed since its verdict."""
    item, changed = standing.item, standing.state == CHANGED
    if item.kind == Kind.PIECE:
        return Detail([], list(_pieces(dossier, standing)))
    now: dict[str, Any] = dossier.content.snapshot()
    before = _snapshot_judged(dossier, standing) if changed else None
    names = Names(*filter(None, (before, now)))
    old = dict(_words(dossier, item, before, names)) if before is not None else {}
    found = [(label, words) for label, words in _words(dossier, item, now, names)]
    gone = [Line(label, "", words) for label, words in old.items() if label not in dict(found)]
    return Detail([*(Line(label, words, old.get(label, "") if changed else None) for label, words in found), *gone], [])


def _snapshot_judged(dossier: Any, standing: Standing) -> dict[str, Any]:
    """The version on which the last verdict was given."""
    version = standing.verdict.round.version if standing.verdict else 0
    return dossier.versions.filter(number=version).values_list("snapshot", flat=True).first() or {}


def _words(dossier: Any, item: Item, snapshot: Mapping[str, Any], names: Names) -> Iterator[tuple[str, str]]:
    """The parts of an item in a snapshot, with their labels, in their order."""
    name = item.code.partition(":")[2]
    if item.kind == Kind.FIELD:
        for field in BY_CODE[item.code].fields:
            place = key_of(field)
            if concerns(dossier.content, field):
                yield label_of(field), value_in_words(place, snapshot.get(place), names)
    elif item.kind == Kind.QUESTIONS:
        known, answers = by_code(definition_for(dossier.content)), snapshot.get("answers") or {}
        yield from ((label_of_question(known[code]), in_words(known[code], answers.get(code))) for code in item.said)
    else:
        row = next((one for one in snapshot.get("sources") or [] if one["database"] == name), None)
        parts = [part for part in PARTS if (part in IDENTIFYING) == (item.kind == Kind.IDENTIFIERS)]
        yield from ((part_label(part), part_in_words(row, part, names)) for part in parts if row)


def _pieces(dossier: Any, standing: Standing) -> Iterator[PieceLine]:
    """The pieces that are there, those added since the last verdict marked, and those that left since."""
    since = standing.verdict.given_at if standing.verdict and standing.state == CHANGED else None
    kind = standing.item.code.partition(":")[2]
    for piece in standing.item.pieces:
        yield PieceLine(piece, is_new=since is not None and piece.added_at > since)
    if since is not None:
        left = Q(removed_at__gt=since) & Q(added_at__lte=since)
        for piece in dossier.attachments.filter(left, kind=kind).exclude(kind__in=OF_ACTS).order_by("added_at", "pk"):
            yield PieceLine(piece, is_gone=True)
