"""What somebody asks of the registry, as the address holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from registry.finding.facets import FACETS, SEARCHABLE
from registry.public_core import clean

LONGEST_TEXT = 200


@dataclass(frozen=True)
class Query:
    """Words, values of filters, order and page; `narrowed` holds what was written above a long list of values, to shorten it."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1
    narrowed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_address(cls, given: QueryDict) -> Query:
        """Read an address; nothing in it is ever an error."""
        filters = {facet: tuple(dict.fromkeys(given.getlist(facet))) for facet in FACETS if given.getlist(facet)}
        narrowed = {facet: _line(given.get(f"in-{facet}", "")) for facet in SEARCHABLE}
        page = given.get("page", "")
        number = int(page) if re.fullmatch(r"[1-9][0-9]{0,8}", page, re.ASCII) else 1
        words = {facet: words for facet, words in narrowed.items() if words}
        return cls(_line(given.get("q", "")), filters, given.get("sort", ""), number, words)

    @property
    def without_filters(self) -> str:
        """The query string of the same words in the same order, every filter taken away."""
        return self.address(filters={})

    def address(self, **changes: Any) -> str:
        """The query string of this search, the page left out.

        `without=(facet, value)` drops one filter, `filters={}` all, `text=` asks for other words.
        """
        facet, dropped = changes.get("without", ("", ""))
        address = QueryDict(mutable=True)
        if text := changes.get("text", self.text):
            address["q"] = text
        for name, values in changes.get("filters", self.filters).items():
            address.setlist(name, [value for value in values if (name, value) != (facet, dropped)])
        if self.sort:
            address["sort"] = self.sort
        return f"?{address.urlencode()}"


def _line(text: str) -> str:
    return " ".join(clean(text)[:LONGEST_TEXT].split())
