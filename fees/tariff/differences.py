"""What differs between two versions of a grid: by the code of the line or modifier, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from fees.tariff.codec import encode, fields_of
from fees.tariff.written import GridVersion


class Change(StrEnum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Difference(NamedTuple):
    """A change; `part` is header, grid, line, modifier or content; before and after are plain documents, None when absent."""

    change: Change
    part: str
    code: str
    field: str = ""
    before: Any = None
    after: Any = None


HEADER = ("label", "valid_from", "valid_to", "selecting_date", "amendment_policy")


def differences(before: GridVersion, after: GridVersion) -> tuple[Difference, ...]:
    """Every difference: the header, then the lines, then the modifiers, in the order of the newer version; what went comes last."""
    return (
        *_fields("header", "", before, after, HEADER),
        *_fields("grid", "", before.grid, after.grid),
        *_things("line", before.content.lines, after.content.lines),
        *_things("modifier", before.content.modifiers, after.content.modifiers),
        *_fields("content", "", before.content, after.content, ("payees", "policy_order", "sources")),
    )


def _things(part: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Difference]:
    old = {one.code: one for one in before}
    new = {one.code for one in after}
    for one in after:
        if one.code not in old:
            yield Difference(Change.ADDED, part, one.code, after=encode(one))
        else:
            yield from _fields(part, one.code, old[one.code], one)
    for one in before:
        if one.code not in new:
            yield Difference(Change.REMOVED, part, one.code, before=encode(one))


def _fields(part: str, code: str, before: Any, after: Any, names: tuple[str, ...] | None = None) -> Iterator[Difference]:
    for name in names or tuple(one.name for one in fields_of(type(after))):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Difference(Change.CHANGED, part, code, name, encode(old), encode(new))
