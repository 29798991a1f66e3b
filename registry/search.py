"""The one door to the search of the registry: words, filters with their counts, order, pages.

Words go to PostgreSQL's full text (configuration `fr`); filters and counts are sets of bits in each process (package `finding`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.utils.translation import gettext_lazy as _

from registry.finding import bits, facets, hits, loading, orders
from registry.finding.bits import Bits
from registry.finding.correcting import Found as OtherWay
from registry.finding.correcting import other_ways
from registry.finding.extracts import Row, first_sentences, rows_at
from registry.finding.facets import FACETS, Facet, FacetValue
from registry.finding.index import Among, Index
from registry.finding.query import Query
from registry.finding.words import Asked, asked_for
from ui.pagination import CappedPaginator

__all__ = [
    "FACETS",
    "PER_PAGE",
    "SORTS",
    "Facet",
    "FacetValue",
    "Found",
    "Query",
    "Results",
    "counted",
    "first_sentences",
    "found",
    "search",
]

PER_PAGE = 20
SORTS = {"relevance": _("Relevance"), "recent": _("Most recent"), "oldest": _("Oldest"), "title": _("Title")}


@dataclass(frozen=True)
class Found:
    """Every project that the page of results would show, as places in the order asked for; the flags are those of `Results`."""

    places: orders.Ordered
    sort: str
    ignored: tuple[str, ...]
    instead: str = ""
    loosely: bool = False


@dataclass(frozen=True)
class Results:
    """What was found: the page, the whole number, and the filters with their counts.

    `instead` are the words that were searched in place of those that nothing holds; `loosely` says that not all words had to be held.
    """

    query: Query
    total: int
    page: Page[Any]
    rows: list[Row]
    facets: list[Facet]
    sort: str
    unfiltered: int
    ignored: tuple[str, ...] = ()
    too_common: bool = False
    instead: str = ""
    loosely: bool = False

    @property
    def uses_rare_filters(self) -> bool:
        """Is a filter in force that stands below the others?"""
        return any(facet.is_rare and facet.is_used for facet in self.facets)


class _Pages(CappedPaginator):
    """Pages of a sequence that knows its length."""

    @cached_property
    def _counted(self) -> int:
        return len(self.object_list)


def search(query: Query, *, on: date) -> Results:
    """Search the registry as it stands on a day; values that no filter knows are left out and named in `ignored`."""
    index = loading.current()
    labels = facets.labels_of(index)
    filters, ignored = facets.understood(query.filters, index, labels)
    way, worded = _worded(query.text, index)
    chosen = {facet: index.of_values(facet, values, on) for facet, values in filters.items()}
    among = _all(worded, chosen)
    sort = _sort_of(query)
    page = _Pages(_ordered(index, among, way.asked if way else None, sort), PER_PAGE).get_page(query.page)
    return Results(
        query=query,
        total=len(page.paginator.object_list),
        page=page,
        rows=rows_at(list(page.object_list), way.asked if way else None, on),
        facets=_facets(index, labels, filters, worded, chosen, query, on),
        sort=sort,
        unfiltered=bits.count(worded),
        ignored=ignored,
        too_common=bool(query.text and way and not worded.any() and way.asked.is_empty()),
        instead=way.instead if way else "",
        loosely=way.loosely if way else False,
    )


def found(query: Query, *, on: date) -> Found:
    """Everything that a search finds, for files, feeds and programs."""
    index = loading.current()
    filters, ignored = facets.understood(query.filters, index, facets.labels_of(index))
    way, worded = _worded(query.text, index)
    among = _all(worded, {facet: index.of_values(facet, values, on) for facet, values in filters.items()})
    sort = _sort_of(query)
    if way is None:
        return Found(_ordered(index, among, None, sort), sort, ignored)
    return Found(_ordered(index, among, way.asked, sort), sort, ignored, way.instead, way.loosely)


def version() -> int:
    """The version of the registry that a search asks at this moment."""
    return loading.current().version


def counted(query: Query, *, on: date) -> dict[str, Facet]:
    """Each filter counted among everything that a search finds, its own values included: what charts show."""
    index = loading.current()
    labels = facets.labels_of(index)
    filters, _ignored = facets.understood(query.filters, index, labels)
    _way, worded = _worded(query.text, index)
    among = index.among(_all(worded, {facet: index.of_values(facet, values, on) for facet, values in filters.items()}))
    bare = Query(text=query.text)
    return {facet: _facet(facet, index, labels, {}, among, bare, on) for facet in FACETS}


def _worded(text: str, index: Index) -> tuple[OtherWay | None, Bits]:
    """How the words were understood, and the projects that hold them."""
    asked = asked_for(text)
    if asked is None:
        return None, index.live
    worded = hits.holding(asked, index)
    if not worded.any() and asked.parts:
        other = other_ways(text, lambda way: bool(hits.holding(way, index).any()))
        if other is not None:
            return other, hits.holding(other.asked, index)
    return OtherWay(asked), worded


def _all(worded: Bits, chosen: Mapping[str, Bits], but: str = "") -> Bits:
    for facet, found_ in chosen.items():
        if facet != but:
            worded = worded & found_
    return worded


def _sort_of(query: Query) -> str:
    if query.sort in SORTS and (query.text or query.sort != "relevance"):
        return query.sort
    return "relevance" if query.text else "recent"


def _ordered(index: Index, among: Bits, asked: Asked | None, sort: str) -> orders.Ordered:
    if sort == "title":
        return orders.ByTitle(among)
    if asked is None or sort != "relevance":
        return orders.ByDate(among, newest_first=sort != "oldest")
    if bits.count(among) <= orders.MOST_RANKED:
        return orders.ByRank(among, asked)
    return orders.TitledFirst(among, hits.titled(asked, index))


def _facets(
    index: Index, labels: facets.Labels, filters: facets.Filters, worded: Bits, chosen: Mapping[str, Bits], query: Query, on: date
) -> list[Facet]:
    """Every filter, counted among what the words and the other filters have found."""
    whole = index.among(_all(worded, chosen))
    others = {facet: index.among(_all(worded, chosen, but=facet)) for facet in chosen}
    return [_facet(facet, index, labels, filters, others.get(facet, whole), query, on) for facet in FACETS]


def _facet(facet: str, index: Index, labels: facets.Labels, filters: facets.Filters, among: Among, query: Query, on: date) -> Facet:
    chosen = filters.get(facet, ())
    if facet in facets.SEARCHABLE:
        return facets.most_frequent(facet, index, chosen, among, query.narrowed.get(facet, ""))
    return facets.counted(facet, index, labels[facet], chosen, among, on)
