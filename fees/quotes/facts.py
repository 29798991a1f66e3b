"""The facts of a dossier that a price rests on, each with who says it: what is not known is missing, and never 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalogue.models import Level
from fees.quotes.models import EstimateRequest, FactEntry
from fees.quotes.reference import requesters
from fees.quotes.states import EstimateState, Origin
from fees.tariff.dto import BadFact, Fact, Source
from fees.tariff.facts import FACTS, NUMERIC, parsed
from requests_app.choices import DataForm
from requests_app.models import Dossier, DossierSource

#: What a holder is asked for: the quantities that nobody else knows.
ESTIMATED = tuple(key for key, kind in FACTS.items() if key.startswith("estimate.") and kind.type in NUMERIC and key != "estimate.rounds")
CONTENT, COUNTED, TEAM, STAFF, HOLDERS = "content", "counted", "team", "staff", "holders"
#: Who says a fact, in words.
ORIGINS: dict[str, Any] = {
    CONTENT: _("declared in the dossier"),
    COUNTED: _("worked out from the dossier"),
    TEAM: _("declared by the applicant"),
    STAFF: _("settled by the fee manager"),
    HOLDERS: _("estimated by the holders"),
}
Place = tuple[str, str, str]


@dataclass
class Sheet:
    """The facts of a dossier: of the whole, of each holder and of each database asked for; and who says each of them."""

    facts: dict[str, Fact] = field(default_factory=dict)
    each: dict[str, dict[str, dict[str, Fact]]] = field(default_factory=lambda: {"holder": {}, "source": {}})
    origins: dict[Place, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def put(self, key: str, fact: Fact | None, origin: str, dimension: str = "", of: str = "") -> None:
        """Note a fact; nothing when it is not known. A later note about the same fact takes the place of the earlier one."""
        if fact is None:
            return
        table = self.each[dimension].setdefault(of, {}) if dimension else self.facts
        table[key] = fact
        self.origins[(dimension, of, key)] = origin

    def origin_of(self, key: str) -> Any:
        """Who says a fact of the whole, in words."""
        return ORIGINS.get(self.origins.get(("", "", key), ""), "")


def sheet_of(dossier: Dossier) -> Sheet:
    """Every fact that is known of a dossier: its content, then the estimates of the holders, then what people entered."""
    sheet = Sheet()
    sources = sources_of(dossier)
    for key, fact, origin in [*_requester(dossier, sources), *_project(dossier, sources), *_data(dossier, sources)]:
        sheet.put(key, fact, origin)
    _put_parts(sheet, sources)
    requests = EstimateRequest.objects.filter(dossier=dossier).select_related("organisation").prefetch_related("figures").order_by("pk")
    put_estimates(sheet, [one for one in requests if holder_code(one.organisation) in sheet.each["holder"]])
    put_entries(sheet, FactEntry.objects.filter(dossier=dossier).order_by("entered_at", "pk"))
    return sheet


def sources_of(dossier: Dossier) -> list[DossierSource]:
    """The databases asked for, with who holds them."""
    return list(dossier.content.sources.select_related("database__holder").order_by("pk"))


def declared(value: Any) -> Fact | None:
    """A fact that the content declares; None when it says nothing."""
    return None if value is None or value == "" else Fact(_plain(value), Source.DECLARED)


def counted(value: Any) -> Fact | None:
    """A fact that follows from the content; None when it does not."""
    return None if value is None else Fact(_plain(value), Source.COMPUTED)


def _plain(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


Told = Iterator[tuple[str, Fact | None, str]]


def _requester(dossier: Dossier, sources: list[DossierSource]) -> Told:
    content, told = dossier.content, requesters()
    category = told.categories.get(content.controller_type.code) if content.controller_type else None
    yield "requester.category", counted(category), COUNTED
    yield "requester.sme", counted(False) if category in told.never_sme else None, COUNTED
    controller = content.controller
    if controller is None:
        return
    country = controller.country or None
    yield "requester.country", declared(country), CONTENT
    if country:
        yield "requester.in_eea", counted(country in told.economic_area), COUNTED
        yield "requester.vat_zone", counted(_zone(country)), COUNTED
        yield "requester.low_income", counted(False) if country in told.economic_area else None, COUNTED
    holders = {source.database.holder_id for source in sources}
    if sources:
        yield "requester.is_holder", counted(controller.pk in holders), COUNTED


def _zone(country: str) -> str:
    if country == "FR":
        return "fr"
    return "eu" if country in requesters().european_union else "other"


def _project(dossier: Dossier, sources: list[DossierSource]) -> Told:
    content = dossier.content
    yield "request.kind", counted("application" if dossier.amends_id is None else "amendment"), COUNTED
    yield "project.new_project", counted(dossier.amends_id is None), COUNTED
    yield "project.duration_months", declared(content.access_months), CONTENT
    yield "project.users", counted(len(content.people)) if content.people else None, COUNTED
    if dossier.data_opened_on is None:  # a project that has not begun has no pause behind it
        yield "project.paused_months", counted(0), COUNTED
    if content.matching is not None:
        national = any(source.database.level == Level.MAIN for source in sources)
        yield "project.linked_data", declared(content.matching), CONTENT
        yield "project.snds_matching", counted(bool(content.matching and national)), COUNTED
    if content.data_form:
        yield "project.aggregated_only", counted(content.data_form == DataForm.AGGREGATED), COUNTED


def _data(dossier: Dossier, sources: list[DossierSource]) -> Told:
    yield "data.patients", declared(dossier.content.population_size), CONTENT
    if not sources:
        return
    yield "data.sources", counted(len(sources)), COUNTED
    yield "data.controllers", counted(_controllers(sources)), COUNTED
    spans = [_years(source) for source in sources]
    if None not in spans:
        known = [span for span in spans if span is not None]
        yield "data.years", counted(len(set().union(*known))), COUNTED
        yield "data.data_years", counted(sum(len(span) for span in known)), COUNTED


def _controllers(sources: list[DossierSource]) -> int | None:
    """How many different bodies answer for the databases; unknown when one of them has no known controller."""
    names = [source.database.holder.name if source.database.holder else source.database.controller_name for source in sources]
    return None if None in names else len(set(names))


def _years(source: DossierSource) -> set[int] | None:
    if source.year_from is None or source.year_to is None:
        return None
    return set(range(source.year_from, source.year_to + 1))


def holder_code(organisation: Any) -> str:
    """How a holder is named in a price: its SIREN, else its key on this site."""
    return organisation.siren or f"organisation-{organisation.pk}"


def _put_parts(sheet: Sheet, sources: list[DossierSource]) -> None:
    """The facts of each holder and of each database."""
    by_holder: dict[Any, list[DossierSource]] = {}
    for source in sources:
        sheet.names[source.database.slug] = source.database.label
        span = _years(source)
        sheet.put("data.sources", counted(1), COUNTED, "source", source.database.slug)
        sheet.put("data.data_years", counted(len(span)) if span else None, COUNTED, "source", source.database.slug)
        if source.database.holder:
            by_holder.setdefault(source.database.holder, []).append(source)
    for holder, own in by_holder.items():
        code, spans = holder_code(holder), [_years(source) for source in own]
        sheet.names[code] = holder.name
        sheet.put("holder.code", counted(code), COUNTED, "holder", code)
        sheet.put("data.sources", counted(len(own)), COUNTED, "holder", code)
        if None not in spans:
            sheet.put("data.data_years", counted(sum(len(span or ()) for span in spans)), COUNTED, "holder", code)


def put_estimates(sheet: Sheet, requests: Iterable[EstimateRequest]) -> None:
    """The last figures of each holder; their sum is known once every holder who was asked for one has given it."""
    asked: dict[str, list[Fact | None]] = {}
    for request in requests:
        if request.state == EstimateState.DROPPED:
            continue
        given = last_figures(request)
        code = holder_code(request.organisation)
        for key in request.asked:
            figure = given.get(key)
            fact = Fact(figure.likely, Source.ASSESSED, figure.low, figure.high) if figure else None
            sheet.put(key, fact, HOLDERS, "holder", code)
            asked.setdefault(key, []).append(fact)
    for key, facts in asked.items():
        known = [fact for fact in facts if fact is not None]
        if len(known) == len(facts):
            sheet.put(key, _sum(known), HOLDERS)


def last_figures(request: EstimateRequest) -> dict[str, Any]:
    """What a holder answered last, by fact."""
    rows = list(request.figures.all())
    last = max((row.round for row in rows), default=0)
    return {row.key: row for row in rows if row.round == last}


def _sum(facts: list[Fact]) -> Fact:
    values: list[Any] = [fact.value for fact in facts]
    lows: list[Any] = [fact.value if fact.low is None else fact.low for fact in facts]
    highs: list[Any] = [fact.value if fact.high is None else fact.high for fact in facts]
    return Fact(sum(values, Decimal(0)), Source.ASSESSED, sum(lows, Decimal(0)), sum(highs, Decimal(0)))


def put_entries(sheet: Sheet, entries: Iterable[FactEntry]) -> None:
    """What people entered last: what the fee manager settled holds over all else, what the team declares where nothing else says it.

    What is taken back counts no more: the content, the estimates or the team hold again.
    """
    last: dict[tuple[str, Place], FactEntry] = {(entry.origin, entry.place): entry for entry in entries}
    for (origin, place), entry in last.items():
        dimension, of, key = place
        if dimension and of not in sheet.each[dimension]:
            continue  # of a holder or a database that is no longer asked for
        fact = fact_of(entry)
        if origin == Origin.ASSESSED:
            sheet.put(key, fact, STAFF, dimension, of)
        elif place not in sheet.origins:
            sheet.put(key, fact, TEAM, dimension, of)


def fact_of(entry: FactEntry) -> Fact | None:
    """The fact that an entry says; None when it takes it back, or is no longer a value that the fact may take."""
    if not entry.value:
        return None
    try:
        value = parsed(entry.key, entry.value)
    except BadFact:
        return None
    source = Source.ASSESSED if entry.origin == Origin.ASSESSED else Source.DECLARED
    return Fact(value, source, entry.low, entry.high)


def text_of(value: Any) -> str:
    """A value as an entry keeps it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
