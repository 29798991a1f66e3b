"""A search in a few words, for titles and letters."""

from __future__ import annotations

from django.utils.translation import gettext as _

from registry.search import FACETS, Query


def search_in_words(query: Query) -> str:
    """“epilepsy · Medical domains: neurology”; nothing for the whole registry."""
    filters = [f"{FACETS[facet]}{_(': ')}{', '.join(values)}" for facet, values in query.filters.items()]
    return " · ".join([*([f"“{query.text}”"] if query.text else []), *filters])
