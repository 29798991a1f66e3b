"""What the linter of the calculator finds in a version, with where a person mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fees.contents import version_of
from fees.tariff.dto import ENGINE as ENGINE_VERSION
from fees.tariff.lint import Finding as Found
from fees.tariff.lint import Level, breaking, lint

__all__ = ["ENGINE_VERSION", "Finding", "findings_of"]


@dataclass(frozen=True)
class Finding:
    """One finding: its words, where it stands, and whether it stands in the way of publication."""

    found: Found
    anchor: str

    @property
    def sentence(self) -> str:
        """The finding in words."""
        return self.found.sentence

    @property
    def where(self) -> str:
        """The line, modifier or field: `SOURCES.tiers[1]`."""
        return self.found.where

    @property
    def blocks(self) -> bool:
        """Must it be mended, or accepted in the document, before publication?"""
        return self.found.level is not Level.NOTE

    @property
    def breaks(self) -> bool:
        """Does it keep the version from pricing anything?"""
        return bool(breaking([self.found]))

    @property
    def sentence_and_place(self) -> str:
        """The words with the place."""
        return _("%(where)s: %(sentence)s") % {"where": self.where, "sentence": self.sentence} if self.where else self.sentence


def findings_of(row: Any) -> list[Finding]:
    """Everything that the linter finds in a version as it stands, the graver first."""
    version = version_of(row)
    lines = {line.code for line in version.content.lines}
    modifiers = {modifier.code for modifier in version.content.modifiers}
    order = list(Level)
    found = sorted(lint(version, row.vat_table()), key=lambda one: order.index(one.level))
    return [Finding(one, _anchor(one.where, lines, modifiers)) for one in found]


def _anchor(where: str, lines: set[str], modifiers: set[str]) -> str:
    code = where.partition(".")[0]
    if code in lines:
        return f"line-{code}"
    return f"modifier-{code}" if code in modifiers else "content"
