"""Expressions that say the same: abbreviations, everyday names of diseases, names under which medicines are sold.

They are data, in `registry/data/synonyms.toml`: versioned with the code and read once. A search for one finds the others as exact phrases.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from registry.public_core import fold

FILE = Path(__file__).parents[1] / "data/synonyms.toml"
#: Words of no weight inside an expression: “cancer du sein” is “cancer sein”.
LINKS = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "par", "pour"})


def root(word: str) -> str:
    """The word without case, accents, nor the mark of its plural."""
    folded = fold(word).replace(" ", "")
    if folded.endswith("aux") and len(folded) > 5:
        return folded[:-3] + "al"
    return re.sub(r"[sx]$", "", folded) if len(folded) > 4 else folded


def split(text: str) -> list[str]:
    """The words of a text, without the apostrophes and hyphens between them."""
    return re.sub(r"['’`]|(?<=[^\W\d_])-(?=[^\W\d_])", " ", text).split()


@cache
def groups() -> tuple[tuple[str, ...], ...]:
    """The expressions of the file, those of the same meaning together."""
    return tuple(tuple(group["same"]) for group in tomllib.loads(FILE.read_text())["group"])


@cache
def _known() -> dict[tuple[str, ...], tuple[str, ...]]:
    known: dict[tuple[str, ...], tuple[str, ...]] = {}
    for group in groups():
        for expression in group:
            others = tuple(one for one in group if one != expression)
            key = _key([root(word) for word in split(expression)])
            known[key] = (*known.get(key, ()), *others)
    return known


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for key in _known():
        lengths.setdefault(key[0], set()).add(len(key))
    return {word: tuple(sorted(found)) for word, found in lengths.items()}


def _key(roots: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in roots if word not in LINKS) or tuple(roots)


def starting(word: str) -> range:
    """How many words the expressions that begin so may have, their links included."""
    lengths = _lengths().get(word)
    return range(1, 2 * max(lengths) + 1) if lengths else range(0)


def others_of(roots: Sequence[str]) -> tuple[str, ...]:
    """The other expressions of the same meaning; nothing for words that end on a link, such as “cancer du”."""
    if not roots or roots[-1] in LINKS or roots[0] in LINKS:
        return ()
    return _known().get(_key(roots), ())


def names() -> set[str]:
    """Every word of the expressions, for a mistyped one to be brought back to."""
    return {word for group in groups() for expression in group for word in re.findall(r"[^\W\d_]{4,}", expression)}
