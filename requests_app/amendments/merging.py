"""Bringing a change onto a content that something else changed meanwhile: three snapshots, place by place. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from requests_app.differences import changed_places, places_of, snapshot_of
from requests_app.snapshot_words import Snapshot

#: Places that mean nothing one without the other (an end and its beginning): they travel together.
COUPLES: tuple[tuple[str, ...], ...] = (
    ("starts_on", "ends_on"),
    ("inclusion_from", "inclusion_to"),
    ("controller_is_in_charge", "body_in_charge_id"),
    ("matching", "matching_kind_id"),
)


@dataclass(frozen=True)
class Merged:
    """The content with both changes in it; `clashes` are the places that both changed, each to something else."""

    snapshot: dict[str, Any]
    clashes: list[str] = field(default_factory=list)


def merge(before: Snapshot, after: Snapshot, current: Snapshot) -> Merged:
    """Carry what changed between `before` and `after` over to `current`; where both changed a place, `after` prevails and it is named."""
    carried = _with_couples(changed_places(before, after))
    return Merged(_carry(carried, after, current), clashes(before, after, current))


def clashes(before: Snapshot, after: Snapshot, current: Snapshot) -> list[str]:
    """The places that both changed since `before`, each to something else."""
    theirs, differing = set(changed_places(before, current)), set(changed_places(after, current))
    return [place for place in _with_couples(changed_places(before, after)) if place in theirs & differing]


def undo(before: Snapshot, after: Snapshot, current: Snapshot) -> dict[str, Any]:
    """Take the change from `before` to `after` back out of `current`; what was changed again since stays."""
    since = set(_with_couples(changed_places(after, current)))
    return _carry([place for place in _with_couples(changed_places(before, after)) if place not in since], before, current)


def _carry(places: Iterable[str], wanted: Snapshot, current: Snapshot) -> dict[str, Any]:
    """`current`, with these places as `wanted` says them."""
    result, source = places_of(current), places_of(wanted)
    for place in places:
        result.pop(place, None)
        if place in source:
            result[place] = source[place]
    return snapshot_of(result, {**wanted, **current})


def _with_couples(places: Iterable[str]) -> list[str]:
    found = list(places)
    for couple in COUPLES:
        if set(couple) & set(found):
            found += [place for place in couple if place not in found]
    return found
