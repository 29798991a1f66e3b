"""What a need says, as values, and its only reader and writer: one canonical JSON text (RFC 8785)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, cast

from extractions.needs.codes import Code, Nomenclature
from fees.tariff.codec import decode, encode
from fees.tariff.errors import BadDocument, DocumentFault
from fees.tariff.exchange import quickly_canonical

SCHEMA = "1"
#: Several lists of twenty thousand codes with their labels.
LONGEST = 5_000_000


class Sense(StrEnum):
    """Whether a criterion brings persons in or keeps them out."""

    INCLUDES = "includes"
    EXCLUDES = "excludes"


class Form(StrEnum):
    """In which form the data are asked for."""

    INDIVIDUAL = "individual"
    AGGREGATES = "aggregates"


class Format(StrEnum):
    """The format of the files."""

    CSV = "csv"
    PARQUET = "parquet"
    SAS = "sas"
    OTHER = "other"


class Rhythm(StrEnum):
    """How often the data are asked for."""

    ONCE = "once"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class Channel(StrEnum):
    """The way by which the applicant wishes the data to come; the convention decides."""

    SPACE = "space"
    OWN_SYSTEM = "own_system"
    OTHER = "other"


@dataclass(frozen=True)
class Origin:
    """The filed version of the dossier from which the need was begun; 0 while none was filed."""

    version: int
    sha256: str = ""


@dataclass(frozen=True)
class Named:
    """A component of a database: its code and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class Identifier:
    """A potential identifier that the dossier asks for, with its justification: taken from there, and not changed here."""

    code: str
    justification: str = ""


@dataclass(frozen=True)
class Criterion:
    """A criterion of the population: its words, the codes that say the same, and the period in which it is looked for."""

    code: str
    sense: Sense
    nomenclature: Nomenclature
    words: str
    period_from: date | None = None
    period_to: date | None = None
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True)
class DatabaseNeed:
    """What is asked of one database. `professionals` says why the identifier of professionals is asked for; empty: it is not."""

    slug: str
    name: str
    components: tuple[Named, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    history_years: int | None = None
    variables_words: str = ""
    variables: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    professionals: str = ""
    criteria_words: str = ""
    criteria: tuple[Criterion, ...] = ()

    def criterion(self, code: str) -> Criterion | None:
        """The criterion of this code, if there is one."""
        return next((one for one in self.criteria if one.code == code), None)


@dataclass(frozen=True)
class Content:
    """The whole need of a dossier towards one body."""

    dossier: str
    organisation: str
    origin: Origin
    population: str = ""
    targeting: str = ""
    databases: tuple[DatabaseNeed, ...] = ()
    form: Form | None = None
    minimum_cell: int | None = None
    format: Format | None = None
    format_words: str = ""
    rhythm: Rhythm | None = None
    channel: Channel | None = None
    channel_words: str = ""
    remarks: str = ""
    schema: str = SCHEMA

    def database(self, slug: str) -> DatabaseNeed | None:
        """What is asked of the database of this address, if anything is."""
        return next((one for one in self.databases if one.slug == slug), None)

    @property
    def codes_in_all(self) -> int:
        """How many codes all lists hold together."""
        return sum(len(criterion.codes) for one in self.databases for criterion in one.criteria)


def with_database(content: Content, slug: str, change: Callable[[DatabaseNeed], DatabaseNeed]) -> Content:
    """The need with one database changed."""
    return replace(content, databases=tuple(change(one) if one.slug == slug else one for one in content.databases))


def with_codes(content: Content, slug: str, criterion: str, codes: tuple[Code, ...]) -> Content:
    """The need with the list of one criterion changed."""

    def change(one: DatabaseNeed) -> DatabaseNeed:
        return replace(one, criteria=tuple(replace(it, codes=codes) if it.code == criterion else it for it in one.criteria))

    return with_database(content, slug, change)


def numbered(content: Content, made: int) -> tuple[Content, int]:
    """The need with a code for each criterion that has none, beyond all that were ever given; and how many were given by now."""
    count = max([made, *(int(it.code[1:]) for one in content.databases for it in one.criteria if it.code)])
    databases = []
    for one in content.databases:
        criteria = []
        for it in one.criteria:
            count += not it.code
            criteria.append(it if it.code else replace(it, code=f"c{count}"))
        databases.append(replace(one, criteria=tuple(criteria)))
    return replace(content, databases=tuple(databases)), count


def texts_of(content: Content) -> Iterator[str]:
    """Every text that a person may write in a need."""
    yield from (content.population, content.targeting, content.format_words, content.channel_words, content.remarks)
    for one in content.databases:
        yield from (one.variables_words, one.criteria_words, *one.variables)
        for criterion in one.criteria:
            yield criterion.words
            yield from (f"{code.code} {code.label}" for code in criterion.codes)


def write(content: Content) -> str:
    """The need as one canonical text, the same bytes for the same need; it holds texts and lists, and no number."""
    return quickly_canonical({"schema": SCHEMA, **cast("dict[str, object]", encode(content))})


def read(text: str) -> Content:
    """The need that a canonical text says. Raises BadDocument for anything that `write` would not have written."""
    if len(text) > LONGEST:
        raise _bad("it is too long")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad("it is not JSON") from error
    lists = _lists_out_of(document)
    content = cast(Content, decode(Content, document))
    for (slug, criterion), codes in lists.items():
        content = with_codes(content, slug, criterion, codes)
    if content.schema != SCHEMA or write(content) != text:
        raise _bad(f"a canonical text of schema {SCHEMA} is expected")
    return content


def _lists_out_of(document: Any) -> dict[tuple[str, str], tuple[Code, ...]]:
    """The lists of codes, taken out: twenty thousand small records are read at once here, and each by its fields by the codec."""
    found = {}
    try:
        for database in document.get("databases", ()):
            for criterion in database.get("criteria", ()):
                codes = criterion.pop("codes", ())
                found[(database["slug"], criterion["code"])] = tuple(Code(**one) for one in codes)
    except (AttributeError, KeyError, TypeError) as error:
        raise _bad("a list of codes cannot be read") from error
    return {place: codes for place, codes in found.items() if codes}


def _bad(words: str) -> BadDocument:
    return BadDocument((DocumentFault("document", words),))


def sha256(text: str) -> str:
    """The hash of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
