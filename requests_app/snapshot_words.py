"""A snapshot in words: what its ids and codes are called, and each of its values as a person reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalogue.models import Component, Database, Term
from questionnaires.models import Version
from requests_app.choices import PotentialIdentifier
from requests_app.content import Content, DossierSource
from ui.words import day_in_words

Snapshot = Mapping[str, Any]

#: Fields with several choices, and the vocabulary of each.
SEVERAL = {"objectives": "objective", "domains": "domain", "data_categories": "data_category"}
NOTHING_SAID: tuple[Any, ...] = (None, "", [], {})
#: The parts of a database asked for, in the order in which they are read; the years stand for two columns.
PARTS = (
    "components",
    "years",
    "history_years",
    "population_criteria",
    "variables",
    "identifiers",
    "professional_identifier",
    "professional_reasons",
    "justification",
)
_PLAIN_FIELDS = {field.attname: field for field in Content._meta.concrete_fields}


def field_named(place: str) -> Any:
    """The field of the content behind a key of a snapshot (`controller_id`, `objectives`); None for any other key."""
    if place in _PLAIN_FIELDS:
        return _PLAIN_FIELDS[place]
    return Content._meta.get_field(place) if place in SEVERAL else None


class Names:
    """What the ids and codes of some snapshots are called, each table read once and only when it is needed."""

    def __init__(self, *snapshots: Snapshot) -> None:
        self.snapshots = snapshots
        self._read: dict[Any, dict[Any, Any]] = {}

    def row(self, model: type[models.Model], pk: Any) -> str:
        """The name of a row that a snapshot points at; its id when the row is gone."""
        if model not in self._read:
            named = [name for name, field in _PLAIN_FIELDS.items() if field.related_model is model]
            wanted = {one.get(name) for one in self.snapshots for name in named} - {None}
            self._read[model] = dict(model._base_manager.in_bulk(wanted))
        return str(self._read[model].get(pk, pk))

    def term(self, vocabulary: str, code: str) -> str:
        """The label of a term, or its code when there is none."""
        if "terms" not in self._read:
            codes = {code for one in self.snapshots for name in SEVERAL for code in one.get(name, [])}
            found = Term.objects.filter(vocabulary__in=SEVERAL.values(), code__in=codes).order_by("pk")
            self._read["terms"] = {(term.vocabulary, term.code): term for term in found}
        return str(self._read["terms"].get((vocabulary, code), code))

    def database(self, slug: str) -> str:
        """The name of a database."""
        if "databases" not in self._read:
            found = Database.objects.filter(slug__in={row["database"] for row in self._sources()}).order_by("pk")
            self._read["databases"] = {database.slug: database for database in found}
        return str(self._read["databases"].get(slug, slug))

    def component(self, slug: str, code: str) -> str:
        """The name of a component of a database."""
        if "components" not in self._read:
            codes = {code for row in self._sources() for code in row["components"]}
            found = Component.objects.filter(code__in=codes).select_related("database").order_by("pk")
            self._read["components"] = {(one.database.slug, one.code): one for one in found}
        return str(self._read["components"].get((slug, code), code))

    def question(self, code: str) -> str:
        """The wording of a question of the secretariat, or its code when no version asks it any more."""
        if "questions" not in self._read:
            versions = [pk for one in self.snapshots if (pk := one.get("questionnaire_id"))]
            found = Version.objects.filter(pk__in=versions).order_by("pk")
            self._read["questions"] = {asked: words for one in found for asked, words in _wordings(one.definition)}
        return str(self._read["questions"].get(code, code))

    def _sources(self) -> list[Mapping[str, Any]]:
        return [row for one in self.snapshots for row in one.get("sources", [])]


def _wordings(definition: Any) -> Iterator[tuple[str, str]]:
    """Every question of a questionnaire, wherever its definition keeps it: its code and its wording in the reader's language."""
    if isinstance(definition, list):
        for one in definition:
            yield from _wordings(one)
    elif isinstance(definition, Mapping):
        language = "en" if (get_language() or "fr").startswith("en") else "fr"
        words = definition.get(f"label_{language}") or definition.get("label_fr") or definition.get("label")
        if definition.get("code") and isinstance(words, str):
            yield str(definition["code"]), words
        for inner in definition.values():
            yield from _wordings(inner)


def value_in_words(place: str, value: Any, names: Names) -> str:
    """The value of a field as a person reads it; empty when nothing is said."""
    field = field_named(place)
    if value in NOTHING_SAID and value is not False and value != 0:
        return ""
    if field is None:
        return plain_in_words(value)
    if field.many_to_many:
        return "\n".join(names.term(SEVERAL[place], code) for code in value)
    if field.related_model is not None:
        return names.row(field.related_model, value)
    if isinstance(field, models.DateField):
        return day_in_words(date.fromisoformat(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return _counted(place, value) if place in _COUNTED else plain_in_words(value)


def _years(count: int) -> str:
    return ngettext("%(count)d year", "%(count)d years", count) % {"count": count}


def _months(count: int) -> str:
    return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}


_COUNTED: dict[str, Callable[[Any], str]] = {
    "retention_years": _years,
    "history_years": _years,
    "access_months": _months,
    "population_size": number_format,
}


def _counted(place: str, count: int) -> str:
    return _COUNTED[place](count)


def plain_in_words(value: Any) -> str:
    """A value of JSON in words: yes or no, a text, a list of one thing a line, a row of named things on one line."""
    if value in NOTHING_SAID and value is not False and value != 0:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return ", ".join(filter(None, (plain_in_words(one) for one in value.values())))
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "\n".join(plain_in_words(one) for one in value)
    return str(value)


def part_label(part: str) -> str:
    """What a part of a database asked for is called."""
    label = _("years") if part == "years" else str(DossierSource._meta.get_field(part).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def part_in_words(source: Mapping[str, Any], part: str, names: Names) -> str:
    """A part of a database asked for: its components by name, its years, each identifier with its justification…"""
    value = source.get(part)
    if part == "components":
        return "\n".join(names.component(source["database"], code) for code in value or [])
    if part == "years":
        first, last = value or (None, None)
        return f"{first or '…'}–{last or '…'}" if first or last else ""
    if part == "identifiers":
        known = dict(PotentialIdentifier.choices)
        return "\n".join(": ".join(filter(None, (str(known.get(code, code)), why))) for code, why in sorted((value or {}).items()))
    return _years(value) if part == "history_years" and value else plain_in_words(value)


def source_of_snapshot_in_words(source: Mapping[str, Any], names: Names) -> str:
    """A whole database asked for: its name, then each part that says something."""
    said = [(part_label(part), part_in_words(source, part, names)) for part in PARTS]
    lines = [f"{label}{_(': ')}{' ; '.join(words.splitlines())}" for label, words in said if words]
    return "\n".join([names.database(source["database"]), *lines])
