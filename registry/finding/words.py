"""The words asked for, as PostgreSQL understands them: synonyms beside what was written, the last word also as a beginning.

“Exact phrases”, -exclusions and “or” are taken as they stand: who writes them knows what they want.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from registry.finding.synonyms import others_of, root, split, starting

#: More words than this say no more.
MOST_WORDS = 14
#: Signs that the parser of PostgreSQL would take for a path, the name of a machine or a tag; `registry_plain` does the same to the fiches.
SIGNS = str.maketrans("/_.·<>", "      ")


@dataclass(frozen=True)
class Asked:
    """An expression of type tsquery and its parameters; `parts` are the expressions it joins, by what was written."""

    sql: str
    params: tuple[str, ...]
    parts: tuple[tuple[str, Asked], ...] = ()
    #: What weighs more among what it finds; None when that is the expression itself.
    heavier: Asked | None = None

    @property
    def ranking(self) -> Asked:
        """The expression by which what is found is put in order."""
        return self.heavier or self

    @property
    def written(self) -> list[str]:
        """The words as they were written, without those that stand for a synonym."""
        return [words for words, _part in self.parts]

    def is_empty(self) -> bool:
        """Are all the words too common to be searched (“de”, “été”)?"""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT numnode({self.sql})", self.params)
            return bool(cursor.fetchone()[0] == 0)


def asked_for(text: str) -> Asked | None:
    """What a text asks for; None for no text."""
    text = re.sub("[“”«»]", '"', text).translate(SIGNS).strip()
    if not text:
        return None
    if re.search(r"\"|(^|\s)-\w|\bor\b", text, re.IGNORECASE):
        return Asked("websearch_to_tsquery('fr', %s)", (text,))
    words = words_in(text)
    return joined(parts_of(words)) if words else Asked("plainto_tsquery('fr', %s)", (text,))


def words_in(text: str) -> list[str]:
    """The words, without the apostrophes and hyphens between them."""
    return split(text)[:MOST_WORDS]


def parts_of(words: Sequence[str]) -> list[tuple[str, Asked]]:
    """An expression for each word, or for several that together have synonyms; the last one may still be being typed."""
    parts, at = [], 0
    while at < len(words):
        length = _known_together(words[at:])
        written = " ".join(words[at : at + max(length, 1)])
        if length:
            parts.append((written, _or_its_synonyms(written)))
        else:
            parts.append((written, _as_typed(written) if at == len(words) - 1 else _plain(written)))
        at += max(length, 1)
    return parts


def joined(parts: Sequence[tuple[str, Asked]], sign: str = "&&") -> Asked:
    """All of the parts; with “||”, any of them."""
    whole = _joined([part for _words, part in parts], sign)
    heavier = _joined([part.ranking for _words, part in parts], sign) if any(part.heavier for _words, part in parts) else None
    return Asked(whole.sql, whole.params, tuple(parts), heavier)


def _joined(parts: Sequence[Asked], sign: str) -> Asked:
    sql = f" {sign} ".join(part.sql for part in parts)
    return Asked(f"({sql})", tuple(param for part in parts for param in part.params))


def all_but_one(parts: Sequence[tuple[str, Asked]]) -> Asked:
    """All of the parts but one, whichever."""
    ways = [("", joined([*parts[:at], *parts[at + 1 :]])) for at in range(len(parts))]
    whole = joined(ways, "||")
    return Asked(whole.sql, whole.params, tuple(parts), whole.heavier)


def _known_together(words: Sequence[str]) -> int:
    """How many of the first words form the longest expression that has synonyms."""
    roots = [root(word) for word in words]
    lengths = [length for length in starting(roots[0]) if others_of(roots[:length])]
    return max(lengths, default=0)


def _plain(word: str) -> Asked:
    return Asked("plainto_tsquery('fr', %s)", (word,))


def _as_typed(word: str) -> Asked:
    if not re.fullmatch(r"[^\W_]{3,}", word):
        return _plain(word)
    beginning = f"{word}:*"  # a word begins like itself: the whole word need not be asked for, but weighs more
    whole = Asked("(plainto_tsquery('fr', %s) || to_tsquery('fr', %s))", (word, beginning))
    return Asked("to_tsquery('fr', %s)", (beginning,), heavier=whole)


def _or_its_synonyms(written: str) -> Asked:
    others = others_of([root(word) for word in written.split()])
    sql = " || ".join(["plainto_tsquery('fr', %s)"] + ["phraseto_tsquery('fr', %s)"] * len(others))
    return Asked(f"({sql})", (written, *others))
