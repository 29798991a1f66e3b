"""Durations as people write them, and texts as they paste them: how an import or a form makes them what they mean."""

from __future__ import annotations

import re

from registry.public_core import clean

_NUMBERS = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10}
_NUMBERS |= {"douze": 12, "quinze": 15, "dix-huit": 18, "vingt": 20, "trente": 30}
_COUNT = r"(\d{1,3}(?:[.,]\d)?|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_WORDED = re.compile(
    rf"(?:{_COUNT}\s*(?:\([^)]*\)\s*)?(ans?|années?|years?)(\s+et\s+demie?)?)?\s*(?:et\s+)?(?:{_COUNT}\s*(mois|months?))?\s*\.?",
    re.IGNORECASE,
)


def months_of(text: str) -> int | None:
    """How many months a duration has: “05” and “5” are five years, “2 ans et demi” thirty months; None for what is no duration.

    A bare number is a number of years, as in the field that it comes from.
    """
    told = " ".join(text.replace("\u00a0", " ").split()).strip(" .")
    if re.fullmatch(r"\d{1,2}(?:[.,]\d+)?", told):
        return round(_number(told) * 12)
    found = _WORDED.fullmatch(told)
    if not told or found is None:
        return None
    years, _years, half, months, _months = found.groups()
    whole = (round(_number(years) * 12) if years else 0) + (6 if half else 0) + (round(_number(months)) if months else 0)
    return whole or None


def _number(text: str) -> float:
    return float(_NUMBERS.get(text.lower(), 0) or text.replace(",", "."))


def years_and_months(months: int) -> tuple[int, int]:
    """Whole years, and the months that are left."""
    return divmod(months, 12)


def flowing(text: str) -> str:
    """The text without the line breaks of a page it was cut out of, without “. . .”, and with single spaces.

    A break is kept after the end of a sentence, before a list, and where a line stands empty.
    """
    told = re.sub(r"(?:\s?\.){3,}", "…", clean(text))
    told = re.sub(r"(?<![.!?…:;\n])\n(?=[^\n\-–•*\d\s])", " ", told)
    return re.sub(r"[ \t]{2,}", " ", told).strip()


def lowered(text: str) -> str:
    """A text that was written in capitals, as sentences; its acronyms must be put back by hand."""
    if not is_shouted(text):
        return text
    return re.sub(r"(^|[.!?…]\s+|\n)([a-zà-ÿ])", lambda found: found[1] + found[2].upper(), text.lower())


def is_shouted(text: str) -> bool:
    """Is the text written in capitals? An acronym or a title of two words is not."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= 25 and sum(letter.isupper() for letter in letters) >= 0.7 * len(letters)


def is_broken_up(text: str) -> bool:
    """Do lines break in the middle of sentences, twice or more?"""
    return len(re.findall(r"[a-zà-ÿ,]\n(?=[a-zà-ÿ])", text)) >= 2


def has_artefacts(text: str) -> bool:
    """Does the text hold “. . .”, or signs left by a copy that went wrong?"""
    return bool(re.search(r"(?:\s\.){2,}|\.{4,}|�|Ã©|Ã¨|&(?:amp|nbsp|#\d+);|_{4,}|\b[xX]{4,}\b", text))


#: What stands in a field that must not be empty and says nothing.
PLACEHOLDERS = frozenset(
    {
        *("non renseigné", "non renseignée", "non precisé", "non précisé", "à compléter", "a completer", "a définir", "à définir"),
        *(
            "néant",
            "neant",
            "na",
            "n a",
            "sans objet",
            "so",
            "s o",
            "nc",
            "n c",
            "xxx",
            "test",
            "rien",
            "idem",
            "voir protocole",
            "cf protocole",
        ),
    }
)


def is_placeholder(text: str) -> bool:
    """Is the text there only so that the field is not empty (“Non renseigné”, “néant”, “à compléter”)?"""
    told = squeezed(text)
    return not told or told in _SQUEEZED


def squeezed(text: str) -> str:
    """The text in small letters without what parts its words: “N. A.” and “na” are one."""
    return re.sub(rf"[\s{re.escape(PARTING)}]+", "", text).casefold()


#: Signs that say nothing by themselves, beside spaces.
PARTING = ".…-–/*"
_SQUEEZED = frozenset(map(squeezed, PLACEHOLDERS))
