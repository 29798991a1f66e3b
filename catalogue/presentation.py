"""Small shapes that the templates show: filters with their counts."""

from __future__ import annotations

from dataclasses import dataclass

from catalogue.models import Level


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
