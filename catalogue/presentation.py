"""Small shapes that the templates show: filters with their counts, rights in their order."""

from __future__ import annotations

from dataclasses import dataclass

from catalogue.models import Database, Level, Right, RightDeclaration


@dataclass(frozen=True)
class LevelFilter:
    """One choice of the filter by level, with what it would show."""

    code: str
    label: str
    count: int
    current: bool


def level_filters(counts: dict[str, int], chosen: str) -> list[LevelFilter]:
    """The levels that hold something for this search; the chosen one stays even when it holds nothing."""
    return [
        LevelFilter(level.value, str(level.label), counts.get(level.value, 0), level.value == chosen)
        for level in Level
        if counts.get(level.value) or level.value == chosen
    ]


@dataclass(frozen=True)
class RightLine:
    """One right of a database; without a declaration it is “not yet declared”."""

    right: Right
    declaration: RightDeclaration | None


def right_lines(database: Database) -> list[RightLine]:
    """The five rights in the order of the GDPR, declared or not."""
    declared = {row.right: row for row in database.rights.all()}
    return [RightLine(right, declared.get(right.value)) for right in Right]
