"""What a dossier says, in words: each section as labels with their values, as anybody may read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from requests_app.concerns import concerns
from requests_app.content import Content, DossierSource
from requests_app.sections import SECTIONS, Missing, Section, missing_in
from requests_app.slots import Remark
from requests_app.snapshot_words import PARTS, Names, part_in_words, part_label, value_in_words
from ui.words import day_in_words


@dataclass(frozen=True)
class Line:
    """One field with its value in words, empty when nothing is said, and what is said beside it."""

    label: str
    value: str
    name: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """One section as it reads, with what it lacks."""

    section: Section
    lines: list[Line]
    missing: list[Missing]


def chapters_of(dossier: Any, remarks: Mapping[str, list[Remark]] | None = None) -> list[Chapter]:
    """The whole content, section by section, with the rooms' remarks beside the fields."""
    return [Chapter(section, lines_of(dossier.content, section, remarks), missing_in(dossier, section)) for section in SECTIONS]


def lines_of(content: Content, section: Section, remarks: Mapping[str, list[Remark]] | None = None) -> list[Line]:
    """The fields of a section in words, as far as they concern the project; the databases stand before the other sources."""
    beside = remarks or {}
    lines = [
        Line(label_of(name), words_of(name, _value_of(content, name)), name, tuple(beside.get(name, ())))
        for name in section.fields
        if concerns(content, name)
    ]
    return [*_databases(content, beside), *lines] if section.code == "sources" else lines


def _databases(content: Content, beside: Mapping[str, list[Remark]]) -> list[Line]:
    """Each database with all that is asked of it; one empty line when there is none."""
    used, said = content.sources_used(), tuple(beside.get("sources", ()))
    if not used:
        return [Line(_("Databases"), "", "sources", said)]
    return [Line(str(one.database), _asked_of(one), "sources", said if one is used[0] else ()) for one in used]


def _asked_of(source: DossierSource) -> str:
    """What is asked of a database, one part a line."""
    snapshot, names = source.snapshot(), Names()
    told = {part: part_in_words(snapshot, part, names) for part in PARTS if part != "components"}
    told["components"] = " ; ".join(str(component) for component in source.components.all())
    lines = [f"{part_label(part)}{_(': ')}{' ; '.join(told[part].splitlines())}" for part in PARTS if told[part]]
    return "\n".join(lines) or _("Nothing more is said of it.")


def label_of(name: str) -> str:
    """The name of a field, with a capital."""
    label = str(Content._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _value_of(content: Content, name: str) -> Any:
    return content.chosen(name) if Content._meta.get_field(name).many_to_many else getattr(content, name)


def words_of(name: str, value: Any) -> str:
    """The value of a field as a person reads it; empty when nothing is said."""
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, models.Model):
        return str(value)
    field = Content._meta.get_field(name)
    if field.many_to_many:
        return "\n".join(str(one) for one in value)
    return value_in_words(field.attname, value, Names())  # type: ignore[union-attr]
