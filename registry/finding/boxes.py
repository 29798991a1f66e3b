"""The values of a filter as boxes to tick: a page shows two hundred of them, so that their HTML is written in one go."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe


class Ticked(Protocol):
    """What a box needs of a value."""

    @property
    def code(self) -> str:
        """What the address calls it."""

    @property
    def label(self) -> str:
        """What it is, in the reader's language."""

    @property
    def chosen(self) -> bool:
        """Is its box ticked?"""

    @property
    def shown(self) -> str:
        """The number of projects, as it is written."""


def boxes(name: str, values: Iterable[Ticked]) -> SafeString:
    """The items of the list of a filter, everything escaped."""
    return mark_safe("".join(_box(name, value) for value in values))


def _box(name: str, value: Ticked) -> str:
    code, label = escape(value.code), escape(value.label)
    ticked = " checked" if value.chosen else ""
    return (
        f'<li class="facet__value"><input type="checkbox" id="{name}-{code}" name="{name}" value="{code}"{ticked}>'
        f'<label for="{name}-{code}">{label} <span class="facet__count">({value.shown})</span></label></li>\n'
    )
