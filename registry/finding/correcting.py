"""What is searched when no fiche holds all the words: without the words of the question, a mistyped word mended, then most of the words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from registry.finding.synonyms import LINKS, root
from registry.finding.words import Asked, all_but_one, joined, parts_of, words_in
from registry.public_core import fold

#: Words that ask, and say nothing of what is asked: “quels projets utilisent mes données pour…”.
ASKING = frozenset((Path(__file__).parents[1] / "data/asking.txt").read_text().split())
#: From so many letters on, a word may have two mistakes.
LONG = 8
NEAR = """
    SELECT asked, near.folded, near.word, near.seen FROM unnest(%s::text[]) asked, LATERAL (
        SELECT word, folded, seen FROM registry_searchword WHERE folded %% asked ORDER BY similarity(folded, asked) DESC, seen DESC LIMIT 30
    ) near
"""


@dataclass(frozen=True)
class Found:
    """What was searched in the end: `instead` in other words, `loosely` when only most of the words, or some, had to be held."""

    asked: Asked
    instead: str = ""
    loosely: bool = False


def other_ways(text: str, holds: Callable[[Asked], bool]) -> Found | None:
    """The first other way to understand a text that finds anything; `holds` asks whether it does. None when no way does."""
    written = words_in(text)
    words = [word for word in written if root(word) not in ASKING and fold(word) not in ASKING and root(word) not in LINKS] or written
    if words != written and holds(asked := joined(parts_of(words))):
        return Found(asked)
    mended = mended_words(words)
    parts = parts_of(mended)
    nearest = dict(zip(words, mended, strict=True))
    instead = " ".join(nearest.get(word, word) for word in written) if mended != words else ""
    if instead and holds(asked := joined(parts)):
        return Found(asked, instead)
    if len(parts) > 2 and holds(asked := all_but_one(parts)):
        return Found(asked, instead, loosely=True)
    if len(parts) > 1 and holds(asked := joined(parts, "||")):
        return Found(asked, instead, loosely=True)
    return None


def mended_words(words: Sequence[str]) -> list[str]:
    """The words, each one that no fiche holds replaced by the nearest that one does, if one is near enough."""
    alone = [written for written, part in parts_of(words) if "phraseto" not in part.sql and len(written) > 4 and written.isalpha()]
    unknown = _unknown(alone)
    nearest = _nearest({fold(word) for word in unknown})
    return [nearest.get(fold(word), word) if word in unknown else word for word in words]


def _unknown(words: Sequence[str]) -> set[str]:
    """Those of the words that no fiche holds."""
    if not words:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_unknown(%s)", [list(words)])
        return set(cursor.fetchone()[0] or [])


def _nearest(words: set[str]) -> dict[str, str]:
    """The nearest known word of each, as fiches write it."""
    if not words:
        return {}
    best: dict[str, tuple[int, int, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(NEAR, [sorted(words)])
        for asked, folded, word, seen in cursor.fetchall():
            if len(asked) < LONG and folded[0] != asked[0]:
                continue  # who mistypes a short word rarely mistypes its first letter
            far = min(distance(asked, folded), distance(asked, root(folded)))
            if far <= (1 if len(asked) < LONG else 2):
                best[asked] = min(best.get(asked, (9, 0, "")), (far, -seen, word))
    return {asked: word for asked, (_far, _seen, word) in best.items()}


def distance(one: str, other: str) -> int:
    """How many letters must be added, taken away, replaced or swapped with their neighbour to make one word of the other."""
    before, last = list(range(len(other) + 1)), list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, against in enumerate(other, start=1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != against))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]
