"""The registry of facts: only what is registered here may be used by a grid. Each has a type, a unit and the one who says it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from fees.tariff.asked import Fact, Inputs
from fees.tariff.errors import BadFact
from fees.tariff.money import CONTEXT, number_in, plain
from fees.tariff.vocabulary import Source
from fees.tariff.written import Text, Value


class Type(StrEnum):
    """What values a fact takes. A count is a whole number ≥ 0, a number is ≥ 0."""

    COUNT = "count"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TEXT = "text"
    DAY = "day"


class FactKind(NamedTuple):
    """A registered fact; `options` are the values of a choice with their words."""

    key: str
    label: Text
    type: Type
    unit: Text = Text()
    source: Source = Source.DECLARED
    options: Mapping[str, Text] = {}


PYTHON = {Type.COUNT: Decimal, Type.NUMBER: Decimal, Type.BOOLEAN: bool, Type.CHOICE: str, Type.TEXT: str, Type.DAY: date}
NUMERIC = frozenset({Type.COUNT, Type.NUMBER})
#: No fact reaches this: products of facts and prices stay exact in the context of the calculator.
TOO_MUCH = Decimal(10) ** 12
MONTHS = Text("mois", "months")
DAYS = Text("jours", "days")
HOURS = Text("heures", "hours")
GIGABYTES = Text("Go", "GB")
EUROS = Text("€", "€")
CATEGORIES = {
    "industrial": Text("industriel", "industry"),
    "sme": Text("PME ou jeune pousse", "SME or start-up"),
    "academic": Text("établissement académique", "academic institution"),
    "public_body": Text("organisme public", "public body"),
    "association": Text("association de patients ou d’usagers", "patients’ or users’ association"),
    "statutory": Text("organisme exonéré par la loi", "body exempt by law"),
}
FUNDING = {"public": Text("public", "public"), "mixed": Text("mixte", "mixed"), "private": Text("privé", "private")}
ZONES = {
    "fr": Text("France métropolitaine", "mainland France"),
    "fr_overseas": Text("Guadeloupe, Martinique, La Réunion", "Guadeloupe, Martinique, Réunion"),
    "fr_no_vat": Text("Guyane, Mayotte", "French Guiana, Mayotte"),
    "eu": Text("autre État de l’Union européenne", "another State of the European Union"),
    "other": Text("hors de l’Union européenne", "outside the European Union"),
}
REQUESTS = {
    "application": Text("demande d’accès", "access application"),
    "statistics": Text("demande de statistiques", "data request (statistics)"),
    "feasibility": Text("étude de faisabilité", "feasibility study"),
    "amendment": Text("modification", "amendment"),
    "extension": Text("prolongation", "extension"),
    "review": Text("revue annuelle", "annual review"),
    "refresh": Text("actualisation", "refresh"),
    "complaint": Text("réclamation", "complaint"),
    "refusal": Text("refus", "refusal"),
}
COMPLEXITY = {"low": Text("faible", "low"), "medium": Text("moyenne", "medium"), "high": Text("forte", "high")}


def _declared() -> Iterator[FactKind]:
    yes = Type.BOOLEAN
    yield FactKind("requester.category", Text("catégorie du demandeur", "category of the requester"), Type.CHOICE, options=CATEGORIES)
    yield FactKind("requester.sme", Text("demandeur PME", "requester is an SME"), yes)
    yield FactKind("requester.country", Text("pays du demandeur", "country of the requester"), Type.TEXT)
    yield FactKind("requester.in_eea", Text("demandeur établi dans l’EEE", "requester established in the EEA"), yes)
    yield FactKind("requester.low_income", Text("pays à revenu faible ou moyen", "low- or middle-income country"), yes)
    yield FactKind(
        "requester.vat_zone", Text("territoire de TVA du demandeur", "VAT territory of the requester"), Type.CHOICE, options=ZONES
    )
    yield FactKind("requester.taxable", Text("demandeur assujetti à la TVA", "requester is a taxable person"), yes)
    yield FactKind("requester.vat_number_checked", Text("numéro de TVA vérifié", "VAT number checked"), yes, source=Source.ASSESSED)
    yield FactKind("requester.is_holder", Text("demandeur détenteur des données", "requester holds the data"), yes)
    yield FactKind("requester.thesis", Text("travail de thèse", "thesis work"), yes)
    yield FactKind("requester.student", Text("demandeur étudiant", "requester is a student"), yes)
    yield FactKind("requester.subsidised", Text("établissement public soutenu", "subsidised public institution"), yes)
    yield FactKind("requester.statutory_exempt", Text("exonération prévue par la loi", "exempt by law"), yes)
    yield FactKind("requester.asks_reduction", Text("réduction demandée", "reduction asked for"), yes)
    yield FactKind("requester.non_commercial", Text("usage non commercial", "non-commercial use"), yes)
    yield FactKind("requester.funding", Text("financement du projet", "funding of the project"), Type.CHOICE, options=FUNDING)
    yield FactKind("request.kind", Text("nature de la demande", "kind of request"), Type.CHOICE, options=REQUESTS)


def _of_the_project() -> Iterator[FactKind]:
    yes, count, number = Type.BOOLEAN, Type.COUNT, Type.NUMBER
    yield FactKind("project.emergency", Text("urgence de santé publique", "public-health emergency"), yes, source=Source.ASSESSED)
    yield FactKind("project.duration_months", Text("durée du projet", "duration of the project"), number, MONTHS)
    yield FactKind("project.paused_months", Text("mois de pause", "months of pause"), number, MONTHS)
    yield FactKind("project.users", Text("utilisateurs de l’espace projet", "users of the project space"), count)
    yield FactKind("project.new_users", Text("nouveaux utilisateurs", "new users"), count)
    yield FactKind("project.access_points", Text("points d’accès", "access points"), count)
    yield FactKind("project.storage_gb", Text("stockage", "storage"), number, GIGABYTES)
    yield FactKind("project.quarters", Text("trimestres de stockage", "quarters of storage"), number)
    yield FactKind("project.secure_days", Text("jours d’environnement sécurisé", "days of secure environment"), number, DAYS)
    yield FactKind("project.presence_days", Text("jours de présence sur place", "days of presence on site"), number, DAYS)
    yield FactKind("project.output_checks", Text("contrôles d’exports", "output checks"), count)
    yield FactKind("project.disseminations", Text("diffusions", "disseminations"), count)
    yield FactKind("project.tables", Text("tableaux demandés", "tables asked for"), count)
    yield FactKind("project.institutions", Text("établissements participants", "participating institutions"), count)
    yield FactKind("project.licence_years", Text("années de licence", "years of licence"), number)
    yield FactKind("project.snds_matching", Text("appariement avec le SNDS", "linkage with the SNDS"), yes)
    yield FactKind("project.linked_data", Text("données appariées", "linked data"), yes)
    yield FactKind("project.aggregated_only", Text("données agrégées seulement", "aggregated data only"), yes)
    yield FactKind("project.new_project", Text("nouveau projet", "new project"), yes)


def _of_the_data() -> Iterator[FactKind]:
    count, number, counted = Type.COUNT, Type.NUMBER, Source.COMPUTED
    yield FactKind("data.sources", Text("sources de données", "data sources"), count, source=counted)
    yield FactKind("data.controllers", Text("responsables de données", "data controllers"), count, source=counted)
    yield FactKind("data.years", Text("années de données", "years of data"), count)
    yield FactKind("data.data_years", Text("années de données par base", "data-years over the databases"), count, source=counted)
    yield FactKind("data.patients", Text("patients", "patients"), count)
    yield FactKind("data.variables", Text("variables", "variables"), count)
    yield FactKind("data.extractions", Text("extractions", "extractions"), count)
    yield FactKind("data.refreshes", Text("actualisations", "refreshes"), count)
    yield FactKind("data.gigabytes", Text("volume livré", "volume delivered"), number, GIGABYTES)


def _estimated() -> Iterator[FactKind]:
    number, judged = Type.NUMBER, Source.ASSESSED
    yield FactKind("estimate.prep_days", Text("jours de préparation estimés", "estimated days of preparation"), number, DAYS, judged)
    yield FactKind("estimate.hours", Text("heures de travail estimées", "estimated hours of work"), number, HOURS, judged)
    yield FactKind("estimate.advice_hours", Text("heures de conseil estimées", "estimated hours of advice"), number, HOURS, judged)
    yield FactKind("estimate.amount", Text("montant estimé par le détenteur", "amount estimated by the holder"), number, EUROS, judged)
    yield FactKind("estimate.rounds", Text("estimations demandées", "rounds of estimates"), Type.COUNT, source=judged)
    yield FactKind("estimate.complexity", Text("complexité", "complexity"), Type.CHOICE, source=judged, options=COMPLEXITY)
    yield FactKind("holder.code", Text("détenteur", "holder"), Type.TEXT, source=Source.COMPUTED)
    yield FactKind("holder.is_public", Text("détenteur public", "public holder"), Type.BOOLEAN, source=Source.COMPUTED)
    yield FactKind("primo.active", Text("primo-accès en cours", "primo-access under way"), Type.BOOLEAN, source=judged)


FACTS: dict[str, FactKind] = {kind.key: kind for group in (_declared(), _of_the_project(), _of_the_data(), _estimated()) for kind in group}


def checked(key: str, value: Value) -> Value:
    """The value, if it is one that this fact may take; BadFact otherwise."""
    kind = FACTS.get(key)
    if kind is None:
        raise BadFact(key, "this fact is not registered")
    if type(value) is not PYTHON[kind.type]:
        raise BadFact(key, f"{value!r} is not a {kind.type}")
    if isinstance(value, Decimal):
        _checked_number(kind, value)
    if kind.type is Type.CHOICE and value not in kind.options:
        raise BadFact(key, f"{value!r} is not one of {', '.join(kind.options)}")
    return value


def _checked_number(kind: FactKind, value: Decimal) -> None:
    if not value.is_finite() or value < 0:
        raise BadFact(kind.key, f"{value} is not a number of at least 0")
    if value >= TOO_MUCH:
        raise BadFact(kind.key, f"{value} is more than anything that is counted")
    if kind.type is Type.COUNT and value != value.to_integral_value():
        raise BadFact(kind.key, f"{value} is not a whole number")


def require_sound(inputs: Inputs) -> None:
    """Every fact of the inputs is registered and of its type, bounds of estimates included."""
    tables = [inputs.facts, *(own for kinds in inputs.each.values() for own in kinds.values())]
    for table in tables:
        for key, fact in table.items():
            checked(key, fact.value)
            if fact.low is not None or fact.high is not None:
                _require_ordered(key, fact)


def _require_ordered(key: str, fact: Fact) -> None:
    low = fact.value if fact.low is None else checked(key, fact.low)
    high = fact.value if fact.high is None else checked(key, fact.high)
    if not (isinstance(low, Decimal) and isinstance(fact.value, Decimal) and isinstance(high, Decimal) and low <= fact.value <= high):
        raise BadFact(key, "low, likely and high must be numbers in that order")


def parsed(key: str, text: str) -> Value:
    """The value of a fact from its text (`3`, `true`, `sme`, `2026-05-14`); never through a float."""
    kind = FACTS.get(key)
    if kind is None:
        raise BadFact(key, "this fact is not registered")
    try:
        value: Value = _READ[kind.type](text)
    except (KeyError, ValueError) as error:
        raise BadFact(key, f"{text!r} is not a {kind.type}") from error
    return checked(key, value)


_READ: dict[Type, Any] = {
    Type.COUNT: number_in,
    Type.NUMBER: number_in,
    Type.BOOLEAN: {"true": True, "false": False}.__getitem__,
    Type.CHOICE: str,
    Type.TEXT: str,
    Type.DAY: date.fromisoformat,
}


def facts_from(values: Mapping[str, Any], source: Source | None = None) -> dict[str, Fact]:
    """Facts from plain Python values (int, Decimal, bool, str, date) or their texts; the source is the registry's unless given."""
    return {key: Fact(parsed(key, _as_text(key, value)), source or FACTS[key].source) for key, value in values.items()}


def _as_text(key: str, value: Any) -> str:
    if isinstance(value, float):
        raise BadFact(key, "a float is not exact: give a Decimal or its text")
    if isinstance(value, Decimal):
        return plain(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def months_between(start: date, end: date) -> Decimal:
    """Months from a day, included, to another, excluded: whole ones, then the part of the month begun, by days, to four decimals."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    if _month_after(start, whole) > end:
        whole -= 1
    began, ends = _month_after(start, whole), _month_after(start, whole + 1)
    part = CONTEXT.divide(Decimal((end - began).days), Decimal((ends - began).days))
    return CONTEXT.add(Decimal(whole), part).quantize(Decimal("0.0001"), context=CONTEXT)


def _month_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
