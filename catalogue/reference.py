"""Loads the reference rows of `catalogue/data`: inserts what is missing, never touches what an administrator edited.

One SELECT per table, then bulk writes, so that it may run after every migration and after every test flush.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps as current_apps
from django.db import DEFAULT_DB_ALIAS, models, transaction

FOLDER = Path(__file__).parent / "data"
MODELS = ("Term", "Database", "Component", "CategoryMapping")

Key = tuple[Any, ...]
Row = dict[str, Any]


@dataclass
class Loaded:
    """What one loading did, by table."""

    inserted: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)


@cache
def read(name: str) -> dict[str, Any]:
    """One data file, read once a process."""
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def source_title(key: str) -> str:
    """The title under which a document is cited to readers."""
    source = read("sources.toml")[key]
    title, year = str(source["title"]), source.get("year")
    return title if year is None or str(year) in title else f"{title}, {year}"


def term_rows() -> Iterator[Row]:
    """Every value of every vocabulary, in file order."""
    for vocabulary, block in read("vocabularies.toml").items():
        for position, term in enumerate(block["terms"], start=1):
            yield {
                "vocabulary": vocabulary,
                "code": term["code"],
                "label_fr": term["fr"],
                "label_en": term["en"],
                "description_fr": term.get("fr_text", ""),
                "description_en": term.get("en_text", ""),
                "source": source_title(term.get("source", block["source"])),
                "source_status": term.get("status", block["status"]),
                "position": position * 10,
                "active": term.get("active", True),
            }


def database_rows() -> Iterator[Row]:
    """Every database, without its components."""
    for base in read("databases.toml")["database"]:
        plain = {name: value for name, value in base.items() if name not in {"component", "categories"}}
        plain["sources"] = [
            {"title": read("sources.toml")[key]["title"], "year": read("sources.toml")[key].get("year")} for key in base["sources"]
        ]
        for name in ("controller_source", "order_source"):
            plain[name] = source_title(base[name]) if base.get(name) in read("sources.toml") else base.get(name, "")
        yield plain


def untouched(databases: dict[Key, Any]) -> Iterator[tuple[Any, Row]]:
    """The databases of the file that no administrator edited, each with its block of the file."""
    for base in read("databases.toml")["database"]:
        database = databases[(base["slug"],)]
        if database.edited_at is None:
            yield database, base


def component_rows(databases: dict[Key, Any]) -> Iterator[Row]:
    """Every component, tied to its database."""
    for database, base in untouched(databases):
        for position, part in enumerate(base.get("component", ()), start=1):
            plain = {name: value for name, value in part.items() if name not in {"categories", "source"}}
            yield plain | {"database_id": database.pk, "source": source_title(part["source"]), "position": position * 10}


def mapping_rows(terms: dict[Key, Any], databases: dict[Key, Any], components: dict[Key, Any]) -> Iterator[Row]:
    """Which data categories each database or component brings."""
    for database, base in untouched(databases):
        for code in base.get("categories", ()):
            yield {"database_id": database.pk, "component_id": None, "category_id": terms[("data_category", code)].pk}
        for part in base.get("component", ()):
            component = components[(database.pk, part["code"])]
            for code in part.get("categories", ()):
                yield {"database_id": None, "component_id": component.pk, "category_id": terms[("data_category", code)].pk}


def _synchronise(model: type[models.Model], key: tuple[str, ...], rows: Iterable[Row], using: str, done: Loaded) -> dict[Key, Any]:
    """Insert the missing rows, refresh those that nobody edited, and return all rows of the file by key."""
    manager = model._base_manager.using(using)
    present = {tuple(getattr(row, name) for name in key): row for row in manager.all()}
    missing, stale, changed_fields = [], [], set[str]()
    for row in rows:
        known: Any = present.get(tuple(row[name] for name in key))
        if known is None:
            known = model(**row)
            missing.append(known)
            present[tuple(row[name] for name in key)] = known
        elif getattr(known, "edited_at", None) is None and (
            changes := {name for name, value in row.items() if getattr(known, name) != value}
        ):
            for name in changes:
                setattr(known, name, row[name])
            stale.append(known)
            changed_fields |= changes
    manager.bulk_create(missing)
    if stale:
        manager.bulk_update(stale, sorted(changed_fields))
    done.inserted[model.__name__], done.updated[model.__name__] = len(missing), len(stale)
    return present


def load(using: str = DEFAULT_DB_ALIAS, apps: Any = current_apps) -> Loaded:
    """Bring the tables in line with the data files and return the counts; rows edited by a person are left as they are."""
    term, database, component, mapping = (apps.get_model("catalogue", name) for name in MODELS)
    done = Loaded()
    with transaction.atomic(using=using):
        terms = _synchronise(term, ("vocabulary", "code"), term_rows(), using, done)
        databases = _synchronise(database, ("slug",), database_rows(), using, done)
        components = _synchronise(component, ("database_id", "code"), component_rows(databases), using, done)
        _synchronise(mapping, ("database_id", "component_id", "category_id"), mapping_rows(terms, databases, components), using, done)
    return done


def load_after_migrate(*, using: str, apps: Any = current_apps, **_signal: Any) -> None:
    """Load once the tables stand; do nothing while a migration stops at an earlier shape of them."""
    for name in MODELS:
        try:
            shape = apps.get_model("catalogue", name)
        except LookupError:
            return
        today = current_apps.get_model("catalogue", name)
        if {column.name for column in shape._meta.concrete_fields} != {column.name for column in today._meta.concrete_fields}:
            return
    load(using=using, apps=apps)
