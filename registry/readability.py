"""How hard a French text is to read: Flesch's figure with the weights of Kandel and Moles, and the acronyms that nothing explains.

Kandel L., Moles A., « Application de l'indice de Flesch à la langue française », Cahiers d'études de radio-télévision, 19, 1958:
207 − 1.015 × words per sentence − 0.736 × syllables per 100 words. From 0 (very hard) to 100 (very easy).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SENTENCE_END = re.compile(r"[.!?…;:](?=\s|$)|\n+")
WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_ELIDED = re.compile(r"\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’]", re.IGNORECASE)
_VOWELS = "aeiouyàâäéèêëîïôöùûüÿœæ"
#: Letters that make one sound: the longest first. A trema parts them.
_GROUPS = re.compile(r"eau|œu|ai|aî|au|ei|eî|eu|eû|oi|oî|ou|où|oû|ui|" + f"[{_VOWELS}]")
#: An acronym: two capitals or more in a row, figures and hyphens allowed (“IRM”, “COVID-19”, “NetSARC” is a name).
ACRONYM = re.compile(r"\b[A-ZÀ-Ö][A-ZÀ-Ö0-9]+(?:-[A-Z0-9]+)*\b")
#: What everybody reads as a word, or meets on this page anyhow.
KNOWN = frozenset(
    {
        *("COVID", "COVID-19", "SIDA", "VIH", "ADN", "ARN", "IRM", "AVC", "CHU", "CH", "SAMU", "OMS"),
        *("CNIL", "SNDS", "RGPD", "UE", "PDF", "IA"),
    }
)

#: From which figure a text is what; a summary for everyone should stay out of the last.
LEVELS = ((70, "easy"), (50, "ordinary"), (30, "hard"), (float("-inf"), "very_hard"))
VERY_HARD = 30


@dataclass(frozen=True)
class Reading:
    """The measures of a text; `score` is None for a text too short to be measured."""

    words: int
    sentences: int
    syllables: int

    @property
    def score(self) -> int | None:
        """The figure of Kandel and Moles, from 0 to 100."""
        if self.words < 20:
            return None
        figure = 207 - 1.015 * self.words / self.sentences - 73.6 * self.syllables / self.words
        return max(0, min(100, round(figure)))

    @property
    def level(self) -> str:
        """“easy”, “ordinary”, “hard”, “very_hard”, or nothing for a text too short."""
        score = self.score
        return "" if score is None else next(name for least, name in LEVELS if score >= least)


def reading_of(text: str) -> Reading:
    """Measure a French text."""
    plain = _ELIDED.sub(" ", text)
    words = WORD.findall(plain)
    sentences = [part for part in SENTENCE_END.split(plain) if WORD.search(part)]
    return Reading(len(words), max(len(sentences), 1), sum(syllables_in(word) for word in words))


def syllables_in(word: str) -> int:
    """The syllables of a French word as they are read: a mute e at its end (“e”, “es”, “aient”) is not counted."""
    if word.isupper() and 1 < len(word) <= 5:
        return len(word)  # an acronym is spelt
    low = re.sub(r"(?<=q)u|(?<=g)u(?=[eéèêi])|(?<=[ao])y(?=[aeiouéèê])", "", word.lower())
    sounds = len(_GROUPS.findall(low))
    sounds -= len(re.findall(r"(?<![aeo])i(?=on|en|er|eu|el|è)", low))  # “-tion”, “patient”, “premier”: one breath
    if re.search(r"es?$|aient$", low):
        sounds -= 1
    return max(sounds, 1)


def unexplained_acronyms(text: str, *known: str) -> list[str]:
    """The acronyms that the text neither spells out in brackets beside them nor may take as known, in their order."""
    ours = KNOWN | {word.upper() for name in known for word in re.findall(r"[\w-]+", name)}
    if text.isupper():
        return []  # a text in capitals is another fault
    found = dict.fromkeys(acronym for acronym in ACRONYM.findall(text) if len(acronym) > 1 and not re.fullmatch(r"[IVXLC]+", acronym))
    return [acronym for acronym in found if acronym not in ours and not _is_explained(acronym, text)]


def _is_explained(acronym: str, text: str) -> bool:
    """“insuffisance rénale chronique (IRC)”, “IRC (insuffisance rénale…)”, “IRC : insuffisance…”."""
    it = re.escape(acronym)
    return bool(
        re.search(rf"\w{{4,}}[^()]*\([^()]*\b{it}\b[^()]*\)|\b{it}\b\s*(?:\(\s*[^()]{{8,}}\)|:\s+\w|,\s+(?:ou|soit|c.est-à-dire)\s)", text)
    )
