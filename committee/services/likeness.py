"""Names that say the same body or person, whatever their case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

#: A shorter name is a word like another: it says nothing by itself.
SHORTEST = 4


def folded(name: str) -> str:
    """The name in plain lower-case letters and digits, one space between words."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", plain))


def same(one: str, other: str) -> bool:
    """Do both name the same?"""
    return bool(folded(one)) and folded(one) == folded(other)


def says(text: str, name: str) -> bool:
    """Does a text name this body or person, as whole words?"""
    looked_for = folded(name)
    return len(looked_for) >= SHORTEST and f" {looked_for} " in f" {folded(text)} "


def is_person(text: str, first_name: str, last_name: str) -> bool:
    """Does a text name this person, in either order?"""
    if not folded(first_name) or not folded(last_name):
        return False
    return says(text, f"{first_name} {last_name}") or says(text, f"{last_name} {first_name}")
