"""The mapping file of an import: which column is which datum, and which value is which of our codes."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.public_core import fold

SOURCE = Path(__file__).parent / "data" / "repertoire.toml"
#: What the code of the rows understands.
KINDS = frozenset(
    {
        *("number", "line", "text", "aim", "terms", "term", "more", "sources", "components", "yes_no", "identifiers", "hosting", "bodies"),
        *("address", "place", "mailbox", "status", "day", "duration", "procedure", "article", "publications", "aside", "nothing"),
    }
)
#: A column of the file: the datum, and which of several (“Responsable de traitement 2”).
Place = tuple[str, int]


@functools.lru_cache(maxsize=10_000)
def key_of(text: str) -> str:
    """A name or a value as it is compared: without case, accents nor punctuation."""
    return fold(text.replace("œ", "oe").replace("Œ", "oe").replace("_", " "))


@dataclass(frozen=True)
class Layout:
    """A mapping file that was read."""

    encodings: tuple[str, ...]
    separators: tuple[str, ...]
    columns: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Mapping[str, str]]
    named: Mapping[str, str]
    numbered: tuple[tuple[re.Pattern[str], str], ...]

    def place_of(self, heading: str) -> Place | None:
        """Which datum a column of the file holds; None for a name that stands nowhere."""
        key = key_of(heading)
        if key in self.named:
            return self.named[key], 1
        for pattern, name in self.numbered:
            if found := pattern.fullmatch(key):
                return name, int(found[1])
        return None

    def places(self, headings: Sequence[str]) -> dict[int, Place]:
        """The columns that are understood, by their place in the file; of two that mean the same, the first."""
        found: dict[int, Place] = {}
        for at, heading in enumerate(headings):
            place = self.place_of(heading)
            if place is not None and place not in found.values():
                found[at] = place
        return found


def layout_of(path: Path = SOURCE) -> Layout:
    """Read a mapping file; ValueError for one that names a kind of column that there is not, or one name twice."""
    with path.open("rb") as source:
        told = tomllib.load(source)
    named: dict[str, str] = {}
    numbered: list[tuple[re.Pattern[str], str]] = []
    for name, column in told["column"].items():
        if column["kind"] not in KINDS:
            raise ValueError(f"{path.name}: no kind of column is called {column['kind']!r}")
        for heading in column["names"]:
            if "{n}" in heading:
                numbered.append((re.compile(key_of(heading.replace("{n}", " 0n0 ")).replace("0n0", r"(\d{1,2})")), name))
            elif named.setdefault(key_of(heading), name) != name:
                raise ValueError(f"{path.name}: {heading!r} means two things")
    values = {table: {key_of(label): code for label, code in rows.items()} for table, rows in told["values"].items()}
    file = told["file"]
    return Layout(tuple(file["encodings"]), tuple(file["separators"]), told["column"], values, named, tuple(numbered))
