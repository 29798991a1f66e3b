"""What the words of the former register mean in ours: terms, databases, days, and what must not be published."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from catalogue.models import Component, Database, Level, Term
from registry import persons
from registry.editing.answers import results_due_on
from registry.mending import is_placeholder
from registry.outcomes.importing_mapping import Layout, key_of
from registry.public_core import Said, is_role_mailbox

LONGEST_PLACEHOLDER = 80
#: What stands where something was withheld.
WITHHELD = "[…]"
#: A street with its number, and the town behind it.
_HOME = re.compile(
    rf"{persons.ADDRESS.pattern}[^,;.\n]{{0,60}}(?:,?\s*\d{{5}}\s+[A-ZÀ-Ö][\w'’\-]*(?:[ \-][A-ZÀ-Ö][\w'’\-]*)*)?", re.IGNORECASE
)
_TOWN = re.compile(r"\b\d{5}\s+([^\d,;\n]+)")
_MONTHS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre")


class Known:
    """The vocabularies and the databases, read once for a whole import, with the values of the mapping file over them."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.frozen: dict[tuple[str, str], Said] = {}
        self._tables: dict[str, dict[str, str]] = {}
        for term in Term.objects.order_by("vocabulary", "position", "pk"):
            self.frozen[term.vocabulary, term.code] = {"code": term.code, "fr": term.label_fr, "en": term.label_en}
            table = self._tables.setdefault(term.vocabulary, {})
            table |= {key_of(term.code): term.code, key_of(term.label_fr): term.code}
        self.databases = {one.slug: one for one in Database.objects.alphabetical()}
        self.components = {one.code: one for one in Component.objects.filter(database__level=Level.MAIN)}
        self._tables["sources"] = {key_of(text): slug for slug, one in self.databases.items() for text in (slug, one.acronym, one.name_fr)}
        self._tables["components"] = {key_of(text): code for code, one in self.components.items() for text in (code, one.name_fr)}
        for name, rows in layout.values.items():
            self._tables[name] = self._tables.get(name, {}) | dict(rows)
        self.results_due_on: Callable[[date], str | None] = functools.cache(results_due_on)

    def code(self, table: str, value: str) -> str | None:
        """Our code for a value, empty for one that says nothing; None for one that nobody knows."""
        return self._tables.get(table, {}).get(key_of(value))

    def several(self, table: str, text: str) -> Iterator[tuple[str, str | None]]:
        """Each value of a cell with its code. A comma divides only where it must: labels hold commas of their own."""
        for piece in re.split(r"[;|\n•]+", text):
            parts = [part for part in piece.split(",") if part.strip()]
            while parts:
                ends = range(len(parts), 0, -1)
                end = next((end for end in ends if self.code(table, ",".join(parts[:end])) is not None), 1)
                value = ",".join(parts[:end]).strip(" -.\t")
                yield value, self.code(table, value)
                parts = parts[end:]


def told(text: str) -> str:
    """The cell, or nothing where it only says that nothing is said (“Non renseigné”)."""
    return "" if not text or (len(text) < LONGEST_PLACEHOLDER and is_placeholder(text)) else text


def day_in(text: str) -> tuple[str | None, bool]:
    """The day that a cell holds as ISO text, and whether it tells the day itself; a month alone is its first day."""
    found = re.match(r"(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)[/.\-](\d\d?)[/.\-](\d{4})", text)
    if found:
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        return _iso(int(year), int(month), int(day)), True
    worded = re.fullmatch(r"(?:(\d\d?|1er)\s+)?([a-z]+)\s+(\d{4})", key_of(text))
    if worded and worded[2] in _MONTHS:
        number = int(worded[1].removesuffix("er")) if worded[1] else 1
        return _iso(int(worded[3]), _MONTHS.index(worded[2]) + 1, number), bool(worded[1])
    short = re.fullmatch(r"(\d\d?)[/.\-](\d{4})", text.strip())
    return (_iso(int(short[2]), int(short[1]), 1), False) if short else (None, False)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def without_persons(text: str) -> str:
    """The text without homes, telephones and mailboxes of persons; names are left for a person to look at."""
    kept = _HOME.sub(WITHHELD, text)
    kept = persons.TELEPHONE.sub(WITHHELD, kept)
    return persons.MAILBOX.sub(lambda found: found[0] if is_role_mailbox(found[0]) else WITHHELD, kept)


def town_in(address: str) -> str:
    """The town of a postal address, and nothing else of it."""
    found = _TOWN.search(address)
    return re.sub(r"\s+cedex.*", "", found[1], flags=re.IGNORECASE).strip(" .-") if found else ""


def article_in(text: str, article: int) -> str | None:
    """“6(1)(e)”, “article 6.1.e”: the code of the letter of an article of the GDPR."""
    number = 1 if article == 6 else 2
    found = re.search(rf"\b{article}\W{{0,3}}{number}\W{{0,3}}([a-j])\b", text, re.IGNORECASE)
    return f"{article}_{number}_{found[1].lower()}" if found else None


def source_of(database: Database, components: Mapping[str, Component]) -> Said:
    """A database as a fiche shows it."""
    return {
        "slug": database.slug,
        "acronym": database.acronym,
        "fr": database.name_fr,
        "en": database.name_en,
        "components": [{"fr": one.name_fr, "en": one.name_en} for one in components.values() if one.database_id == database.pk],
        "years": [None, None],
    }
