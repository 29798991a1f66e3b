"""The one flat schema of a fiche, for every tabular file: each column once, with its type, its words and the SQL that gives it.

A coded datum stands in two columns: the code, which stays, and its French label (`…_fr`) as it was when the fiche was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from psycopg import sql

from registry.frameworks import FRAMEWORKS, FicheKind
from registry.labels import LABELS
from registry.models import Origin, Status
from registry.reuse.scoring import score_sql
from requests_app.choices import Hosting, Information, PotentialIdentifier
from requests_app.states import Basis, Opinion

#: Between the values of a list, in CSV and XLSX.
DELIMITER = "|"
LICENCE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte / Open Licence 2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}
#: The parts of `said` that the columns read: one pass over the document of a fiche, whatever the number of columns.
TEXTS = (
    *("public_interest", "expected_benefits", "population", "other_sources", "matching_method", "hosting", "hosting_name"),
    *("milestones", "results_plan", "basis", "authorisation_number", "transfers_detail", "automated_decision_detail", "information"),
    *("information_how", "opt_out_exception", "dpo_mailbox", "results", "filed_on", "opinion_on", "destroyed_on"),
    *("kind", "title_en", "lay_summary_en", "eu_representative", "declared_on", "rights", "method"),
)
DOCUMENTS = (
    *("controller", "controller_type", "body_in_charge", "purpose", "objectives", "domains", "data_categories", "sources"),
    *("matching_kind", "professionals", "retention_years", "access_months", "legal_basis_6", "legal_basis_9"),
    *("transfers_outside_eu", "automated_decision", "publications", "generated", "amended_on"),
    *("controller_outside_eu", "other_controllers", "other_bodies", "sponsor", "laboratory", "matching", "identifiers"),
    *("retention_months", "professional_reasons"),
)
READ = ", ".join([*(f"{name} text" for name in TEXTS), *(f"{name} jsonb" for name in DOCUMENTS)])
#: The columns come from the row of the fiche (f) and, opened once, from what it says (s).
READING = f"CROSS JOIN LATERAL jsonb_to_record(f.said) AS s({READ})"
TYPES = {
    "string": _("text"),
    "integer": _("whole number"),
    "boolean": _("true or false"),
    "date": _("day"),
    "datetime": _("instant"),
    "list": _("list of texts"),
}
ON_DAY = "CURRENT_DATE"  # replaced by the day of the reader, in Paris


@dataclass(frozen=True)
class Column:
    """One column: its name, type (of Table Schema), SQL, and what it is in words; `choices` are its codes, when they are fixed.

    `free` says that somebody has written the text, so that it may begin with anything.
    """

    name: str
    type: str
    sql: str
    title: Any
    choices: Any = None
    free: bool = False

    @property
    def label(self) -> str:
        """What it is, in the reader's language."""
        return str(_("%(title)s (label)") % {"title": self.title}) if self.name.endswith("_fr") else str(self.title)

    @property
    def kind(self) -> Any:
        """Its type in words."""
        return TYPES[self.type]

    @property
    def codes(self) -> list[tuple[str, Any]]:
        """The codes that it may hold, with their labels; none when they are no fixed choice."""
        return _pairs(self.choices) if self.choices is not None else []

    def field(self) -> dict[str, Any]:
        """The column as a field of a Frictionless table schema, titles in both languages."""
        told: dict[str, Any] = {"name": self.name, "type": self.type}
        if self.type == "list":
            told |= {"delimiter": DELIMITER, "itemType": "string"}
        for key, language in (("title", "fr"), ("title_en", "en")):
            with translation.override(language):
                told[key] = self.label
        if self.choices is not None and self.type == "string":
            told["categories"] = list(_categories(self.choices))
        return told


def _pairs(choices: Any) -> list[tuple[str, Any]]:
    return list(choices.items() if isinstance(choices, dict) else choices.choices)


def _categories(choices: Any) -> Iterator[dict[str, str]]:
    with translation.override("fr"):
        yield from ({"value": code, "label": str(label)} for code, label in _pairs(choices))


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return str(sql.Literal(text).as_string(None))


def label_of(code: str, choices: Any) -> str:
    """The SQL of a French label, from the SQL of a fixed code."""
    whens = " ".join(f"WHEN {quoted(one['value'])} THEN {quoted(one['label'])}" for one in _categories(choices))
    return f"CASE {code} {whens} END"


def _of_one(term: str, key: str) -> str:
    return f"s.{term} ->> '{key}'"


def _of_each(document: str, path: str) -> str:
    """The texts at a path of a document, as an array; most documents are empty, and then nothing is asked of them."""
    return f"CASE WHEN s.{document} <> '[]' THEN ARRAY(SELECT jsonb_path_query(s.{document}, '{path}') #>> '{{}}') END"


def _each_variable(value: str) -> str:
    """The variables that the databases are asked for, and those of a fiche that does not say of which database."""
    return _gathered(value, "identifiers.keyvalue().key", "identifiers", "$.keyvalue().key")


def _each_reason(of_source: str, name: str, path: str) -> str:
    """The reasons given for each database, and those of a fiche that gives them once."""
    return _gathered("v", of_source, name, path)


def _gathered(value: str, of_source: str, name: str, path: str) -> str:
    ways = (("sources", f"$[*].{of_source}"), (name, path))
    told = " UNION ".join(f"SELECT jsonb_path_query(s.{of}, '{way}', '{{}}', true) #>> '{{}}'" for of, way in ways)
    some = " OR ".join(f"jsonb_path_exists(s.{of}, '{way}', '{{}}', true)" for of, way in ways)
    return f"CASE WHEN {some} THEN ARRAY(SELECT {value} FROM ({told}) AS given (v) WHERE v <> '' ORDER BY 1) END"


def _number(name: str) -> str:
    return f"CASE jsonb_typeof(s.{name}) WHEN 'number' THEN (s.{name})::int END"


def _answer(name: str) -> str:
    return f"CASE jsonb_typeof(s.{name}) WHEN 'boolean' THEN (s.{name})::boolean END"


def _text(name: str, title: Any = None) -> Column:
    return Column(name, "string", f"s.{name}", title or LABELS[name], free=True)


def _day(name: str, of: str = "f") -> Column:
    return Column(name, "date", f"{of}.{name}", LABELS[name])


def _term(name: str) -> Iterator[Column]:
    """A term of a vocabulary: its code and its label."""
    yield Column(name, "string", _of_one(name, "code"), LABELS[name])
    yield Column(f"{name}_fr", "string", _of_one(name, "fr"), LABELS[name], free=True)


def _terms(name: str) -> Iterator[Column]:
    """Several terms of a vocabulary."""
    yield Column(name, "list", f"f.{name}", LABELS[name])
    yield Column(f"{name}_fr", "list", _of_each(name, "$[*].fr"), LABELS[name], free=True)


def _choice(name: str, code: str, title: Any, choices: Any) -> Iterator[Column]:
    """A datum whose codes the procedure fixes."""
    yield Column(name, "string", f"nullif({code}, '')", title, choices)
    yield Column(f"{name}_fr", "string", label_of(code, choices), title)


STATUS = f"CASE WHEN f.ended_on <= {ON_DAY} THEN 'ended' WHEN f.opened_on <= {ON_DAY} THEN 'running' ELSE 'authorised' END"
SCORE = score_sql(ON_DAY)
OVERDUE = f"f.results_on IS NULL AND f.results_due_on IS NOT NULL AND f.results_due_on < {ON_DAY}"


def _identity() -> Iterator[Column]:
    yield Column("number", "string", "f.number", _("number"))
    yield Column("national_number", "string", "f.real_number", _("number in the national register"))
    yield Column("url", "string", "", _("Address of the page"))
    yield from _choice("kind", "coalesce(s.kind, 'project')", LABELS["kind"], FicheKind)
    yield Column("title", "string", "f.title", LABELS["title"], free=True)
    yield _text("title_en")
    yield Column("acronym", "string", "nullif(f.acronym, '')", LABELS["acronym"], free=True)
    yield Column("lay_summary", "string", "f.lay_summary", LABELS["lay_summary"], free=True)
    yield _text("lay_summary_en")
    yield from _choice("status", STATUS, _("Status"), Status)
    yield Column("suspended", "boolean", "f.suspended", _("Access to the data suspended"))
    yield from _choice("origin", "f.origin", _("Where the fiche comes from"), Origin)
    yield Column("is_demonstration", "boolean", "f.is_demonstration", _("Demonstration"))


def _who() -> Iterator[Column]:
    yield Column("controller_name", "string", "nullif(f.controller_name, '')", LABELS["controller"], free=True)
    yield Column("controller_city", "string", _of_one("controller", "city"), _("Town of the controller"), free=True)
    yield Column("controller_country", "string", _of_one("controller", "country"), _("Country of the controller"))
    yield from _term("controller_type")
    yield Column("controller_outside_eu", "boolean", _answer("controller_outside_eu"), _("Controller outside the European Union"))
    yield _text("eu_representative")
    yield Column("other_controllers", "list", _of_each("other_controllers", "$[*].name"), LABELS["other_controllers"], free=True)
    yield Column("body_in_charge_name", "string", _of_one("body_in_charge", "name"), LABELS["body_in_charge"], free=True)
    yield Column("body_in_charge_city", "string", _of_one("body_in_charge", "city"), _("Town of the body that carries it out"), free=True)
    yield Column("other_bodies", "list", _of_each("other_bodies", "$[*].name"), LABELS["other_bodies"], free=True)
    yield Column("sponsor", "string", _of_one("sponsor", "name"), LABELS["sponsor"], free=True)
    yield Column("laboratory", "string", _of_one("laboratory", "name"), LABELS["laboratory"], free=True)


def _why() -> Iterator[Column]:
    yield from _term("purpose")
    yield from _terms("objectives")
    yield from _terms("domains")
    yield _text("public_interest")
    yield _text("expected_benefits")


def _which_data() -> Iterator[Column]:
    yield _text("population")
    yield from _terms("data_categories")
    yield Column("databases", "list", "f.databases", LABELS["sources"])
    yield Column("databases_fr", "list", _of_each("sources", "$[*].fr"), LABELS["sources"], free=True)
    yield _text("other_sources")
    yield Column("matching", "boolean", _answer("matching"), LABELS["matching"])
    yield from _term("matching_kind")
    yield _text("matching_method")
    yield Column("sensitive_variables", "list", _each_variable("v"), _("Sensitive variables"), PotentialIdentifier)
    yield Column("sensitive_variables_fr", "list", _each_variable(label_of("v", PotentialIdentifier)), _("Sensitive variables"))
    yield Column("sensitive_variables_why", "list", _each_reason("identifiers.*", "identifiers", "$.*"), LABELS["identifiers"], free=True)
    yield Column("professionals", "boolean", _answer("professionals"), LABELS["professionals"])
    why = _each_reason("professional_reasons", "professional_reasons", "$")
    yield Column("professional_reasons", "list", why, LABELS["professional_reasons"], free=True)
    yield from _choice("hosting", "s.hosting", LABELS["hosting"], Hosting)
    yield _text("hosting_name")


def _how_long() -> Iterator[Column]:
    yield _day("declared_on", "s")
    yield _day("starts_on")
    yield _day("ends_on")
    yield Column("retention_years", "integer", _number("retention_years"), _("Years for which the data are kept"))
    yield Column("retention_months", "integer", _number("retention_months"), _("Months for which the data are kept, beyond these years"))
    yield Column("access_months", "integer", _number("access_months"), _("Months of access to the data"))
    yield _text("milestones")
    yield Column("opened_on", "date", "f.opened_on", _("Data available on"))
    yield Column("ended_on", "date", "f.ended_on", LABELS["ended_on"])
    yield _day("destroyed_on", "s")


def _authorisation() -> Iterator[Column]:
    yield from _choice("procedure", "f.procedure", LABELS["procedure"], FRAMEWORKS)
    yield Column("filed_on", "date", "s.filed_on", _("Filed on"))
    yield from _choice("opinion", "f.opinion", LABELS["opinion"], Opinion)
    yield Column("opinion_on", "date", "s.opinion_on", _("Opinion given on"))
    yield from _choice("basis", "s.basis", LABELS["basis"], Basis)
    yield _day("authorised_on")
    yield _text("authorisation_number")
    yield Column("amended_on", "list", _of_each("amended_on", "$[*]"), _("Amended on"))
    yield from _term("legal_basis_6")
    yield from _term("legal_basis_9")
    yield Column("transfers_outside_eu", "boolean", _answer("transfers_outside_eu"), LABELS["transfers_outside_eu"])
    yield _text("transfers_detail")
    yield Column("automated_decision", "boolean", _answer("automated_decision"), LABELS["automated_decision"])
    yield _text("automated_decision_detail")


def _rights() -> Iterator[Column]:
    yield from _choice("information", "s.information", LABELS["information"], Information)
    yield _text("information_how")
    yield _text("rights")
    yield _text("opt_out_exception")
    yield _text("dpo_mailbox")


def _outcome() -> Iterator[Column]:
    yield _text("results_plan")
    yield Column("results_due_on", "date", "f.results_due_on", _("Results due on"))
    yield Column("results_on", "date", "f.results_on", LABELS["results_on"])
    yield Column("results_overdue", "boolean", OVERDUE, _("Results overdue"))
    yield _text("method")
    yield _text("results")
    yield Column("publications", "list", _of_each("publications", "$[*].title"), LABELS["publications"], free=True)
    yield Column("publications_url", "list", _of_each("publications", "$[*].url"), _("Addresses of the publications"), free=True)


def _page() -> Iterator[Column]:
    yield Column("generated", "list", _of_each("generated", "$[*]"), _("Data generated for the demonstration"))
    yield Column("published_at", "datetime", "f.published_at", pgettext_lazy("fiche", "Published on"))
    yield Column("updated_at", "datetime", "f.updated_at", pgettext_lazy("fiche", "Last changed on"))
    yield Column("version", "integer", "f.version", pgettext_lazy("fiche", "Version"))
    yield Column("completeness", "integer", SCORE, _("Completeness, in percent of the data asked for"))


def columns() -> tuple[Column, ...]:
    """The columns, in their order: who it is, who answers for it, why, which data, how long, under which authorisation, what came out."""
    chapters = (_identity, _who, _why, _which_data, _how_long, _authorisation, _rights, _outcome, _page)
    return tuple(column for chapter in chapters for column in chapter())


def table_schema() -> dict[str, Any]:
    """The Frictionless table schema (Data Package 2.0) of the tabular files."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "fields": [column.field() for column in columns()],
        "primaryKey": ["number"],
        "missingValues": [""],
    }
