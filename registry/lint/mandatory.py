"""The mandatory core of a fiche, and the justifications that an answer calls for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from registry.frameworks import FicheKind
from registry.lint.rule import NOTHING, Found, Severity, rule
from registry.mending import is_placeholder
from registry.public_core import Said, is_role_mailbox
from requests_app.choices import PotentialIdentifier

#: Without these a fiche does not tell what the law wants the public to know.
CORE = ("title", "lay_summary", "controller", "controller_type", "objectives", "procedure", "starts_on", "legal_basis_6", "legal_basis_9")
TEXTS = (
    *("title", "lay_summary", "public_interest", "expected_benefits", "population", "other_sources", "matching_method", "rights"),
    *("information_how", "transfers_detail", "automated_decision_detail", "milestones", "results_plan", "results", "method"),
)


@rule("core_missing", Severity.ERROR, _("This is part of what every fiche must say, and nothing is said."))
def core_missing(said: Said, on: date) -> Iterator[Found]:
    """A datum of the mandatory core is empty."""
    yield from ((name, NOTHING) for name in CORE if not said[name])
    if not said["sources"] and not said["other_sources"]:
        yield "sources", NOTHING


@rule("placeholder", Severity.ERROR, _("“%(words)s” says nothing: leave the field empty, or write what is known."))
def placeholder(said: Said, on: date) -> Iterator[Found]:
    """“Non renseigné”, “néant”: a field that was filled so as not to be empty."""
    yield from ((name, {"words": said[name].strip()}) for name in TEXTS if said[name] and is_placeholder(said[name]))


@rule("dpo_missing", Severity.WARNING, _("The public finds no mailbox of a data protection officer to write to."))
def dpo_missing(said: Said, on: date) -> Iterator[Found]:
    """Nobody can be written to about one's rights."""
    if not said["dpo_mailbox"]:
        yield "dpo_mailbox", NOTHING


@rule("dpo_is_a_person", Severity.ERROR, _("This mailbox seems to name a person: give that of the function, such as dpo@…"))
def dpo_is_a_person(said: Said, on: date) -> Iterator[Found]:
    """The mailbox of the data protection officer names somebody."""
    if said["dpo_mailbox"] and not is_role_mailbox(said["dpo_mailbox"]):
        yield "dpo_mailbox", NOTHING


@rule("domains_missing", Severity.WARNING, _("No medical domain is named: the fiche is not found by those who look for one."))
def domains_missing(said: Said, on: date) -> Iterator[Found]:
    """A project without any domain."""
    if said["kind"] == FicheKind.PROJECT and not said["domains"]:
        yield "domains", NOTHING


@rule("categories_missing", Severity.WARNING, _("No category of data is named."))
def categories_missing(said: Said, on: date) -> Iterator[Found]:
    """The reader does not learn which kinds of data are used."""
    if not said["data_categories"]:
        yield "data_categories", NOTHING


@rule("matching_unsaid", Severity.WARNING, _("Several sources are used, and nothing says whether they are matched."))
def matching_unsaid(said: Said, on: date) -> Iterator[Found]:
    """Two sources or more, without a word about matching."""
    if said["matching"] is None and len(said["sources"]) + bool(said["other_sources"]) > 1:
        yield "matching", NOTHING


@rule("matching_unexplained", Severity.WARNING, _("The sources are matched: say by which kind of matching, and how."))
def matching_unexplained(said: Said, on: date) -> Iterator[Found]:
    """Matched sources, and nothing on how."""
    if said["matching"] and not said["matching_kind"]:
        yield "matching_kind", NOTHING
    if said["matching"] and not said["matching_method"]:
        yield "matching_method", NOTHING


@rule("identifier_unjustified", Severity.WARNING, _("A sensitive variable is used without a word on why: %(variable)s."))
def identifier_unjustified(said: Said, on: date) -> Iterator[Found]:
    """A sensitive variable without its justification, told of the project or of one source."""
    told = [*said["identifiers"].items(), *(pair for source in said["sources"] for pair in source.get("identifiers", {}).items())]
    for code in dict.fromkeys(code for code, reasons in told if not reasons.strip()):
        yield "identifiers", {"variable": PotentialIdentifier(code).label if code in PotentialIdentifier.values else code}


@rule("professional_unjustified", Severity.WARNING, _("The identifier of the professionals is used without a word on why."))
def professional_unjustified(said: Said, on: date) -> Iterator[Found]:
    """The number of the professionals without its justification."""
    asking = [source for source in said["sources"] if source.get("professional_identifier")]
    silent = [source for source in asking if not source.get("professional_reasons", "").strip()]
    if said["professionals"] and not said["professional_reasons"].strip() and (silent or not asking):
        yield "professionals", NOTHING


@rule("publication_without_address", Severity.ADVICE, _("A publication has neither a DOI nor an address: “%(title)s”."))
def publication_without_address(said: Said, on: date) -> Iterator[Found]:
    """A publication that nobody can open."""
    for one in said["publications"]:
        if not one.get("url"):
            yield "publications", {"title": one.get("title", "")}


@rule("english_in_part", Severity.ADVICE, _("Title and summary in English go together: one of them is missing."))
def english_in_part(said: Said, on: date) -> Iterator[Found]:
    """One of title and summary is in English, and not the other."""
    if bool(said["title_en"]) != bool(said["lay_summary_en"]):
        yield "lay_summary_en" if said["title_en"] else "title_en", NOTHING
