"""Where upper apps hang what every page shows: menu, home doors, living figures, site map, dossier tabs.

An app fills them from `AppConfig.ready()`; the ground floor never knows who did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpRequest
from django.utils.functional import Promise

Label = str | Promise
Shown = Callable[[HttpRequest], bool]


def everybody(*_context: object) -> bool:
    """The entry is shown to all."""
    return True


def nothing(*_context: object) -> int:
    """Nothing awaits anybody there."""
    return 0


class Ordered(Protocol):
    """What a registry needs to know of its entries."""

    @property
    def key(self) -> str:
        """What no two entries of a registry share."""

    @property
    def order(self) -> int:
        """Its place: lower first."""


Entry = TypeVar("Entry", bound=Ordered)


class Registry(Generic[Entry]):
    """Entries in their order; a key may be taken once, so that two apps cannot overwrite each other unseen."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def add(self, entry: Entry) -> Entry:
        """Register an entry; the same one twice is harmless, another one under the same key raises ValueError."""
        present = self._entries.setdefault(entry.key, entry)
        if present != entry:
            raise ValueError(f"{entry.key!r} is already registered")
        return entry

    def remove(self, key: str) -> None:
        """Take an entry out; raises KeyError when it is not there."""
        del self._entries[key]

    def __iter__(self) -> Iterator[Entry]:
        return iter(sorted(self._entries.values(), key=lambda entry: (entry.order, entry.key)))

    def __len__(self) -> int:
        return len(self._entries)


@dataclass(frozen=True)
class MenuEntry:
    """One entry of the main menu; with children it opens a sub-menu."""

    code: str
    label: Label
    url_name: str
    order: int
    shown_to: Shown = everybody
    children: tuple[MenuEntry, ...] = ()
    #: The sub-menu that holds it for who sees too many entries at once: the code of a `MenuGroup`.
    group: str = ""

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class MenuGroup:
    """A sub-menu: where a person's menu would be too long, the entries of a group stand behind its name."""

    code: str
    label: Label
    order: int

    @property
    def key(self) -> str:
        """The group's code."""
        return self.code


@dataclass(frozen=True)
class Door:
    """One of the doors of the home page: who you are, and where you go from here."""

    code: str
    title: Label
    text: Label
    url_name: str
    order: int
    picto: str | None = None

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class Figure:
    """A living figure of the home page; `value` returns None when there is nothing to show yet."""

    code: str
    label: Label
    value: Callable[[], Any]
    url_name: str
    order: int

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


@dataclass(frozen=True)
class SitemapEntry:
    """One line of the site map, under its section."""

    section: Label
    label: Label
    url_name: str
    order: int
    shown_to: Shown = everybody

    @property
    def key(self) -> str:
        """A page stands once in the map."""
        return self.url_name


@dataclass(frozen=True)
class Tab:
    """One tab of the dossier page, served by the app that registers it; its address takes the dossier's reference."""

    code: str
    label: Label
    url_name: str
    order: int
    shown_to: Callable[[HttpRequest, Any], bool] = everybody
    #: How many things await the reader there; shown beside the label when there are any.
    awaiting: Callable[[HttpRequest, Any], int] = nothing

    @property
    def key(self) -> str:
        """The entry's code."""
        return self.code


MENU: Registry[MenuEntry] = Registry()
MENU_GROUPS: Registry[MenuGroup] = Registry()
DOORS: Registry[Door] = Registry()
FIGURES: Registry[Figure] = Registry()
SITEMAP: Registry[SitemapEntry] = Registry()
TABS: Registry[Tab] = Registry()
