"""What the rooms hang on a request: parts of the page that the person follows, and of the page of the controller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ui.registries import Registry


@dataclass(frozen=True)
class Part:
    """A part of a page: its template, and what it shows of a routing to a request; None hides it.

    In its template stand `routing` and, as `part`, what the function answered. It is asked for every routing of a page: what it needs
    for all of them it reads once, with `among` (every routing of the page).
    """

    code: str
    order: int
    template: str
    shown: Callable[[Any, Any, list[Any]], dict[str, Any] | None]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


#: Below each database on the page that the person follows.
TRACK_PARTS: Registry[Part] = Registry()
#: On the controller's page of one routing.
DESK_PARTS: Registry[Part] = Registry()
