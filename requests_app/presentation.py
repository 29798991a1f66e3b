"""What a dossier says, in words: each section as labels with their values, as anybody may read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from requests_app.content import Content
from requests_app.sections import SECTIONS, Missing, Section, missing_in
from ui.words import day_in_words


@dataclass(frozen=True)
class Line:
    """One field with its value in words; empty when nothing is said."""

    label: str
    value: str


@dataclass(frozen=True)
class Chapter:
    """One section as it reads, with what it lacks."""

    section: Section
    lines: list[Line]
    missing: list[Missing]


def chapters_of(dossier: Any) -> list[Chapter]:
    """The whole content, section by section."""
    return [Chapter(section, lines_of(dossier.content, section), missing_in(dossier, section)) for section in SECTIONS]


def lines_of(content: Content, section: Section) -> list[Line]:
    """The fields of a section in words; the databases stand after the population."""
    lines = [Line(label_of(name), in_words(_value_of(content, name))) for name in section.fields if _concerns(content, name)]
    if section.code == "sources":
        lines[1:1] = [
            Line(_("Databases"), in_words([source_in_words(source.snapshot(), str(source.database)) for source in content.sources_used()]))
        ]
    return lines


def label_of(name: str) -> str:
    """The name of a field, with a capital."""
    label = str(Content._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _value_of(content: Content, name: str) -> Any:
    return content.chosen(name) if Content._meta.get_field(name).many_to_many else getattr(content, name)


def _concerns(content: Content, name: str) -> bool:
    """Is the field of interest, given what the others say?"""
    if name == "body_in_charge":
        return not content.controller_is_in_charge
    return name != "matching_kind" or bool(content.matching)


def in_words(value: Any) -> str:
    """A value as a person reads it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return day_in_words(value)
    if isinstance(value, models.Model | str):
        return str(value)
    if isinstance(value, Iterable):
        return "\n".join(str(one) for one in value)
    return ngettext("%(count)d year", "%(count)d years", value) % {"count": value}


def source_in_words(snapshot: dict[str, Any], name: str) -> str:
    """A database with its years and its components."""
    first, last = snapshot["years"]
    years = f"{first or '…'}–{last or '…'}" if first or last else ""
    parts = [part for part in (years, ", ".join(snapshot["components"])) if part]
    return f"{name} ({' ; '.join(parts)})" if parts else name
