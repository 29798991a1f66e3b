"""Whether a certificate is that of somebody: names are compared without accents, capitals and order, addresses as they are."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[^\W\d_]+")


def words_of(name: str) -> frozenset[str]:
    """The words of a name, without accents and capitals."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return frozenset(_WORD.findall(bare.casefold()))


def plain_name(name: str) -> str:
    """A name in the form in which two spellings of it are the same."""
    return " ".join(sorted(words_of(name)))


def is_named(name: str, said: str) -> bool:
    """Is somebody of this name the one of whom a certificate says so much? It may know further first names; one word alone must be all."""
    asked, found = words_of(name), words_of(said)
    return bool(asked) and (asked == found or (len(asked) > 1 and asked <= found))
