"""What the pages show, in the reader's words: a fiche as chapters of facts and a life line, filters as links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.links import absolute
from catalogue.models import Database
from registry.completeness import Completeness, completeness
from registry.frameworks import FRAMEWORKS, FicheKind
from registry.labels import LABELS
from registry.life import Step, life_of
from registry.lint import days_late, late_in_words
from registry.models import Fiche, Status
from registry.public_core import whole
from registry.readability import Reading, reading_of
from registry.search import SORTS, Results
from registry.words import (
    answer_in_words,
    bodies_in_words,
    body_in_words,
    country_in_words,
    day,
    identifiers_in_words,
    in_language,
    months_between,
    months_in_words,
    reads_english,
    source_in_words,
    term_in_words,
    terms_in_words,
    word_of,
    yes_or_no,
)
from requests_app.choices import Hosting, Information
from requests_app.states import Basis, Opinion
from ui.words import day_in_words

TONES = {Status.AUTHORISED: "info", Status.RUNNING: "new", Status.ENDED: "success"}


@dataclass(frozen=True)
class Fact:
    """One datum of a fiche: its label and its paragraphs (or items); `generated` says that no source gives it."""

    code: str
    label: str
    lines: list[str]
    is_list: bool = False
    generated: bool = False


@dataclass(frozen=True)
class Chapter:
    """The answers to one question of the reader."""

    code: str
    title: str
    facts: list[Fact]


@dataclass(frozen=True)
class Source:
    """A database that the project draws on; `url` is empty when the catalogue does not show it."""

    label: str
    url: str


class FichePage:
    """A fiche as its page shows it on a day."""

    def __init__(self, fiche: Fiche, day: date) -> None:
        self.fiche, self.day, self.said = fiche, day, whole(fiche.said)
        self.generated = frozenset(self.said["generated"])
        self.status = fiche.status_on(day)
        self.tone = TONES[self.status]

    @classmethod
    def of(cls, fiche: Fiche, day: date) -> FichePage:
        """The page of a fiche on a day."""
        return cls(fiche, day)

    # --- title and summary, in the reader's language when it was given
    @property
    def heading(self) -> str:
        """“ACRONYM – title”, in English for who reads English and when there is one."""
        if self.title_language == "fr":
            return self.fiche.heading
        return "\u00a0– ".join(part for part in (self.fiche.acronym, self.said["title_en"]) if part)

    @property
    def title_language(self) -> str:
        """The language of the heading."""
        return "en" if reads_english() and self.said["title_en"] else "fr"

    @property
    def summaries(self) -> list[tuple[str, str]]:
        """The summary in each language in which it was given, the reader's first: language, text."""
        both = [("fr", self.fiche.lay_summary), ("en", self.said["lay_summary_en"])]
        given = [(language, text) for language, text in both if text]
        return given[::-1] if reads_english() else given

    @property
    def kind(self) -> str:
        """“Health data warehouse”, “Permanent access”; nothing for a project."""
        return "" if self.said["kind"] == FicheKind.PROJECT else word_of(FicheKind, self.said["kind"])

    @property
    def rewritten(self) -> dict[str, Any]:
        """Which texts the secretariat wrote anew: datum → why, and when."""
        return {str(LABELS[name]): one | {"day": day(one["on"])} for name, one in self.said["rewritten"].items()}

    # --- judgements on the day
    @property
    def results_are_overdue(self) -> bool:
        """Are results due and missing?"""
        return self.fiche.results_are_overdue_on(self.day)

    @property
    def end_is_undeclared(self) -> bool:
        """Has the planned end passed without a word?"""
        return self.fiche.end_is_undeclared_on(self.day)

    @property
    def late(self) -> str:
        """“15 months” for a project that was declared after its start; nothing for one declared in time."""
        days = days_late(self.said)
        return late_in_words(days) if days else ""

    @cached_property
    def completeness(self) -> Completeness:
        """How many of the data that were asked for are given, and which are missing."""
        return completeness(self.said, self.day)

    @cached_property
    def reading(self) -> Reading:
        """How hard the French summary is to read."""
        return reading_of(self.fiche.lay_summary)

    @property
    def reading_level(self) -> str:
        """The same, in words."""
        words = {"easy": _("easy to read"), "ordinary": _("of ordinary difficulty"), "hard": _("hard to read")}
        return words.get(self.reading.level, _("very hard to read") if self.reading.level else "")

    # --- what one quotes
    @property
    def address(self) -> str:
        """The whole stable address."""
        return absolute(self.fiche.get_absolute_url())

    @property
    def citation(self) -> str:
        """How the fiche is cited: who answers for the project, its title, where it stands, which version, of which day."""
        by = f"{self.fiche.controller_name}. " if self.fiche.controller_name else ""
        where = _("Public registry of projects, record %(number)s, version %(version)d of %(day)s") % {
            "number": self.fiche.number,
            "version": self.fiche.version,
            "day": day_in_words(self.fiche.updated_at),
        }
        return f"{by}{self.heading}. {settings.OPERATOR_NAME}, {where}. {self.address}"

    # --- facts
    def fact(self, code: str, value: Any, *, is_list: bool = False, label: str = "") -> Iterator[Fact]:
        """The datum, if anything is said."""
        lines = (
            [str(line) for line in value if line] if isinstance(value, list) else [line for line in str(value or "").split("\n") if line]
        )
        if lines:
            yield Fact(code, label or str(LABELS[code]), lines, is_list and len(lines) > 1, code in self.generated)

    @property
    def chapters(self) -> list[Chapter]:
        """Who, why, which data, how long, under which authorisation; those of which nothing is said are left out."""
        told = [
            Chapter("who", _("Who is responsible?"), list(self._who())),
            Chapter("why", _("What for?"), list(self._why())),
            Chapter("data", _("Which data?"), list(self._which_data())),
            Chapter("time", _("How long?"), list(self._how_long())),
            Chapter("law", _("Under which authorisation?"), list(self._authorisation())),
            Chapter("answers", _("What else does the project say?"), list(self._further())),
        ]
        return [chapter for chapter in told if chapter.facts]

    def _further(self) -> Iterator[Fact]:
        """The public answers to the secretariat's questions, when there are some."""
        for one in self.said["answers"]:
            yield from self.fact(f"answer_{one['code']}", answer_in_words(one).split("\n"), label=in_language(one))

    def _who(self) -> Iterator[Fact]:
        said = self.said
        yield from self.fact("controller", body_in_words(said["controller"]))
        yield from self.fact("controller_type", term_in_words(said["controller_type"]))
        yield from self.fact("controller_place", self._place())
        yield from self.fact("eu_representative", said["eu_representative"])
        yield from self.fact("other_controllers", bodies_in_words(said["other_controllers"]), is_list=True)
        itself = _("The controller itself") if "body_in_charge" in self.fiche.said else ""  # nothing, where nothing is known
        yield from self.fact("body_in_charge", body_in_words(said["body_in_charge"]) or itself)
        yield from self.fact("laboratory", body_in_words(said["laboratory"]))
        yield from self.fact("sponsor", body_in_words(said["sponsor"]))
        yield from self.fact("other_bodies", bodies_in_words(said["other_bodies"]), is_list=True)

    def _place(self) -> list[str]:
        """The country, and whether it is outside the Union."""
        country = country_in_words((self.said["controller"] or {}).get("country", ""))
        outside = _("Outside the European Union") if self.said["controller_outside_eu"] else ""
        return [", ".join(part for part in (country, outside) if part)]

    def _why(self) -> Iterator[Fact]:
        said = self.said
        yield from self.fact("purpose", term_in_words(said["purpose"]))
        yield from self.fact("objectives", terms_in_words(said["objectives"]), is_list=True)
        yield from self.fact("domains", terms_in_words(said["domains"]), is_list=True)
        yield from self.fact("public_interest", said["public_interest"])
        yield from self.fact("expected_benefits", said["expected_benefits"])

    def _which_data(self) -> Iterator[Fact]:
        said = self.said
        yield from self.fact("population", said["population"])
        yield from self.fact("data_categories", terms_in_words(said["data_categories"]), is_list=True)
        yield from self.fact("sources", [source_in_words(source) for source in said["sources"]], is_list=True)
        yield from self.fact("other_sources", said["other_sources"])
        yield from self.fact("matching", self._matching())
        yield from self.fact("matching_method", said["matching_method"])
        yield from self.fact("identifiers", list(identifiers_in_words(said)), is_list=True)
        yield from self.fact("professionals", self._professionals())
        yield from self.fact("hosting", [word_of(Hosting, said["hosting"]), said["hosting_name"]])

    def _professionals(self) -> list[str]:
        """Yes with the reasons given for each database, or no."""
        reasons = [source["professional_reasons"] for source in self.said["sources"] if source.get("professional_identifier")]
        return [yes_or_no(self.said["professionals"]), self.said["professional_reasons"], *reasons]

    def _matching(self) -> str:
        if not self.said["matching"]:
            return _("No: the sources are not linked with one another.") if self.said["matching"] is False else ""
        kind = term_in_words(self.said["matching_kind"])
        return _("Yes: %(kind)s") % {"kind": kind} if kind else _("Yes")

    def _how_long(self) -> Iterator[Fact]:
        said = self.said
        yield from self.fact("declared_on", day(said["declared_on"]))
        yield from self.fact("starts_on", day(said["starts_on"]))
        yield from self.fact("ends_on", day(said["ends_on"]))
        yield from self.fact("duration", self._duration())
        yield from self.fact("access_months", months_in_words(said["access_months"] or None))
        yield from self.fact("retention_years", self._retention())
        yield from self.fact("milestones", said["milestones"])
        yield from self.fact("results_plan", said["results_plan"])
        yield from self.fact("destroyed_on", day(said["destroyed_on"]))

    def _duration(self) -> str:
        """From the planned start to the planned end."""
        starts, ends = self.said["starts_on"], self.said["ends_on"]
        if not starts or not ends or ends < starts:
            return ""
        return months_in_words(months_between(date.fromisoformat(starts), date.fromisoformat(ends)))

    def _retention(self) -> str:
        """How long the data are kept; words that another register wrote stand as they are."""
        years, months = self.said["retention_years"], self.said["retention_months"]
        return years if isinstance(years, str) else months_in_words(months if months is not None else years and years * 12)

    def _authorisation(self) -> Iterator[Fact]:
        said = self.said
        yield from self.fact("procedure", FRAMEWORKS.get(said["procedure"], said["procedure"]))
        yield from self.fact("opinion", word_of(Opinion, said["opinion"]))
        yield from self.fact("basis", word_of(Basis, said["basis"]))
        yield from self.fact("authorised_on", day(said["authorised_on"]))
        yield from self.fact("authorisation_number", said["authorisation_number"])
        yield from self.fact("legal_basis_6", term_in_words(said["legal_basis_6"]))
        yield from self.fact("legal_basis_9", term_in_words(said["legal_basis_9"]))
        yield from self.fact("transfers_outside_eu", [yes_or_no(said["transfers_outside_eu"]), said["transfers_detail"]])
        yield from self.fact("automated_decision", [yes_or_no(said["automated_decision"]), said["automated_decision_detail"]])
        yield from self.fact("information", [word_of(Information, said["information"]), said["information_how"]])
        yield from self.fact("opt_out_exception", said["opt_out_exception"])

    @property
    def life(self) -> list[Step]:
        """Filed or declared, opinion, authorisation, data, end, results: what is done, where it stands, what is to come."""
        return life_of(self.said, self.day, overdue=self.results_are_overdue)

    # --- rights and results
    @property
    def sources(self) -> list[Source]:
        """The databases, with the page of those that the catalogue shows."""
        shown = {database.slug: database for database in Database.objects.active().filter(slug__in=self.fiche.databases)}
        return [
            Source(source["acronym"], shown[slug].get_absolute_url() if (slug := source.get("slug")) in shown else "")
            for source in self.said["sources"]
        ]

    @property
    def outcome(self) -> list[Fact]:
        """What came out, and by which method."""
        return [*self.fact("method", self.said["method"]), *self.fact("results", self.said["results"])]


# --- the list ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class ActiveFilter:
    """A filter in force, with the address of the same search without it."""

    label: str
    url: str


def active_filters(results: Results) -> list[ActiveFilter]:
    """The chosen values, each to be taken away by a link."""
    return [
        ActiveFilter(value.label, results.query.address(without=(facet.code, value.code)))
        for facet in results.facets
        for value in facet.values
        if value.chosen
    ]


def sort_links(results: Results) -> list[tuple[str, Any, bool]]:
    """The orders that make sense here: code, label, and whether it is the present one."""
    return [(code, label, code == results.sort) for code, label in SORTS.items() if code != "relevance" or results.query.text]
