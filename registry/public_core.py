"""What the public may read of a dossier: its last filed version, and the facts of its procedure. No person is named.

The texts and the labels are frozen here in both languages, so that a fiche says for ever what was said when it was written.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import Organisation
from catalogue.models import Component, Database, Term, Vocabulary, categories_of
from questionnaires.models import Version
from questionnaires.reading import public_answers
from registry.models import Fiche
from registry.persons import names_a_person
from requests_app.content import completed
from requests_app.models import Content, Dossier
from workflow import clocks
from workflow.periods import paris_day

Said = dict[str, Any]

#: Words that show that a mailbox belongs to a function and not to a person.
ROLE_WORDS = ("dpo", "dpd", "cil", "rgpd", "gdpr", "donnee", "data", "protection", "privacy", "vieprivee", "contact", "confidentialite")
TERMS = ("purpose", "controller_type", "matching_kind", "legal_basis_6", "legal_basis_9")
TEXTS = ("lay_summary", "public_interest", "expected_benefits", "population", "other_sources")
#: Texts that are shown and not searched: they tell how the project is run, not what it is about.
SHOWN_TEXTS = ("information_how", "opt_out_exception", "milestones", "results_plan")
PLAIN = (
    *("matching", "hosting", "information", "starts_on", "ends_on", "retention_years", "access_months"),
    *("transfers_outside_eu", "automated_decision"),
)
#: Texts that are public only while another answer calls for them: text → (field that decides, its value).
TEXTS_IF: dict[str, tuple[str, Any]] = {
    "matching_method": ("matching", True),
    "hosting_name": ("hosting", "other"),
    "transfers_detail": ("transfers_outside_eu", True),
    "automated_decision_detail": ("automated_decision", True),
}
FACTS = ("procedure", "opinion", "basis", "authorised_on", "authorisation_number", "ended_on", "destroyed_on", "results_on")
#: Every datum of a fiche with what stands for “nothing is said”: one that is declared or taken over leaves out what it does not know.
SHAPE: Said = {
    **dict.fromkeys((*TERMS, *PLAIN, *FACTS, "filed_on", "opinion_on", "opened_on", "declared_on", "results_due_on")),
    **dict.fromkeys(
        ("controller", "body_in_charge", "sponsor", "laboratory", "controller_outside_eu", "professionals", "retention_months")
    ),
    **dict.fromkeys(("title", "acronym", "title_en", "lay_summary_en", *TEXTS, *SHOWN_TEXTS, *TEXTS_IF, "hosting", "information"), ""),
    **dict.fromkeys(("procedure", "opinion", "basis", "authorisation_number", "eu_representative", "rights", "dpo_mailbox"), ""),
    "professional_reasons": "",
    **dict.fromkeys(("method", "results"), ""),
    **{name: [] for name in ("objectives", "domains", "data_categories", "sources", "other_controllers", "other_bodies")},
    **{name: [] for name in ("publications", "answers", "amended_on", "generated", "generated_words")},
    "kind": "project",
    "rewritten": {},
    "identifiers": {},
    "suspended": False,
    "national_number": "",
}
#: What a generated datum of the dossier, or an imagined move, makes of the data of a fiche.
SHOWN_AS: dict[str, tuple[str, ...]] = {
    "submitted_at": ("filed_on",),
    "opinion_at": ("opinion_on",),
    "data_opened_on": ("opened_on",),
    "dpo_contact": ("dpo_mailbox",),
    "databases": ("sources",),
    "professional_identifier": ("professionals",),
    "submit": ("filed_on",),
    "record_opinion": ("opinion", "opinion_on"),
    "deem_favourable": ("opinion", "opinion_on"),
    "authorise": ("basis", "authorised_on", "authorisation_number"),
    "authorise.reference": ("authorisation_number",),
    "confirm_tacit_authorisation": ("basis", "authorised_on", "authorisation_number"),
    "verify_commitment": ("basis", "authorised_on", "authorisation_number"),
    "verify_commitment.reference": ("authorisation_number",),
    "start_without_extraction": ("opened_on",),
    "open_data": ("opened_on",),
    "end": ("ended_on",),
    "certify_destruction": ("destroyed_on",),
    "publish_results": ("results_on",),
}
#: What a search looks into beside title and summary.
SEARCHED = (
    *TEXTS[1:],
    *TERMS,
    *("title_en", "lay_summary_en", "controller", "body_in_charge", "other_controllers", "other_bodies", "sponsor", "laboratory"),
    "objectives",
    "domains",
    "data_categories",
    "sources",
    "authorisation_number",
    "results",
    "publications",
)


def whole(said: Mapping[str, Any]) -> Said:
    """What a fiche says, with every datum of the shape: those of which nothing is said are empty."""
    return SHAPE | dict(said)


def clean(text: str) -> str:
    """The text without control characters, trailing spaces and heaps of empty lines."""
    printable = "".join(c for c in text.replace("\r\n", "\n") if c in "\n\t" or unicodedata.category(c) != "Cc")
    lines = "\n".join(line.rstrip() for line in printable.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def fold(text: str) -> str:
    """The text without case nor accents, for sorting: PostgreSQL would sort “école” after “zèbre”."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"[^\w\s]", " ", "".join(c for c in decomposed if not unicodedata.combining(c))).split())


def is_role_mailbox(address: str) -> bool:
    """Does the address belong to a function (“dpo@…”)? One that names a person is not published."""
    local = re.sub(r"[^a-z]", "", fold(address.partition("@")[0]))
    return any(word in local for word in ROLE_WORDS)


def data_named(code: str) -> tuple[str, ...]:
    """The data of a fiche behind a code: “content.controller_id” is the controller, “authorise” three data at once."""
    name = code.rpartition("content.")[2].removesuffix("_id")
    return SHOWN_AS.get(name, (name,))


def said_by(dossier: Dossier) -> Said:
    """The public core of a dossier, as JSON: texts, labels in both languages, codes and ISO dates."""
    filed = _filed(dossier)
    said: Said = {"kind": "project", "title": clean(filed["title"]).replace("\n", " "), "acronym": clean(filed["acronym"])}
    said |= {name: clean(filed[name]) for name in (*TEXTS, *SHOWN_TEXTS)}
    said |= _terms(filed) | _sources(filed) | _bodies(filed)
    said |= {name: filed[name] for name in PLAIN}
    said |= {name: clean(filed[name]) if filed[decides] == value else "" for name, (decides, value) in TEXTS_IF.items()}
    said |= {name: getattr(dossier, name) for name in FACTS}
    said |= _days(dossier) | _amended(dossier) | _results(dossier, filed) | _answers(filed) | _beside(dossier)
    said["dpo_mailbox"] = filed["dpo_contact"] if is_role_mailbox(filed["dpo_contact"]) else ""
    generated = dossier.generated_data if dossier.is_demonstration else []
    said["generated"] = sorted({name for code in generated for name in data_named(code) if said.get(name) not in (None, "", [])})
    if "ended_on" in said["generated"]:
        said["results_due_on"] = None  # nobody is reproached with a delay that runs from an imagined day
    said["generated_words"] = dossier.generated if dossier.is_demonstration else []
    return dict(json.loads(json.dumps(said, cls=DjangoJSONEncoder)))


def _filed(dossier: Dossier) -> Mapping[str, Any]:
    version = dossier.versions.order_by("-number").first()
    return completed(version.snapshot) if version else dossier.content.snapshot()


def _frozen(term: Term) -> Said:
    return {"code": term.code, "fr": term.label_fr, "en": term.label_en}


def _terms(filed: Mapping[str, Any]) -> Said:
    """The choices, and the data categories that the sources bring beside those chosen by hand."""
    one = Term.objects.in_bulk([filed[f"{name}_id"] for name in TERMS if filed[f"{name}_id"]])
    said: Said = {name: _frozen(one[filed[f"{name}_id"]]) if filed[f"{name}_id"] else None for name in TERMS}
    for name, vocabulary in (("objectives", Vocabulary.OBJECTIVE), ("domains", Vocabulary.DOMAIN)):
        said[name] = [_frozen(term) for term in Term.objects.of(vocabulary).filter(code__in=filed[name])]
    databases, components = _asked(filed)
    brought = categories_of(databases, components).values("pk")
    by_hand = Term.objects.of(Vocabulary.DATA_CATEGORY).filter(code__in=filed["data_categories"]).values("pk")
    both = Term.objects.of(Vocabulary.DATA_CATEGORY)
    said["data_categories"] = [_frozen(term) for term in both.filter(pk__in=brought.union(by_hand))]
    return said


def _asked(filed: Mapping[str, Any]) -> tuple[list[Database], list[Component]]:
    """The databases asked for, and of their components those that are chosen, or all when none is."""
    wanted = {source["database"]: set(source["components"]) for source in filed["sources"]}
    databases = list(Database.objects.filter(slug__in=wanted))
    candidates = Component.objects.filter(database__in=databases).select_related("database")
    return databases, [one for one in candidates if one.code in wanted[one.database.slug] or not wanted[one.database.slug]]


def _sources(filed: Mapping[str, Any]) -> Said:
    databases, components = _asked(filed)
    by_slug = {database.slug: database for database in databases}
    sources = [
        {
            "slug": source["database"],
            "acronym": by_slug[source["database"]].acronym,
            "fr": by_slug[source["database"]].name_fr,
            "en": by_slug[source["database"]].name_en,
            "components": [
                {"fr": one.name_fr, "en": one.name_en}
                for one in components
                if one.code in source["components"] and one.database_id == by_slug[source["database"]].pk
            ],
            "years": source["years"],
            "identifiers": {code: clean(reasons) for code, reasons in source["identifiers"].items()},
            "professional_identifier": source["professional_identifier"],
            "professional_reasons": clean(source["professional_reasons"]) if source["professional_identifier"] else "",
        }
        for source in filed["sources"]
    ]
    answers = {source["professional_identifier"] for source in sources} - {None}
    return {"sources": sources, "professionals": any(answers) if answers else None}


def _bodies(filed: Mapping[str, Any]) -> Said:
    """Controller and body in charge: names and towns of organisations, never their representatives."""
    bodies = ("controller", "body_in_charge", "sponsor", "laboratory")
    found = Organisation.objects.in_bulk([filed[f"{name}_id"] for name in bodies if filed[f"{name}_id"]])
    shown = {pk: {"name": clean(one.name), "city": clean(one.city), "country": one.country} for pk, one in found.items()}
    said: Said = {name: shown.get(filed[f"{name}_id"]) for name in bodies}
    if filed["controller_is_in_charge"]:
        said["body_in_charge"] = None
    outside, represented = filed["controller_outside_eu"], clean(filed["eu_representative"])
    shows = outside and not names_a_person(represented)  # a representative is a body as a rule; a person is not named
    return said | {"controller_outside_eu": outside, "eu_representative": represented if shows else ""}


def _days(dossier: Dossier) -> Said:
    clock = clocks.of(dossier).filter(code="K-RES").last()
    return {
        "filed_on": dossier.submitted_at and paris_day(dossier.submitted_at),
        "opinion_on": dossier.opinion_at and paris_day(dossier.opinion_at),
        "opened_on": dossier.data_opened_on,
        "results_due_on": clock and clock.due_on,
    }


def _beside(dossier: Dossier) -> Said:
    """What the public reads beside the text of the dossier, told so that the log covers it: a suspension, the number given elsewhere."""
    told: Said = {"suspended": True} if dossier.suspensions.filter(lifted_at=None).exists() else {}
    number = Fiche.objects.filter(dossier=dossier).values_list("real_number", flat=True).first()
    return told | ({"national_number": number} if number else {})


def _amended(dossier: Dossier) -> Said:
    """The days since which what is authorised has changed; nothing while it stands as it was first authorised."""
    in_force = dossier.amendments.filter(applied_at__isnull=False, contested_at=None).order_by("applied_version")
    days = [paris_day(at) for at in in_force.values_list("applied_at", flat=True) if at]
    return {"amended_on": days} if days else {}


def _results(dossier: Dossier, filed: Mapping[str, Any]) -> Said:
    """The results as the dossier holds them now, apart from the filed version; its method comes with them (CSP, art. L1461-3)."""
    if dossier.results_on is None:
        return {"method": "", "results": "", "publications": []}
    content = Content.objects.only("results", "publications").get(pk=dossier.pk)
    publications = [publication(one) for one in content.publications]
    return {"method": clean(filed["method"]), "results": clean(content.results), "publications": publications}


def _answers(filed: Mapping[str, Any]) -> Said:
    """The answers that the secretariat's questions make public, if there are any; the questions are those of the version filed."""
    version = Version.objects.filter(pk=filed["questionnaire_id"]).first() if filed.get("questionnaire_id") else None
    public = public_answers(version.definition, filed.get("answers") or {}) if version else []
    told = [{name: clean(text) if name.startswith("value") else text for name, text in one.items()} for one in public]
    return {"answers": told} if told else {}


def publication(one: Any) -> Said:
    """A publication with what a reader needs; an address that is not of the web is left out."""
    given = one if isinstance(one, dict) else {"title": str(one)}
    url = str(given.get("url") or "")
    doi = doi_in(str(given.get("doi") or "")) or doi_in(url)
    address = f"https://doi.org/{doi}" if doi else url
    return {
        "title": clean(str(given.get("title") or given.get("ref") or "")),
        "reference": clean(str(given.get("reference") or given.get("journal") or given.get("venue") or "")),
        "year": given.get("year"),
        "doi": doi,
        "url": address if re.match(r"https?://", address) else "",
    }


def doi_in(text: str) -> str:
    """The DOI that a text is, or that the address of its resolver holds; empty for anything else."""
    found = re.fullmatch(r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{1,9}/[^\s\"<>]+)", text.strip(), re.IGNORECASE)
    return found[1] if found else ""


def columns_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """The columns by which a fiche is found, filtered and sorted; `said` may leave out what it does not know.

    A fiche keeps the national number that it has: versions of before the log covered it do not say it.
    """
    told = whole(said)
    words = ("title", "acronym", "lay_summary")
    days = ("authorised_on", "starts_on", "ends_on", "opened_on", "ended_on", "results_on", "results_due_on")
    return {
        "said": said,
        **{name: told[name] for name in (*words, *days)},
        "body": "\n".join(_texts(told[name] for name in (*SEARCHED, *({"answers"} & said.keys())))),
        "sort_key": fold(f"{told['acronym']} {told['title']}"),
        "controller_name": (told["controller"] or {"name": ""})["name"],
        "controller_type": (told["controller_type"] or {"code": ""})["code"],
        **{name: [one["code"] for one in told[name]] for name in ("objectives", "domains", "data_categories")},
        "databases": [source["slug"] for source in told["sources"] if source.get("slug")],
        "matching": bool(told["matching"]),
        "procedure": told["procedure"] or "",
        "opinion": told["opinion"] or "",
        "suspended": told["suspended"],
        **({"real_number": told["national_number"]} if told["national_number"] else {}),
    }


def _texts(values: Iterable[Any]) -> Iterable[str]:
    """Every text, the labels in both languages included, codes and addresses excepted."""
    for value in values:
        if isinstance(value, str):
            if value:
                yield value
        elif isinstance(value, Mapping):
            yield from _texts(inner for name, inner in value.items() if name not in {"code", "slug", "url", "doi", "country"})
        elif isinstance(value, list):
            yield from _texts(value)
