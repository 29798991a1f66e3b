"""What the rooms hang on a request: parts of the page that the person follows, and of the page of the controller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
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


#: Called with each request that was newly taken (`opening.Taken`), in its transaction, while its code is known.
ON_TAKEN: list[Callable[[Any], None]] = []


def on_taken(follow: Callable[[Any], None]) -> None:
    """Register what follows each request; once, however often an app is made ready."""
    if follow not in ON_TAKEN:
        ON_TAKEN.append(follow)


#: A request has left the form: the last of its steps.
SENT = "sent"
#: Called with each page of the form that somebody reaches: its step, when, and 1 where it is shown again to be mended.
ON_STEP: list[Callable[[str, datetime, int], None]] = []


def on_step(follow: Callable[[str, datetime, int], None]) -> None:
    """Register who counts the pages; once, however often an app is made ready."""
    if follow not in ON_STEP:
        ON_STEP.append(follow)


def step_reached(step: str, at: datetime, refused: int = 0) -> None:
    """Tell who counts that a page was reached."""
    for follow in ON_STEP:
        follow(step, at, refused)


#: Below each database on the page that the person follows.
TRACK_PARTS: Registry[Part] = Registry()
#: On the controller's page of one routing.
DESK_PARTS: Registry[Part] = Registry()
