"""Signs that a text names a natural person or tells where one lives; a fiche names bodies and mailboxes of functions only.

They are signs and no proof: a remark asks a person to look, and only what is to be published without anybody reading it is left out.
"""

from __future__ import annotations

import re

_TITLE = r"(?:M\.|MM\.|Mr\.?|Mme\.?|Mlle\.?|Monsieur|Madame|Mademoiselle|Dr\.?|Docteure?|Pr\.?|Prof\.?|Professeure?|Me|Maître)"
_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’\-]+"
#: A title followed by a name: “Dr Camille MARTIN”, “Mme Durand”; not “Dr. en pharmacie”.
TITLED = re.compile(rf"(?<!\w){_TITLE}\s+(?:{_NAME})(?:\s+{_NAME}){{0,3}}")
#: A first name and a last name in capitals, as administrations write people: “Camille MARTIN”, “MARTIN Camille”.
#: Acronyms of bodies are short, or stand alone: a last name has four letters at least.
NAMED = re.compile(
    r"(?:[A-ZÀ-Ö][a-zà-ÿ]{2,}(?:-[A-ZÀ-Ö][a-zà-ÿ]+)?\s+[A-ZÀ-Ö]{4,}(?:[-'][A-ZÀ-Ö]{2,})*|[A-ZÀ-Ö]{4,}\s+[A-ZÀ-Ö][a-zà-ÿ]{2,}(?:-[A-ZÀ-Ö][a-zà-ÿ]+)?)"
)
_WAYS = "rue|avenue|av\\.|boulevard|bd|place|allées?|chemin|impasse|quai|square|résidence|lotissement|sentier|passage|villa|faubourg"
#: The street and number of a home, and of a body as well.
ADDRESS = re.compile(rf"\b(?!(?:19|20)\d\d\b)\d{{1,4}}\s*(?:bis|ter|quater)?\s*,?\s+(?:{_WAYS})\s+\S", re.IGNORECASE)
#: A postal code and a town: “75013 Paris”.
POSTAL = re.compile(r"\b(?:0[1-9]|[1-8]\d|9[0-8])\d{3}\s+[A-ZÀ-Ö][\w'’\-]+")
#: A French telephone number.
TELEPHONE = re.compile(r"(?<![\d.])(?:\+33\s?|0)[1-9](?:[\s.\-]?\d{2}){4}(?!\d)")
MAILBOX = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")

#: Words that follow or precede a capitalised word without naming anybody.
_BODIES = re.compile(
    r"\b(?:centre|hôpital|institut|université|fondation|association|société|groupe|laboratoire|registre|cohorte|étude|agence|ministère|"
    r"direction|caisse|mutuelle|réseau|école|faculté|clinique|observatoire|comité|conseil|projet|base|france|paris|lyon)\b",
    re.IGNORECASE,
)
#: How somebody who is a controller by themselves is told.
PRIVATE = re.compile(r"\b(?:personne physique|particuli(?:er|ère)|thèse|étudiante?|interne en|doctorante?)\b", re.IGNORECASE)


def persons_in(text: str) -> list[str]:
    """What looks like the name of a person, as it stands in the text."""
    titled = [found[0] for found in TITLED.finditer(text)]
    named = [found[0] for found in NAMED.finditer(text) if not _is_a_body(found[0])]
    return list(dict.fromkeys([*titled, *(name for name in named if not any(name in one for one in titled))]))


def _is_a_body(words: str) -> bool:
    """“Institut CURIE”, “Cohorte CONSTANCES”: a capitalised word beside the name of a thing."""
    return bool(_BODIES.search(words))


def addresses_in(text: str) -> list[str]:
    """What looks like a postal address."""
    return [found[0].strip() for pattern in (ADDRESS, POSTAL) for found in pattern.finditer(text)]


def telephones_in(text: str) -> list[str]:
    """What looks like a telephone number."""
    return [found[0] for found in TELEPHONE.finditer(text)]


def mailboxes_in(text: str) -> list[str]:
    """The e-mail addresses of a text."""
    return MAILBOX.findall(text)


def names_a_person(text: str) -> bool:
    """Does anything in the text look like a person, or a way to reach one at home?"""
    return bool(persons_in(text) or telephones_in(text) or mailboxes_in(text))


def is_private(name: str) -> bool:
    """Is the controller told as a natural person (“M. …”, “thèse de …”) and not as a body? “Personne physique” alone names nobody."""
    if name.strip().casefold() in ("personne physique", "une personne physique"):
        return False
    return bool(PRIVATE.search(name)) or bool(re.match(rf"\s*{_TITLE}\s", name)) or bool(NAMED.fullmatch(name.strip()) and persons_in(name))
