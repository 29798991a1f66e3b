"""The form of a dossier, section by section: which fields, which rules of filing, and so what is still missing where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app import content_rules as rules
from requests_app.rule import Rule, broken


@dataclass(frozen=True)
class Section:
    """One page of the form: one idea, its fields in their order, and the rules that they must satisfy before filing."""

    code: str
    title: Any
    help: Any
    fields: tuple[str, ...]
    rules: tuple[Rule, ...]


SECTIONS: tuple[Section, ...] = (
    Section(
        "identity",
        _("Who carries the project"),
        _("The organisation that answers for the project before the law, the one that carries it out, and whom to write to."),
        (
            "controller",
            "controller_type",
            "controller_representative",
            "controller_outside_eu",
            "eu_representative",
            "controller_is_in_charge",
            "body_in_charge",
            "study_lead",
            "study_lead_profile",
            "laboratory",
            "laboratory_commitment",
            "purposes_impossible",
            "sponsor",
            "dpo_contact",
            "funding",
        ),
        (
            rules.has_controller,
            rules.has_controller_type,
            rules.names_eu_representative,
            rules.has_body_in_charge,
            rules.names_study_lead,
            rules.goes_through_laboratory,
            rules.has_dpo_contact,
        ),
    ),
    Section(
        "project",
        _("The project"),
        _("What the project is about, in words that anybody understands: the title and the summary are published once it is authorised."),
        ("title", "acronym", "lay_summary", "objectives", "domains", "aims", "method", "earlier_opinions", "ethics"),
        (rules.has_title, rules.has_public_summary, rules.has_objectives, rules.has_domains, rules.has_aims, rules.has_method),
    ),
    Section(
        "purpose",
        _("Purpose and public interest"),
        _("The law opens health data for six purposes only, in the public interest, and forbids two."),
        ("purpose", "public_interest", "expected_benefits", "forbidden_purposes_excluded", "single_decision_reasons"),
        (
            rules.names_one_purpose,
            rules.argues_public_interest,
            rules.has_expected_benefits,
            rules.excludes_forbidden_purposes,
            rules.justifies_single_decision,
        ),
    ),
    Section(
        "population",
        _("Persons concerned"),
        _("Whose data the project needs, how many persons, and how they are found."),
        ("population", "population_size", "inclusion_from", "inclusion_to", "targeting"),
        (rules.has_population, rules.has_targeting),
    ),
    Section(
        "sources",
        _("Data asked for"),
        _("From which databases, for which years, which variables, and why these: no more than the project needs."),
        ("other_sources", "data_categories", "matching", "matching_kind", "matching_method", "data_form", "data_form_reasons"),
        (
            rules.has_sources,
            rules.justifies_identifiers,
            rules.answers_about_professionals,
            rules.justifies_professional_identifier,
            rules.says_about_matching,
            rules.explains_matching,
            rules.has_data_form,
        ),
    ),
    Section(
        "protection",
        _("Hosting and security"),
        _("Where the data are analysed, what protects them, and who receives them."),
        (
            "hosting",
            "hosting_name",
            "hosting_in_eu",
            "security",
            "tools",
            "recipients",
            "transfers_outside_eu",
            "transfers_detail",
        ),
        (rules.has_hosting, rules.names_hosting, rules.names_recipients, rules.details_transfers),
    ),
    Section(
        "persons",
        _("Rights of the persons"),
        _("How the persons learn that their data are used, how they can object, and whether a machine decides about them."),
        ("information", "information_how", "opt_out_exception", "automated_decision", "automated_decision_detail"),
        (rules.says_how_persons_are_informed, rules.describes_information, rules.details_automated_decision),
    ),
    Section(
        "people",
        _("Persons with access"),
        _("Only persons whom the controller names and entitles may work on the data."),
        ("people",),
        (rules.names_people,),
    ),
    Section(
        "calendar",
        _("Calendar and legal framework"),
        _("How long the project lasts, how long the data are kept, how the results are published, and on which law it rests."),
        (
            "starts_on",
            "ends_on",
            "access_months",
            "retention_years",
            "milestones",
            "results_plan",
            "legal_basis_6",
            "legal_basis_9",
        ),
        (rules.has_calendar, rules.has_access_duration, rules.has_retention, rules.has_results_plan, rules.has_legal_bases),
    ),
)
BY_CODE: dict[str, Section] = {section.code: section for section in SECTIONS}

#: Where a person lands to mend a rule, when it is not the element that carries the field's own id.
LANDINGS = {
    "controller": "controller_search",
    "body_in_charge": "body_in_charge_search",
    "laboratory": "laboratory_search",
    "sources": "add_source",
    "purpose": "purpose_0",
    "objectives": "objectives_0",
    "domains": "domains_0",
    "matching": "matching_0",
    "data_form": "data_form_0",
    "hosting": "hosting_0",
    "information": "information_0",
    "people": "person-0-name",
}


@dataclass(frozen=True)
class Missing:
    """One thing that the dossier does not say yet: why it is needed, and where to write it."""

    sentence: Any
    law: str
    section: str
    anchor: str


@dataclass(frozen=True)
class Progress:
    """How far a section is."""

    section: Section
    total: int
    missing: list[Missing] = field(default_factory=list)

    @property
    def settled(self) -> int:
        """How many of them are there."""
        return self.total - len(self.missing)

    @property
    def is_complete(self) -> bool:
        """Nothing is missing here."""
        return not self.missing


def missing_in(dossier: Any, section: Section) -> list[Missing]:
    """What the section does not say yet, in the order of its fields."""
    return [Missing(one.sentence, one.law, section.code, anchor_of(one.where)) for one in broken(dossier, *section.rules)]


def anchor_of(where: str) -> str:
    """The id of the element in which a rule can be mended."""
    return f"id_{LANDINGS.get(where, where)}"


def progress_of(dossier: Any) -> list[Progress]:
    """How far each section is, in the order of the form."""
    return [Progress(section, points_of(dossier, section), missing_in(dossier, section)) for section in SECTIONS]


def points_of(dossier: Any, section: Section) -> int:
    """How many points are required of this dossier here: those that concern it."""
    return sum(1 for one in section.rules if one.applies(dossier))


@dataclass(frozen=True)
class Completeness:
    """How far the whole content is."""

    settled: int
    total: int

    @property
    def is_full(self) -> bool:
        """The dossier can be filed."""
        return self.settled == self.total


def completeness_of(dossier: Any) -> Completeness:
    """How many of the required points the content settles."""
    progress = progress_of(dossier)
    return Completeness(sum(one.settled for one in progress), sum(one.total for one in progress))


def neighbours(section: Section) -> tuple[Section | None, Section | None]:
    """The sections before and after this one."""
    place = SECTIONS.index(section)
    after = SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None
    return (SECTIONS[place - 1] if place else None), after
