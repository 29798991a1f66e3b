"""What the law wants a convention of each kind to say, read from a shipped table (`contracts/data/checklists.toml`)."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import get_language

DATA = Path(__file__).resolve().parent.parent / "data"


class Item(NamedTuple):
    """One thing that must be said: its code, as clauses name it, its words, its law, the kinds that it is for."""

    code: str
    fr: str
    en: str
    law: str
    kinds: frozenset[str]

    @property
    def said(self) -> str:
        """The item in the reader's language."""
        return self.fr if (get_language() or "fr").startswith("fr") else self.en


@functools.cache
def items() -> dict[str, Item]:
    """Every item, by code."""
    read = tomllib.loads((DATA / "checklists.toml").read_text(encoding="utf-8"))["items"]
    found = [Item(one["code"], one["fr"], one["en"], one["law"], frozenset(one["kinds"])) for one in read]
    return {one.code: one for one in found}


def items_for(kind: str) -> list[Item]:
    """The items of a kind of convention, in their order."""
    return [one for one in items().values() if kind in one.kinds]
