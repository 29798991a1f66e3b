"""Words that may betray a forbidden purpose (CSP, art. L1461-1, V), found in French and English texts with the sentence they stand in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

#: Whole words, without accents, in lower case. Uses of the same words that have nothing to do with it stand in `HARMLESS`.
WORDS = (
    r"promotions?",
    r"promotionnel(?:le)?s?",
    r"promouvoir",
    r"promotional",
    r"publicit(?:e|es|aire|aires)",
    r"marketing",
    r"commercialis(?:er|ation|ations)",
    r"advertis(?:ing|ement|ements)",
    r"sales force",
    r"visiteurs? medica(?:l|ux)",
    r"tarification",
    r"tarifer",
    r"(?:insurance )?pricing",
    r"primes? d'assurance",
    r"(?:insurance )?premiums?",
    r"cotisations? d'assurance",
    r"exclusions? (?:de|des) garanties?",
    r"exclure (?:de|des) garanties?",
    r"exclusions? (?:of|from) (?:insurance )?(?:coverage|cover|guarantees?)",
    r"selection des risques",
    r"underwriting",
    r"assurabilite",
    r"insurability",
)
HARMLESS = (
    r"(?:education et |prevention et |prevention et de )?promotion (?:de la|en) (?:sante|vaccination)",
    r"promouvoir la (?:sante|recherche|vaccination)",
    r"(?:health|vaccination) promotion",
    r"promotion of (?:public )?health",
    r"tarification (?:a l'activite|des sejours)",
    r"autorisations? de mise sur le marche",
    r"(?:apres|post)[ -]commercialisation",
    r"post[ -]marketing",
)
#: What says that the purpose is excluded, in the same sentence.
DENIALS = re.compile(r"\b(?:ni|aucune?|exclu(?:e|s|es)?|exclut|interdite?s?|neither|nor|excluded|no)\b")
SUSPECT = re.compile(rf"(?<![\w-])(?:{'|'.join(WORDS)})(?![\w-])")
INNOCENT = re.compile(rf"(?<![\w-])(?:{'|'.join(HARMLESS)})(?![\w-])")
SENTENCE_END = re.compile(r"(?<=[.!?…;])\s+|\n+")


@dataclass(frozen=True)
class Suspicion:
    """One word, as it was written, and the sentence in which it stands."""

    word: str
    sentence: str
    is_denied: bool


def plain(text: str) -> str:
    """Lower case, no accents, straight apostrophes; every character keeps its place."""
    return "".join(_plain(letter) for letter in text)


def _plain(letter: str) -> str:
    if letter in "’ʼ":
        return "'"
    if letter in "\u00a0\u202f":
        return " "
    base = unicodedata.normalize("NFD", letter)[0].lower()
    return base if len(base) == 1 else letter


def without_accents(text: str) -> str:
    """A long text in lower case and plain letters, quickly; characters do not keep their places."""
    return unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [one.strip() for one in SENTENCE_END.split(text) if one.strip()]


def suspicions_in(text: str) -> Iterator[Suspicion]:
    """Every suspect word of a text, once a sentence."""
    for sentence in sentences_of(unicodedata.normalize("NFC", text)):
        bare = plain(sentence)
        innocent = [found.span() for found in INNOCENT.finditer(bare)]
        for word in {found.group(): found for found in SUSPECT.finditer(bare)}.values():
            if not any(start <= word.start() < end for start, end in innocent):
                yield Suspicion(sentence[slice(*word.span())], sentence, bool(DENIALS.search(bare)))
