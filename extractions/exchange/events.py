"""What webhooks may be told of: the tickets' own events, and those that upper floors add from their `AppConfig.ready()`."""

from __future__ import annotations

from dataclasses import dataclass

from ui.registries import Label, Registry


@dataclass(frozen=True)
class EventKind:
    """One kind of event, in words, and the right that a system needs to be told of it."""

    code: str
    label: Label
    order: int
    scope: str = ""

    @property
    def key(self) -> str:
        """The code that is kept."""
        return self.code


EVENTS: Registry[EventKind] = Registry()


def choices() -> list[tuple[str, Label]]:
    """Every event, for a form."""
    return [(one.code, one.label) for one in EVENTS]


def in_words(code: str) -> Label:
    """An event in words; one that no floor knows any more stays a code."""
    return next((one.label for one in EVENTS if one.code == code), code)
