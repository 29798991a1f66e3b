"""Which fiches an address asks for, all of them and in their order: what the files take from the search."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict

from registry.reuse.exports import Selection
from registry.search import Query, found


def selection_of(given: QueryDict, day: date) -> Selection:
    """What an address of the list selects: the whole registry when it asks for nothing in particular."""
    query = Query.from_address(given)
    if not query.text and not query.filters:
        return Selection(day)
    return Selection(day, found(query, on=day).places)
