"""What the rooms and upper floors hang on a ticket: what keeps a move back, what stops a delivery, the parts of its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ui.registries import Registry, everybody
from workflow.refusals import Broken


@dataclass(frozen=True)
class Condition:
    """What keeps a move of a ticket back: no agreed need, a deposit that lacks, a result that was not recorded."""

    code: str
    order: int
    moves: frozenset[str]
    missing: Callable[[Any], Iterable[Broken]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class DeliveryGuard:
    """What an upper floor demands before a delivery is announced, such as oppositions that were applied."""

    code: str
    order: int
    missing: Callable[[Any, date], Iterable[Broken]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class PagePart:
    """A part of the page of a ticket: its template, and what it shows of a ticket to a request; None hides it.

    Where what it shows has a `lead`, a label and an address, that button stands before the moves: what is to be done first.
    """

    code: str
    order: int
    template: str
    shown: Callable[[Any, Any], dict[str, Any] | None]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class TabPart:
    """A part of the tab of the extractions on a dossier: its template, and what it shows of a dossier to a request; None hides it."""

    code: str
    order: int
    template: str
    shown: Callable[[Any, Any], dict[str, Any] | None]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class MovePage:
    """The page from which a move of a ticket is made; its address takes the number. The key is the name of the move.

    `offered` hides the button where the move would be refused anyway: a period that still runs, a result that lacks. `action` is what
    the page is for, where fewer people may do that than make the move.
    """

    code: str
    order: int
    url_name: str
    offered: Callable[[Any], bool] = everybody
    action: str = ""

    @property
    def key(self) -> str:
        """The name of the move."""
        return self.code


CONDITIONS: Registry[Condition] = Registry()
DELIVERY_GUARDS: Registry[DeliveryGuard] = Registry()
PAGE_PARTS: Registry[PagePart] = Registry()
TAB_PARTS: Registry[TabPart] = Registry()
MOVE_PAGES: Registry[MovePage] = Registry()


def missing_before(ticket: Any, move: str) -> list[Broken]:
    """What the rooms still demand before this move."""
    return [broken for condition in CONDITIONS if move in condition.moves for broken in condition.missing(ticket)]


def missing_before_delivery(ticket: Any, day: date) -> list[Broken]:
    """What upper floors still demand before data leave under this ticket."""
    return [broken for one in DELIVERY_GUARDS for broken in one.missing(ticket, day)]
