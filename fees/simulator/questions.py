"""What a version of a grid asks: the facts that its lines, its modifiers and the VAT of its lines use, in an order for people."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from fees.tariff import dto
from fees.tariff.conditions import keys_in
from fees.tariff.facts import FACTS, NUMERIC, FactKind
from fees.tariff.quantities import facts_of
from fees.words import said

#: The parts of the form, in order, each with the beginnings of the keys that it holds; the first that fits takes a fact.
PARTS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("vat", _("For VAT"), ("requester.vat_", "requester.taxable")),
    ("requester", _("Who asks"), ("requester.", "request.", "primo.")),
    ("data", _("Which data"), ("data.", "holder.")),
    ("project", _("For which project"), ("project.",)),
    ("work", _("How much work"), ("estimate.",)),
)
#: VAT comes last on the page, though it is the first to take its facts.
SHOWN_LAST = "vat"


@dataclass(frozen=True)
class Asked:
    """What has to be asked to price by these versions."""

    versions: tuple[dto.GridVersion, ...]
    keys: tuple[str, ...]
    dimensions: tuple[str, ...]

    @property
    def decisions(self) -> dict[str, dto.Modifier]:
        """What only the staff decide, a surcharge for example: `GRID/MODIFIER` → modifier."""
        modifiers = ((version.grid.code, one) for version in self.versions for one in version.content.modifiers if one.on_decision)
        return {f"{code}/{one.code}": one for code, one in modifiers}

    @property
    def options(self) -> dict[str, str]:
        """The lines that are charged only when asked for: `GRID/LINE` → label."""
        lines = ((version.grid.code, line) for version in self.versions for line in version.content.lines if line.optional)
        return {f"{code}/{line.code}": said(line.label) for code, line in lines}

    def parts(self) -> list[tuple[str, Any, list[str]]]:
        """The facts by part of the form, empty parts left out."""
        found = [(code, title, [key for key in self.keys if part_of(key) == code]) for code, title, _starts in PARTS]
        found.sort(key=lambda part: part[0] == SHOWN_LAST)
        return [part for part in found if part[2]]


def asked_by(versions: Iterable[dto.GridVersion], vat: dto.VatTable, decided: Container[str] = ()) -> Asked:
    """What these versions ask, each fact once, in the order of the registry; with what the decisions that are tried out ask."""
    used = tuple(versions)
    keys = {key for version in used for key in _keys(version, vat, decided)}
    repeated = (line.each for version in used for line in version.content.lines if line.each)
    return Asked(used, tuple(key for key in FACTS if key in keys), tuple(dict.fromkeys(repeated)))


def _keys(version: dto.GridVersion, vat: dto.VatTable, decided: Container[str]) -> Iterator[str]:
    for line in version.content.lines:
        yield from keys_in(line.condition)
        yield from facts_of(line.quantity)
    for modifier in version.content.modifiers:
        if not modifier.on_decision or f"{version.grid.code}/{modifier.code}" in decided:  # undecided, its condition is never looked at
            yield from keys_in(modifier.condition)
    profiles = {line.vat_profile for line in version.content.lines}
    for treatment in vat.treatments:
        if treatment.profile in profiles:
            yield from keys_in(treatment.condition)


def part_of(key: str) -> str:
    """The part of the form that a fact belongs to."""
    return next(code for code, _title, starts in PARTS if key.startswith(starts))


def is_uncertain(kind: FactKind) -> bool:
    """Is it an effort that is estimated, and so may be given with bounds?"""
    return kind.type in NUMERIC and kind.source is dto.Source.ASSESSED
