"""The projects of a page: title and extract with the found words marked, everything else escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from registry.finding.words import Asked
from registry.models import Fiche, Status

START, STOP = "\x02", "\x03"  # around a found word; `clean` lets no control character into a fiche
FRAGMENTS = 'MaxFragments=2, MaxWords=28, MinWords=12, FragmentDelimiter=" … "'
HEADLINE = f"StartSel={START}, StopSel={STOP}"
SHOWN = (
    *(
        "pos",
        "number",
        "title",
        "acronym",
        "lay_summary",
        "controller_name",
        "authorised_on",
        "starts_on",
        "ends_on",
        "opened_on",
        "ended_on",
    ),
    *("results_on", "results_due_on", "suspended", "matching", "is_demonstration"),
)
#: The summary when it holds what is asked, else the other texts too: marking reads every word of a text.
TEXT = """
    CASE WHEN (SELECT ts_filter(s.tsv, '{{a,b}}') @@ {asked} FROM registry_fichesearch s WHERE s.pos = registry_fiche.pos)
    THEN registry_fiche.lay_summary ELSE {whole} END
"""
WHOLE = "registry_fiche.lay_summary || E'\\n' || registry_fiche.body"


@dataclass(frozen=True)
class Row:
    """One project of the page; the texts are HTML in which only the found words are marked."""

    fiche: Fiche
    title: SafeString
    extract: SafeString
    status: Status
    overdue: bool


def rows_at(places: Sequence[int], asked: Asked | None, on: date) -> list[Row]:
    """The projects at these places, in their order."""
    fiches = Fiche.objects.filter(pos__in=places).only(*SHOWN)
    if asked:
        fiches = fiches.annotate(
            marked_title=RawSQL(
                f"ts_headline('fr', registry_fiche.title, {asked.sql}, %s)",
                (*asked.params, f"{HEADLINE}, HighlightAll=true"),
                output_field=models.TextField(),
            ),
            marked_extract=RawSQL(
                f"ts_headline('fr', {TEXT.format(asked=asked.sql, whole=WHOLE)}, {asked.sql}, %s)",
                (*asked.params, *asked.params, f"{HEADLINE}, {FRAGMENTS}"),
                output_field=models.TextField(),
            ),
        )
    by_place = {fiche.pos: fiche for fiche in fiches.order_by()}
    return [_row(by_place[place], on) for place in places if place in by_place]


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
