"""What a European catalogue asks of a database beside our catalogue's tables: data files of the project, completed by the operator's own.

An unknown fact is absent: nothing is guessed, and a record that lacks what is compulsory is not served.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FOLDER = Path(__file__).parent / "data"
COMPULSORY = ("health_categories",)
ASKED_BY_THE_HUB = ("health_themes",)
#: The facts whose values are those of a European list.
CODED = {
    "health_categories": "health_category",
    "health_themes": "health_theme",
    "publisher_type": "publisher_type",
    "format": "file_type",
    "frequency": "frequency",
}


@dataclass(frozen=True)
class Column:
    """A variable of a table, with its type as CSV on the Web names it."""

    name: str
    type: str
    fr: str
    en: str


@dataclass(frozen=True)
class Table:
    """A table of a database, with those of its variables that are described."""

    name: str
    fr: str
    en: str
    columns: tuple[Column, ...]
    source: str = ""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Table:
        """A table as a data file tells it."""
        return cls(**{**told, "columns": tuple(Column(**column) for column in told["columns"])})


@dataclass(frozen=True)
class Facts:
    """What is known of one database; empty or None: unknown."""

    health_categories: tuple[str, ...] = ()
    health_themes: tuple[str, ...] = ()
    table: tuple[Table, ...] = ()
    publisher_type: str = ""
    trusted_data_holder: bool = False
    contact_email: str = ""
    contact_page: str = ""
    #: Bytes that one may download without an authorisation: none, unless said otherwise.
    byte_size: int = 0
    format: str = "OTHER"
    frequency: str = ""
    records: int | None = None
    individuals: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    population_fr: str = ""
    population_en: str = ""
    sample_page: str = ""
    legal_bases: tuple[str, ...] = ()
    personal_data: tuple[str, ...] = ()
    legislation: tuple[str, ...] = ()

    @property
    def lacks(self) -> list[str]:
        """What HealthDCAT-AP makes compulsory and nobody has told, as names of the data file: without it there is no record."""
        return [name for name in COMPULSORY if not getattr(self, name)]

    @property
    def lacks_for_the_hub(self) -> list[str]:
        """What the Health Data Hub's own catalogue asks beside it; the record is served, that catalogue would refuse it."""
        return [name for name in ASKED_BY_THE_HUB if not getattr(self, name)]


@dataclass(frozen=True)
class Common:
    """What holds for all records."""

    legislation: tuple[str, ...]
    licence: str
    dataset_type: str
    country: str
    language: str
    publisher_type: str


@dataclass(frozen=True)
class Known:
    """Everything that the files tell."""

    common: Common
    databases: Mapping[str, Facts] = field(default_factory=dict)

    def of(self, slug: str) -> Facts:
        """What is known of a database; nothing of one that no file names."""
        return self.databases.get(slug, Facts())


@cache
def schemes() -> Mapping[str, Any]:
    """The European lists that we use, by our name for them."""
    return tomllib.loads((FOLDER / "vocabularies.toml").read_text(encoding="utf-8"))


def known() -> Known:
    """The facts of the project's file, completed by that of HARVEST_FACTS; raises ImproperlyConfigured for what is none."""
    return _read(str(settings.HARVEST_FACTS))


@cache
def _read(own: str) -> Known:
    told = tomllib.loads((FOLDER / "harvest.toml").read_text(encoding="utf-8"))
    added = _added(own) if own else {}
    common = told["common"] | added.get("common", {})
    databases = told["database"]
    for slug, facts in added.get("database", {}).items():
        databases[slug] = databases.get(slug, {}) | facts
    try:
        return Known(Common(**_frozen(common)), {slug: _facts(one) for slug, one in databases.items()})
    except (TypeError, KeyError) as unknown:
        raise ImproperlyConfigured(f"HARVEST_FACTS, {own or FOLDER}: {unknown}") from unknown


def _added(own: str) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(own).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise ImproperlyConfigured(f"HARVEST_FACTS, {own}: {wrong}") from wrong


def _facts(told: Mapping[str, Any]) -> Facts:
    tables = tuple(Table.of(table) for table in told.get("table", ()))
    facts = Facts(**(_frozen(told) | {"table": tables}))
    for name, scheme in CODED.items():
        value = getattr(facts, name)
        for code in (value,) if isinstance(value, str) else value:
            if code and code not in schemes()[scheme]["concepts"]:
                raise TypeError(f"{name}: {code!r} is not in {schemes()[scheme]['iri']}")
    return facts


def _frozen(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
