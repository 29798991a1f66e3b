"""The filters: their values in words, and how many projects each would show beside the other filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any

import numpy as np
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from catalogue.models import Database, Term, Vocabulary
from registry.finding.boxes import boxes
from registry.finding.index import COLUMNS, Among, Index
from registry.frameworks import FRAMEWORKS
from registry.models import Status
from requests_app.states import Opinion

#: Filters in the order of the page, as the address names them: the five of the national register first.
FACETS: dict[str, Any] = {
    "objective": _("Objectives pursued"),
    "domain": _("Medical domains"),
    "category": _("Data categories"),
    "controller": _("Type of controller"),
    "status": _("Status"),
    "database": _("Databases used"),
    "organisation": _("Controller"),
    "year": _("Year of authorisation"),
    "procedure": _("Procedure"),
    "opinion": _("Opinion of the committee"),
    "matching": _("Matching of sources"),
    "results": _("Results"),
}
VOCABULARIES = {
    "objective": Vocabulary.OBJECTIVE,
    "domain": Vocabulary.DOMAIN,
    "category": Vocabulary.DATA_CATEGORY,
    "controller": Vocabulary.CONTROLLER_TYPE,
}
#: Values that are few and ours.
PLAIN: dict[str, Callable[[], dict[str, Any]]] = {
    "status": lambda: dict(Status.choices),
    "procedure": lambda: dict(FRAMEWORKS),
    "opinion": lambda: dict(Opinion.choices),
    "matching": lambda: {"yes": _("With matching"), "no": _("Without matching")},
    "results": lambda: {
        "yes": pgettext_lazy("results", "Published"),
        "no": pgettext_lazy("results", "Not published"),
        "overdue": _("Overdue"),
    },
}
#: Filters with so many values that only the most frequent are shown, under a field to look for others.
SEARCHABLE = COLUMNS
MOST_SHOWN = 50
#: Filters below those of the national register and the databases.
BELOW = frozenset({"organisation", "year", "procedure", "opinion", "matching", "results"})

Labels = dict[str, dict[str, str]]
#: Lists of values change rarely: a process reads them again after so many seconds.
LABELS_SECONDS = 60
MOST_KEPT_LABELS = 20
_kept_labels: dict[Any, tuple[float, Labels]] = {}
Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FacetValue:
    """One value of a filter, with the number of projects that choosing it would show beside the other filters."""

    code: str
    label: str
    count: int
    chosen: bool

    @property
    def shown(self) -> str:
        """The number with its thousands apart."""
        return f"{self.count:,}".replace(",", "\u202f") if self.count > 999 else str(self.count)


@dataclass(frozen=True)
class Facet:
    """One filter; of a searchable one `hidden` tells how many values with a project are not shown, `narrowed` what was looked for."""

    code: str
    label: Any
    values: list[FacetValue]
    is_searchable: bool = False
    narrowed: str = ""
    hidden: int = 0

    @property
    def boxes(self) -> SafeString:
        """Its values as the items of a list, each with a box to tick."""
        return boxes(self.code, self.values)

    @property
    def is_rare(self) -> bool:
        """Does it stand below the others, folded until it serves?"""
        return self.code in BELOW

    @property
    def is_used(self) -> bool:
        """Does it say anything in this search?"""
        return bool(self.narrowed or any(value.chosen for value in self.values))

    @property
    def is_narrowable(self) -> bool:
        """Is there more to look for than is shown?"""
        return bool(self.is_searchable and (self.hidden or self.narrowed))


def labels_of(index: Index) -> Labels:
    """The values of the filters in the reader's language; what the secretariat changes in a list shows after a minute at most."""
    if not index.shared:
        return _labels_of(index)
    key, now = (get_language(), index.epoch, index.codes.last), monotonic()
    kept = _kept_labels.get(key)
    if kept is None or kept[0] < now - LABELS_SECONDS:
        if len(_kept_labels) > MOST_KEPT_LABELS:
            _kept_labels.clear()
        kept = _kept_labels[key] = (now, _labels_of(index))
    return kept[1]


def _labels_of(index: Index) -> Labels:
    """The values of the filters that show all theirs, in their order: those of our lists, then any that only fiches still hold."""
    facet_of = {vocabulary.value: facet for facet, vocabulary in VOCABULARIES.items()}
    labels: Labels = {facet: {} for facet in FACETS if facet not in SEARCHABLE}
    for term in Term.objects.filter(vocabulary__in=facet_of).only("vocabulary", "code", "label_fr", "label_en", "position"):
        labels[facet_of[term.vocabulary]][term.code] = term.label
    labels["database"] = dict(Database.objects.alphabetical().values_list("slug", "acronym"))
    for facet, choices in PLAIN.items():
        labels[facet] = {code: str(label) for code, label in choices().items()}
    for facet, values in labels.items():
        values.update({code: code for code in index.codes.number.get(facet, {}) if code not in values})
    return labels


def understood(filters: Filters, index: Index, labels: Labels) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The values that a filter knows, and those that none does."""

    def knows(facet: str, value: str) -> bool:
        return index.number_of(facet, value) > 0 if facet in SEARCHABLE else value in labels[facet]

    known = {facet: tuple(value for value in values if knows(facet, value)) for facet, values in filters.items()}
    ignored = tuple(value for facet, values in filters.items() for value in values if value and not knows(facet, value))
    return {facet: values for facet, values in known.items() if values}, ignored


def counted(facet: str, index: Index, labels: Mapping[str, str], chosen: tuple[str, ...], among: Among, day: date) -> Facet:
    """A filter with its counts; a value without any project is not shown, unless it is chosen."""
    counts = index.counts(facet, among, day)
    values = [FacetValue(code, label, counts.get(code, 0), code in chosen) for code, label in labels.items()]
    return Facet(facet, FACETS[facet], [value for value in values if value.count or value.chosen])


def most_frequent(facet: str, index: Index, chosen: tuple[str, ...], among: Among, narrowed: str) -> Facet:
    """A filter of very many values: those chosen, then the most frequent of those that were looked for."""
    counts = index.column_counts(facet, among)
    pinned = [index.number_of(facet, code) for code in chosen]
    looked_for = _narrowed(facet, index, counts, narrowed)
    top = _largest(looked_for, MOST_SHOWN)
    numbers = pinned + [number for number in top if number not in pinned]
    hidden = int(np.count_nonzero(looked_for)) - len(top)
    if facet == "year":
        numbers = sorted(numbers, reverse=True)
    values = [_value(facet, index, number, counts, number in pinned) for number in numbers]
    return Facet(facet, FACETS[facet], values, is_searchable=True, narrowed=narrowed, hidden=hidden)


def _largest(counts: Any, most: int) -> list[int]:
    """The numbers with the largest counts, the largest first, at equal counts the smaller number."""
    held = np.flatnonzero(counts)
    if held.size > most:
        floor = np.partition(counts[held], held.size - most)[held.size - most]
        held = held[counts[held] >= floor]
    return [int(number) for number in held[np.lexsort((held, -counts[held]))]][:most]


def _narrowed(facet: str, index: Index, counts: Any, narrowed: str) -> Any:
    """The counts of the values whose name holds each of the words; the others are put to zero."""
    words = slugify(narrowed).split("-") if narrowed else []
    if not words:
        return counts
    kept = np.zeros_like(counts)
    for number in np.flatnonzero(counts):
        name = str(number) if facet == "year" else index.codes.label[int(number)][0]
        if all(word in name for word in words):
            kept[number] = counts[number]
    return kept


def _value(facet: str, index: Index, number: int, counts: Any, chosen: bool) -> FacetValue:
    count = int(counts[number]) if number < counts.size else 0
    if facet == "year":
        return FacetValue(str(number), str(number), count, chosen)
    code, label = index.codes.label[number]
    return FacetValue(code, label, count, chosen)
