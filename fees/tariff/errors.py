"""What keeps a price from being calculated or a document from being read; each names everything that is wrong at once."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class TariffError(ValueError):
    """What keeps a price from being calculated or a document from being read."""


class MissingFacts(TariffError):
    """Facts that are needed and absent, all of them; never taken as 0. A RANGE line without a choice is `choice:GRID/LINE`."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__("missing facts: " + ", ".join(keys))
        self.keys = keys


class UnknownVat(TariffError):
    """Lines whose VAT profile has no treatment or rate for the buyer on the day: (`GRID/LINE`, profile, day)."""

    def __init__(self, lines: tuple[tuple[str, str, date], ...]) -> None:
        super().__init__("no VAT treatment: " + ", ".join(f"{line} ({profile}, {day})" for line, profile, day in lines))
        self.lines = lines


class BadFact(TariffError):
    """A fact whose value is not of its type: (key, words)."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(f"{key}: {words}")
        self.key = key


class DocumentFault(NamedTuple):
    """A field of a document that cannot be read: its path (`content.lines[2].tiers[0].up_to`), and why in words."""

    path: str
    words: str


class BadDocument(TariffError):
    """A document with faults: all of them."""

    def __init__(self, faults: tuple[DocumentFault, ...]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.words}" for fault in faults))
        self.faults = faults
