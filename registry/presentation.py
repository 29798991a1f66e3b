"""What the pages show, in the reader's words: a fiche as chapters of facts and a life line, filters as links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalogue.models import Database
from registry.models import Fiche, Status
from registry.search import SORTS, Results
from requests_app.choices import Hosting, Information, PotentialIdentifier
from requests_app.states import Basis, Opinion, Procedure
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
class Step:
    """One step of the life line: `done`, `current` or `future`, with what happened."""

    title: str
    state: str
    words: list[str]
    generated: bool = False


@dataclass(frozen=True)
class Source:
    """A database that the project draws on; `url` is empty when the catalogue does not show it."""

    label: str
    url: str


class FichePage:
    """A fiche as its page shows it on a day."""

    def __init__(self, fiche: Fiche, day: date) -> None:
        self.fiche, self.day, self.said = fiche, day, fiche.said
        self.generated = frozenset(fiche.said["generated"])
        self.status = fiche.status_on(day)
        self.tone = TONES[self.status]

    @classmethod
    def of(cls, fiche: Fiche, day: date) -> FichePage:
        """The page of a fiche on a day."""
        return cls(fiche, day)

    # --- judgements on the day
    @property
    def results_are_overdue(self) -> bool:
        """Are results due and missing?"""
        return self.fiche.results_are_overdue_on(self.day)

    @property
    def end_is_undeclared(self) -> bool:
        """Has the planned end passed without a word?"""
        return self.fiche.end_is_undeclared_on(self.day)

    # --- facts
    def fact(self, code: str, label: str, value: Any, *, is_list: bool = False) -> Iterator[Fact]:
        """The datum, if anything is said."""
        lines = (
            [str(line) for line in value if line] if isinstance(value, list) else [line for line in str(value or "").split("\n") if line]
        )
        if lines:
            yield Fact(code, label, lines, is_list and len(lines) > 1, code in self.generated)

    @property
    def chapters(self) -> list[Chapter]:
        """Who, why, which data, how long, under which authorisation."""
        return [
            Chapter("who", _("Who is responsible?"), list(self._who())),
            Chapter("why", _("What for?"), list(self._why())),
            Chapter("data", _("Which data?"), list(self._which_data())),
            Chapter("time", _("How long?"), list(self._how_long())),
            Chapter("law", _("Under which authorisation?"), list(self._authorisation())),
            *self._further(),
        ]

    def _further(self) -> Iterator[Chapter]:
        """The public answers to the secretariat's questions, when there are some."""
        answers = self.said.get("answers", [])
        facts = [fact for one in answers for fact in self.fact(f"answer_{one['code']}", in_language(one), _answer(one).split("\n"))]
        if facts:
            yield Chapter("answers", _("What else does the project say?"), facts)

    def _who(self) -> Iterator[Fact]:
        said = self.said
        yield from self.fact("controller", _("Controller"), body_in_words(said["controller"]))
        yield from self.fact("controller_type", _("Type of controller"), term_in_words(said["controller_type"]))
        in_charge = body_in_words(said["body_in_charge"]) or _("The controller itself")
        yield from self.fact("body_in_charge", _("Carried out by"), in_charge)

    def _why(self) -> Iterator[Fact]:
        said = self.said
        yield from self.fact("purpose", _("Purpose allowed by law"), term_in_words(said["purpose"]))
        yield from self.fact("objectives", _("Objectives pursued"), terms_in_words(said["objectives"]), is_list=True)
        yield from self.fact("domains", _("Medical domains"), terms_in_words(said["domains"]), is_list=True)
        yield from self.fact("public_interest", _("Public interest"), said["public_interest"])
        yield from self.fact("expected_benefits", _("Expected benefits"), said["expected_benefits"])

    def _which_data(self) -> Iterator[Fact]:
        said = self.said
        yield from self.fact("population", _("People concerned"), said["population"])
        yield from self.fact("data_categories", _("Data categories"), terms_in_words(said["data_categories"]), is_list=True)
        yield from self.fact("sources", _("Databases used"), [source_in_words(source) for source in said["sources"]], is_list=True)
        yield from self.fact("other_sources", _("Other sources"), said["other_sources"])
        yield from self.fact("matching", _("Sources matched"), self._matching())
        yield from self.fact("matching_method", _("How the sources are matched"), said.get("matching_method"))
        yield from self.fact("identifiers", _("Sensitive variables, and why"), list(identifiers_in_words(said["sources"])), is_list=True)
        yield from self.fact("professionals", _("Identifier of the professionals"), self._professionals())
        yield from self.fact("hosting", _("Where the data are analysed"), self._hosting())

    def _professionals(self) -> list[str]:
        """Yes with the reasons given for each database, or no."""
        reasons = [source["professional_reasons"] for source in self.said["sources"] if source.get("professional_identifier")]
        return [yes_or_no(self.said.get("professionals")), *reasons]

    def _hosting(self) -> list[str]:
        return [word_of(Hosting, self.said.get("hosting", "")), self.said.get("hosting_name", "")]

    def _matching(self) -> str:
        if not self.said["matching"]:
            return _("No: the sources are not linked with one another.") if self.said["matching"] is False else ""
        kind = term_in_words(self.said["matching_kind"])
        return _("Yes: %(kind)s") % {"kind": kind} if kind else _("Yes")

    def _how_long(self) -> Iterator[Fact]:
        said, years = self.said, self.said["retention_years"]
        yield from self.fact("starts_on", _("Planned start"), day(said["starts_on"]))
        yield from self.fact("ends_on", _("Planned end"), day(said["ends_on"]))
        if years is not None:
            kept = ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
            yield from self.fact("retention_years", _("Data kept for"), kept)
        yield from self.fact("milestones", _("Steps"), said.get("milestones"))
        yield from self.fact("results_plan", _("Publication planned"), said.get("results_plan"))
        yield from self.fact("destroyed_on", _("Data destroyed on"), day(said["destroyed_on"]))

    def _authorisation(self) -> Iterator[Fact]:
        said = self.said
        yield from self.fact("procedure", _("Procedure"), word_of(Procedure, said["procedure"]))
        yield from self.fact("opinion", _("Opinion of the committee (CESREES)"), word_of(Opinion, said["opinion"]))
        yield from self.fact("basis", _("Rests on"), word_of(Basis, said["basis"]))
        yield from self.fact("authorised_on", _("Authorised on"), day(said["authorised_on"]))
        yield from self.fact("authorisation_number", _("Number of the authorisation"), said["authorisation_number"])
        yield from self.fact("legal_basis_6", _("Legal basis (GDPR, article 6)"), term_in_words(said["legal_basis_6"]))
        yield from self.fact("legal_basis_9", _("Condition for health data (GDPR, article 9)"), term_in_words(said["legal_basis_9"]))
        transfers = [yes_or_no(said["transfers_outside_eu"]), said.get("transfers_detail", "")]
        yield from self.fact("transfers_outside_eu", _("Transfer outside the European Union"), transfers)
        automated = [yes_or_no(said["automated_decision"]), said.get("automated_decision_detail", "")]
        yield from self.fact("automated_decision", _("Decision taken by automated means"), automated)
        informed = [word_of(Information, said.get("information", "")), said.get("information_how", "")]
        yield from self.fact("information", _("How the persons are informed"), informed)
        yield from self.fact("opt_out_exception", _("Exception to the right to object"), said.get("opt_out_exception"))

    # --- the life line
    @property
    def life(self) -> list[Step]:
        """Filed, opinion, authorisation, data, end, results: what is done, where the project stands, what is to come."""
        steps = [step for step in self._steps() if step]
        now = next((place for place, (_title, done, _words, _codes) in enumerate(steps) if not done), len(steps))
        return [
            Step(title, "done" if done else "current" if place == now else "future", words, bool(self.generated & set(codes)))
            for place, (title, done, words, codes) in enumerate(steps)
        ]

    def _steps(self) -> Iterator[tuple[str, bool, list[str], tuple[str, ...]] | None]:
        said = self.said
        yield _("Filing"), bool(said["filed_on"]), [day(said["filed_on"])], ("filed_on",)
        if said["opinion"]:
            yield _("Opinion"), True, [word_of(Opinion, said["opinion"]), day(said["opinion_on"])], ("opinion", "opinion_on")
        title = _("Commitment") if said["basis"] == Basis.COMMITMENT else _("CNIL")
        yield title, True, [word_of(Basis, said["basis"]), day(said["authorised_on"])], ("basis", "authorised_on")
        if said.get("amended_on"):
            yield _("Amended"), True, [day(one) for one in said["amended_on"]], ("amended_on",)
        yield _("Data available"), self._past("opened_on"), [day(said["opened_on"])], ("opened_on",)
        yield _("End of the project"), self._past("ended_on"), [day(said["ended_on"]) or self._planned_end()], ("ended_on",)
        yield _("Results"), self._past("results_on"), [day(said["results_on"]) or self._results_due()], ("results_on", "results")

    def _past(self, code: str) -> bool:
        return bool(self.said[code]) and date.fromisoformat(self.said[code]) <= self.day

    def _planned_end(self) -> str:
        return _("planned for %(day)s") % {"day": day(self.said["ends_on"])} if self.said["ends_on"] else ""

    def _results_due(self) -> str:
        if self.results_are_overdue:
            return _("were due on %(day)s") % {"day": day(self.said["results_due_on"])}
        return _("due on %(day)s") % {"day": day(self.said["results_due_on"])} if self.said["results_due_on"] else ""

    # --- rights and results
    @property
    def sources(self) -> list[Source]:
        """The databases, with the page of those that the catalogue shows."""
        shown = {database.slug: database for database in Database.objects.active().filter(slug__in=self.fiche.databases)}
        return [
            Source(source["acronym"], shown[source["slug"]].get_absolute_url() if source["slug"] in shown else "")
            for source in self.said["sources"]
        ]

    @property
    def results(self) -> list[Fact]:
        """What came out."""
        return list(self.fact("results", _("Results"), self.said["results"]))


# --- words ---------------------------------------------------------------------------------------
def in_language(frozen: dict[str, Any]) -> str:
    """A frozen label in the reader's language, in French when there is no other."""
    english = (get_language() or "fr").startswith("en")
    return str((frozen["en"] if english else "") or frozen["fr"])


def _answer(frozen: dict[str, Any]) -> str:
    """A frozen answer in the reader's language."""
    return in_language({"fr": frozen["value_fr"], "en": frozen["value_en"]})


def term_in_words(term: dict[str, Any] | None) -> str:
    """A frozen term, empty for none."""
    return in_language(term) if term else ""


def terms_in_words(terms: Iterable[dict[str, Any]]) -> list[str]:
    """Frozen terms, one a line."""
    return [in_language(term) for term in terms]


def body_in_words(body: dict[str, str] | None) -> str:
    """An organisation and its town."""
    return ", ".join(part for part in (body["name"], body["city"]) if part) if body else ""


def source_in_words(source: dict[str, Any]) -> str:
    """“SNDS – main database, 2015–2023 (reimbursed care; causes of death)”."""
    name = in_language(source)
    first, last = source["years"]
    years = f"{first or '…'}–{last or '…'}" if first or last else ""
    head = ", ".join(part for part in (f"{source['acronym']} – {name}" if name else source["acronym"], years) if part)
    components = "; ".join(in_language(component) for component in source["components"])
    return f"{head} ({components})" if components else head


def identifiers_in_words(sources: Iterable[dict[str, Any]]) -> Iterator[str]:
    """“Month and year of birth (SNDS): reasons”, database by database."""
    for source in sources:
        for code, reasons in source.get("identifiers", {}).items():
            name = f"{word_of(PotentialIdentifier, code)} ({source['acronym']})"
            yield f"{name}{_(': ')}{reasons}" if reasons else name


def word_of(choices: Any, code: str) -> str:
    """The label of a code, empty for none."""
    return str(choices(code).label) if code else ""


def yes_or_no(answer: bool | None) -> str:
    """Yes, no, or nothing when nothing is said."""
    return "" if answer is None else _("Yes") if answer else _("No")


def day(iso: str | None) -> str:
    """A day that the fiche holds, in words."""
    return day_in_words(date.fromisoformat(iso)) if iso else ""


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
