"""From the answers of a declaration to what its fiche says: the same shape as that of a dossier, labels frozen in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from accounts.countries import COUNTRIES
from catalogue.models import Component, Database, Level, Term, Vocabulary
from registry.frameworks import BY_COMMITMENT, Elsewhere, FicheKind
from registry.mending import flowing
from registry.public_core import SHAPE, TERMS, Said, clean, publication
from requests_app.states import Basis
from workflow import periods
from workflow.models import ClockRule

Answers = Mapping[str, Any]
#: Answers that are texts, and stand in the fiche as they were written, their broken lines mended.
TEXTS = (
    *("lay_summary", "lay_summary_en", "public_interest", "expected_benefits", "population", "other_sources", "milestones", "results_plan"),
    *("information_how", "rights", "opt_out_exception", "eu_representative", "method", "results"),
)
LINES = ("title", "title_en", "acronym", "dpo_mailbox", "authorisation_number", "procedure", "hosting", "information")
PLAIN = ("matching", "starts_on", "ends_on", "ended_on", "results_on", "authorised_on", "automated_decision", "transfers_outside_eu")
#: Texts that are of interest only while another answer calls for them.
TEXTS_IF: dict[str, tuple[str, Any]] = {
    "matching_method": ("matching", True),
    "hosting_name": ("hosting", "other"),
    "transfers_detail": ("transfers_outside_eu", True),
    "automated_decision_detail": ("automated_decision", True),
}
OUTSIDE_THE_UNION = frozenset({"CA", "GB", "IS", "MC", "NO", "CH", "US", "JP", "AU", "other"})


def said_of(answers: Answers, kind: str, declared_on: date | None) -> Said:
    """What the fiche of a declaration says; `declared_on` is the day of the first sending, once there is one."""
    said: Said = {name: flowing(str(answers.get(name) or "")) for name in TEXTS}
    said |= {name: _one_line(answers.get(name)) for name in LINES}
    said |= {name: answers.get(name) for name in PLAIN}
    said |= {name: flowing(str(answers.get(name) or "")) if answers.get(by) == value else "" for name, (by, value) in TEXTS_IF.items()}
    said |= _terms(answers) | _data(answers) | _bodies(answers) | _law(answers) | _retention(answers) | _outcome(answers)
    said |= {"kind": kind, "declared_on": declared_on and declared_on.isoformat(), "opened_on": answers.get("starts_on")}
    if kind != FicheKind.PROJECT:
        said["results_due_on"] = None  # nobody waits for the results of a warehouse
    told = _ALWAYS | ({"body_in_charge"} if answers.get("controller_is_in_charge") else frozenset())
    return {name: value for name, value in said.items() if value != SHAPE.get(name, ...) or name in told}


#: Written even when nothing is said: what the columns of a fiche and its page ask for first.
_ALWAYS = frozenset({"kind", "title", "lay_summary", "controller", "sources"})


def _one_line(text: Any) -> str:
    return " ".join(clean(str(text or "")).split())


def _frozen(term: Term) -> Said:
    return {"code": term.code, "fr": term.label_fr, "en": term.label_en}


def _terms(answers: Answers) -> Said:
    """The choices in vocabularies, in their order."""
    several = {"objectives": Vocabulary.OBJECTIVE, "domains": Vocabulary.DOMAIN, "data_categories": Vocabulary.DATA_CATEGORY}
    codes = {str(answers.get(name) or "") for name in TERMS} | {code for name in several for code in answers.get(name) or ()}
    found = {(one.vocabulary, one.code): one for one in Term.objects.filter(code__in=codes).order_by("vocabulary", "position", "pk")}
    said: Said = {}
    for name in TERMS:
        one = found.get((name, str(answers.get(name) or "")))
        said[name] = _frozen(one) if one else None
    for name, vocabulary in several.items():
        chosen = set(answers.get(name) or ())
        said[name] = [_frozen(one) for (kind, code), one in found.items() if kind == vocabulary and code in chosen]
    if not said["matching_kind"] or not answers.get("matching"):
        said["matching_kind"] = None
    return said


def _data(answers: Answers) -> Said:
    """The databases with the components of the main one, the sensitive variables, the number of the professionals."""
    databases = Database.objects.filter(slug__in=answers.get("databases") or ()).alphabetical()
    chosen = list(Component.objects.filter(database__level=Level.MAIN, code__in=answers.get("components") or ()))
    years = [answers.get("year_from"), answers.get("year_to")]
    reasons = flowing(str(answers.get("identifiers_reasons") or ""))
    return {
        "sources": [_source(database, chosen, years) for database in databases],
        "identifiers": dict.fromkeys(answers.get("identifiers") or (), reasons),
        "professionals": answers.get("professionals"),
        "professional_reasons": flowing(str(answers.get("professional_reasons") or "")) if answers.get("professionals") else "",
    }


def _source(database: Database, components: Iterable[Component], years: list[Any]) -> Said:
    return {
        "slug": database.slug,
        "acronym": database.acronym,
        "fr": database.name_fr,
        "en": database.name_en,
        "components": [{"fr": one.name_fr, "en": one.name_en} for one in components if one.database_id == database.pk],
        "years": years,
    }


def _bodies(answers: Answers) -> Said:
    """The controller and the others, each a line of a text; the country of the controller says whether it is outside the Union."""
    country = str(answers.get("controller_country") or "FR")
    outside = country in _OUTSIDE
    in_charge = str(answers.get("body_in_charge") or "").strip()
    said: Said = {
        "controller": _body(answers.get("controller_name"), answers.get("controller_city"), country),
        "body_in_charge": _body(in_charge) if answers.get("controller_is_in_charge") is False else None,
        "other_controllers": [_body(line) for line in _lines(answers.get("other_controllers"))],
        "other_bodies": [_body(line) for line in _lines(answers.get("other_bodies"))],
        "controller_outside_eu": outside,
    }
    return said if outside else said | {"eu_representative": ""}


_OUTSIDE = OUTSIDE_THE_UNION & {code for code, _name in COUNTRIES}


def _body(name: Any, city: Any = "", country: str = "") -> Said | None:
    told = _one_line(name)
    return {"name": told, "city": _one_line(city), "country": country} if told else None


def _lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def _law(answers: Answers) -> Said:
    """What the project rests on, from its framework."""
    framework = answers.get("procedure") or ""
    if framework in BY_COMMITMENT:
        return {"basis": Basis.COMMITMENT.value}
    decided = framework in (Elsewhere.CNIL_ELSEWHERE, Elsewhere.WAREHOUSE_AUTHORISED)
    return {"basis": Basis.EXPRESS.value if decided else ""}


def _retention(answers: Answers) -> Said:
    """Years when the months come to whole ones, else months."""
    years, months = answers.get("retention_years"), answers.get("retention_months")
    if years is None and months is None:
        return {"retention_years": None, "retention_months": None}
    total = (years or 0) * 12 + (months or 0)
    whole, left = divmod(total, 12)
    return {"retention_years": None if left else whole, "retention_months": total if left else None}


def _outcome(answers: Answers) -> Said:
    """Results due by the rule that dossiers follow, publications with their DOI: one a line, “title | address”."""
    ended = answers.get("ended_on")
    return {
        "publications": [_publication(line) for line in _lines(answers.get("publications"))],
        "results_due_on": results_due_on(date.fromisoformat(ended)) if ended else None,
    }


def results_due_on(ended: date) -> str | None:
    """The day by which results are due after an end (clock K-RES); None when no rule was in force that day."""
    rule = ClockRule.objects.filter(code="K-RES", valid__contains=ended).first()
    return periods.due_on(ended, rule.length, rule.unit, rolls=rule.rolls).isoformat() if rule else None


def _publication(line: str) -> Said:
    """“Title | 10.1000/xyz | 2025”, in any order after the title."""
    title, *rest = [part.strip() for part in line.split("|")]
    year = next((int(part) for part in rest if part.isdigit() and len(part) == 4), None)
    address = next((part for part in rest if not (part.isdigit() and len(part) == 4)), "")
    return publication(
        {"title": title, "year": year, "url": address} if address.startswith("http") else {"title": title, "year": year, "doi": address}
    )
