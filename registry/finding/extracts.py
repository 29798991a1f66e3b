"""The projects of a page: title and extract with the found words marked, everything else escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

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
    CASE WHEN (SELECT ts_filter(s.tsv, '{{a,b}}') @@ {asked} FROM registry_fichewords s WHERE s.pos = registry_fiche.pos)
    THEN registry_fiche.lay_summary ELSE {whole} END
"""
STATUS_CLASSES = {
    Status.AUTHORISED: "fr-badge--no-icon fr-badge--info",
    Status.RUNNING: "fr-badge--no-icon fr-badge--new",
    Status.ENDED: "fr-badge--no-icon",
}
WHOLE = "registry_fiche.lay_summary || E'\\n' || registry_fiche.body"


@dataclass(frozen=True)
class Row:
    """One project of the page; the texts are HTML in which only the found words are marked."""

    fiche: Fiche
    url: str
    title: SafeString
    extract: SafeString
    status: Status
    overdue: bool

    @property
    def badges(self) -> list[tuple[str, str]]:
        """What stands above the title, each with its class in the design system."""
        said = [(STATUS_CLASSES[self.status], str(self.status.label))]
        said += [("fr-badge--success", _("Results published"))] if self.fiche.results_on else []
        said += [("fr-badge--warning", _("Results overdue"))] if self.overdue and not self.fiche.results_on else []
        said += [("fr-badge--error", _("Access to the data suspended"))] if self.fiche.suspended else []
        said += [("fr-icon-links-line fr-badge--icon-left", _("Matched sources"))] if self.fiche.matching else []
        return said + ([("", _("Demonstration"))] if self.fiche.is_demonstration else [])

    @property
    def about(self) -> str:
        """Who answers for it, from when until when, and since when it is authorised."""
        starts, ends, authorised = self.fiche.starts_on, self.fiche.ends_on, self.fiche.authorised_on
        years = f"{starts.year}–{ends.year}" if starts and ends else f"{starts.year}" if starts else ""
        since = _("authorised in %(month)s") % {"month": f"{MONTHS[authorised.month]} {authorised.year}"} if authorised else ""
        return " · ".join(part for part in (self.fiche.controller_name, years, since) if part)


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
    by_place, registry = {fiche.pos: fiche for fiche in fiches.order_by()}, reverse("registry:index")
    return [_row(by_place[place], f"{registry}{by_place[place].number}/", on) for place in places if place in by_place]


def _row(fiche: Any, url: str, on: date) -> Row:
    title = marked(getattr(fiche, "marked_title", fiche.title))
    found = getattr(fiche, "marked_extract", None)
    extract = marked(_from_the_middle(found, fiche.lay_summary) if found else first_sentences(fiche.lay_summary))
    return Row(fiche, url, title, extract, fiche.status_on(on), fiche.results_are_overdue_on(on))


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
