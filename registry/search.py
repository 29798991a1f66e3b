"""The one place where the registry is searched: words, filters with their counts, order, pages. All of its SQL stands here and in `index`.

Words go to PostgreSQL's full text (configuration `fr`); filters and counts are sets of bits kept by `index`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from catalogue.models import Database, Term, Vocabulary
from registry import index
from registry.models import Fiche, Status
from registry.public_core import clean
from ui.pagination import CappedPaginator

PER_PAGE = 20
LONGEST_TEXT = 200
MOST_RANKED = 2_000  # ranking reads each text: 2,000 take some 10 ms
#: Filters in the order of the page, as the address names them: the five of the national register, then the databases.
FACETS: dict[str, Any] = {
    "objective": _("Objectives pursued"),
    "domain": _("Medical domains"),
    "category": _("Data categories"),
    "controller": _("Type of controller"),
    "status": _("Status"),
    "database": _("Databases used"),
}
VOCABULARIES = {
    "objective": Vocabulary.OBJECTIVE,
    "domain": Vocabulary.DOMAIN,
    "category": Vocabulary.DATA_CATEGORY,
    "controller": Vocabulary.CONTROLLER_TYPE,
}
SORTS = {"relevance": _("Relevance"), "recent": _("Most recent"), "oldest": _("Oldest"), "title": _("Title")}
START, STOP = "\x02", "\x03"  # around a found word; `clean` lets no control character into a fiche
FRAGMENTS = 'MaxFragments=2, MaxWords=28, MinWords=12, FragmentDelimiter=" … "'
HEADLINE = f"StartSel={START}, StopSel={STOP}"

Labels = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Query:
    """What somebody asks, as the address holds it."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    page: int = 1

    @classmethod
    def from_address(cls, given: QueryDict) -> Query:
        """Read an address; nothing in it is ever an error."""
        text = " ".join(clean(given.get("q", ""))[:LONGEST_TEXT].split())
        filters = {facet: tuple(dict.fromkeys(given.getlist(facet))) for facet in FACETS if given.getlist(facet)}
        page = given.get("page", "")
        return cls(text, filters, given.get("sort", ""), int(page) if re.fullmatch(r"[1-9][0-9]{0,8}", page, re.ASCII) else 1)

    def address(self, **changes: Any) -> str:
        """The query string of this search, the page left out; `without=(facet, value)` drops one filter, `filters={}` all."""
        facet, dropped = changes.get("without", ("", ""))
        address = QueryDict(mutable=True)
        if self.text:
            address["q"] = self.text
        for name, values in changes.get("filters", self.filters).items():
            address.setlist(name, [value for value in values if (name, value) != (facet, dropped)])
        if self.sort:
            address["sort"] = self.sort
        return f"?{address.urlencode()}"


@dataclass(frozen=True)
class FacetValue:
    """One value of a filter, with the number of projects that choosing it would show beside the other filters."""

    code: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One filter."""

    code: str
    label: Any
    values: list[FacetValue]


@dataclass(frozen=True)
class Row:
    """One project of the page; the texts are HTML in which only the found words are marked."""

    fiche: Fiche
    title: SafeString
    extract: SafeString
    status: Status
    overdue: bool


@dataclass(frozen=True)
class Results:
    """What was found: the page, the whole number, and the filters with their counts."""

    query: Query
    total: int
    page: Page[Any]
    rows: list[Row]
    facets: list[Facet]
    sort: str
    unfiltered: int
    ignored: tuple[str, ...] = ()
    too_common: bool = False


def search(query: Query, *, on: date) -> Results:
    """Search the registry as it stands on a day; values that no filter knows are left out and named in `ignored`."""
    known = index.current(on)
    labels = _labels(known)
    filters, ignored = _understood(query, labels)
    sort = query.sort if query.sort in SORTS and (query.text or query.sort != "relevance") else ("relevance" if query.text else "recent")
    asked = TsQuery.of(query.text)
    hits = asked.hits() if asked else None
    worded = known.everything if hits is None else known.those(hits.everywhere)
    chosen = {facet: known.any_of(facet, values) for facet, values in filters.items()}
    found = _all(worded, chosen)
    ids = _by_relevance(known, found, asked, hits) if asked and hits and sort == "relevance" else _ordered(known, found, sort)
    page = CappedPaginator(ids, PER_PAGE).get_page(query.page)
    return Results(
        query=query,
        total=found.bit_count(),
        page=page,
        rows=_rows(list(page.object_list), asked, on),
        facets=[_facet(facet, known, labels, filters, _all(worded, chosen, but=facet)) for facet in FACETS],
        sort=sort,
        unfiltered=worded.bit_count(),
        ignored=ignored,
        too_common=asked is not None and not worded and asked.is_empty(),
    )


def _all(worded: int, chosen: Mapping[str, int], but: str = "") -> int:
    for facet, mask in chosen.items():
        if facet != but:
            worded &= mask
    return worded


def _ordered(known: index.Index, found: int, sort: str) -> list[int]:
    ids = known.ids_in(found)
    if sort == "title":
        kept = set(ids)
        return [pk for pk in known.by_title() if pk in kept]
    return ids[::-1] if sort == "oldest" else ids


def _by_relevance(known: index.Index, found: int, asked: TsQuery, hits: Hits) -> list[int]:
    """The projects found, ranked; of very many, those whose title holds the words, then the others, each the most recent first."""
    if found.bit_count() <= MOST_RANKED:
        return asked.ranked(known.ids_in(found))
    titled = known.those(hits.in_title) & found
    return known.ids_in(titled) + known.ids_in(found & ~titled)


# --- filters -------------------------------------------------------------------------------------
def _labels(known: index.Index) -> Labels:
    """The values of each filter in their order: those of the vocabularies, then any code that only fiches still hold."""
    facet_of = {vocabulary.value: facet for facet, vocabulary in VOCABULARIES.items()}
    labels: Labels = {facet: {} for facet in FACETS}
    for term in Term.objects.filter(vocabulary__in=facet_of).only("vocabulary", "code", "label_fr", "label_en", "position"):
        labels[facet_of[term.vocabulary]][term.code] = term.label
    labels["status"] = {status.value: str(status.label) for status in Status}
    labels["database"] = dict(Database.objects.alphabetical().values_list("slug", "acronym"))
    for facet, values in labels.items():
        values.update({code: code for code in known.masks[facet] if code not in values})
    return labels


def _understood(query: Query, labels: Labels) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    known = {facet: tuple(value for value in values if value in labels[facet]) for facet, values in query.filters.items()}
    ignored = tuple(value for facet, values in query.filters.items() for value in values if value and value not in labels[facet])
    return {facet: values for facet, values in known.items() if values}, ignored


def _facet(facet: str, known: index.Index, labels: Labels, filters: Mapping[str, tuple[str, ...]], among: int) -> Facet:
    """A filter with its counts among what the words and the other filters have found; a value without any project is not shown."""
    chosen, masks = filters.get(facet, ()), known.masks[facet]
    counted = [FacetValue(code, label, (masks.get(code, 0) & among).bit_count(), code in chosen) for code, label in labels[facet].items()]
    return Facet(facet, FACETS[facet], [value for value in counted if value.count or value.chosen])


# --- words ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Hits:
    """The fiches that hold the words somewhere, and those that hold them in their title."""

    everywhere: list[int]
    in_title: list[int]


@dataclass(frozen=True)
class TsQuery:
    """The words asked for, as PostgreSQL understands them; the last one may still be being typed."""

    sql: str
    params: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> TsQuery | None:
        """Words, “exact phrases”, -exclusions and “or”; the last plain word also stands for those that begin like it."""
        if not text:
            return None
        text = re.sub("[“”«»]", '"', text)
        last = re.search(r"[^\W_]{3,}$", text)
        if last is None or re.search(r"\"|(^|\s)-|\bor\b", text, re.IGNORECASE):
            return cls("websearch_to_tsquery('fr', %s)", (text,))
        sql = "(websearch_to_tsquery('fr', %s) && (websearch_to_tsquery('fr', %s) || to_tsquery('fr', %s)))"
        return cls(sql, (text[: last.start()], last[0], f"{last[0]}:*"))

    def hits(self) -> Hits:
        """The fiches that hold the words; the database function reads the index, never the texts."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM registry_hits({self.sql})", self.params)
            everywhere, in_title = cursor.fetchone()
        return Hits(everywhere or [], in_title or [])

    def ranked(self, ids: list[int]) -> list[int]:
        """These fiches, the most relevant first: a word counts most in the title, then in the summary."""
        order = f"ORDER BY ts_rank(tsv, {self.sql}) DESC, published_at DESC, id DESC"
        return self._column(f"SELECT id FROM registry_fiche WHERE id = ANY(%s) {order}", (ids, *self.params))

    def is_empty(self) -> bool:
        """Are all the words too common to be searched (“de”, “été”)?"""
        return self._column(f"SELECT numnode({self.sql})", self.params) == [0]

    def _column(self, sql: str, params: tuple[Any, ...]) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [value for (value,) in cursor.fetchall()]

    def headline(self, source: str, options: str) -> RawSQL:
        """A text with the found words between START and STOP."""
        sql = f"ts_headline('fr', {source}, {self.sql}, %s)"
        return RawSQL(sql, (*self.params, f"{HEADLINE}, {options}"), output_field=models.TextField())


def _rows(ids: list[int], asked: TsQuery | None, on: date) -> list[Row]:
    fiches = Fiche.objects.filter(pk__in=ids).defer("said", "body", "tsv", "title_tsv")
    if asked:
        fiches = fiches.annotate(
            marked_title=asked.headline("registry_fiche.title", "HighlightAll=true"),
            marked_extract=asked.headline("registry_fiche.lay_summary || E'\\n' || registry_fiche.body", FRAGMENTS),
        )
    by_id = {fiche.pk: fiche for fiche in fiches.order_by()}
    return [_row(by_id[pk], on) for pk in ids if pk in by_id]


def _row(fiche: Any, on: date) -> Row:
    title = marked(getattr(fiche, "marked_title", fiche.title))
    found = getattr(fiche, "marked_extract", None)
    extract = marked(_from_the_middle(found, fiche.lay_summary) if found else first_sentences(fiche.lay_summary))
    return Row(fiche, title, extract, fiche.status_on(on), fiche.results_are_overdue_on(on))


def _from_the_middle(extract: str, whole: str) -> str:
    """The extract with the word or two that were cut before it, or else after an ellipsis."""
    before = whole.find(extract.replace(START, "").replace(STOP, "")[:20])
    return whole[:before] + extract if 0 <= before <= 10 else f"… {extract}"


def first_sentences(text: str, longest: int = 260) -> str:
    """The beginning of a text up to the end of a sentence, or to a word when the sentence is long."""
    ends = [match.end() for match in re.finditer(r"[.!?…](?=\s|$)", text) if 60 <= match.end() <= longest]
    return text[: ends[0]] if ends else Truncator(text).chars(longest)


def marked(text: str) -> SafeString:
    """A text as HTML: everything escaped, then the found words marked."""
    return mark_safe(escape(text).replace(START, "<mark>").replace(STOP, "</mark>"))
