"""What the rooms above hang on the public pages of the fees: the simulator, and whatever comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ui.registries import Label, Registry


@dataclass(frozen=True)
class Way:
    """A way from the page of the fees to a page of a room: its words, a sentence, and its address by name."""

    code: str
    order: int
    label: Label
    text: Label
    url_name: str

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class GridPart:
    """A part of the page of a version for who draws it up: its template, and what it shows of a version to a request."""

    code: str
    order: int
    template: str
    shown: Callable[[Any, Any], dict[str, Any]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class TabPart:
    """A part of the tab of the fees on a dossier: its template, and what it shows of a dossier to a request."""

    code: str
    order: int
    template: str
    shown: Callable[[Any, Any], dict[str, Any]]

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


#: From /redevances/ onwards: the simulator.
WAYS: Registry[Way] = Registry()
#: On the page of a draft at the desk: the impact of the draft.
GRID_PARTS: Registry[GridPart] = Registry()
#: On the tab of the fees of a dossier, below its quotes: schedule and invoices.
TAB_PARTS: Registry[TabPart] = Registry()
