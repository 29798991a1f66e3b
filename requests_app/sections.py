"""The form of a dossier, section by section: which fields, which rules of filing, and so what is still missing where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app import rules
from requests_app.rules import Rule


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
            "controller_is_in_charge",
            "body_in_charge",
            "dpo_contact",
            "funding",
        ),
        (rules.has_controller, rules.has_controller_type, rules.has_body_in_charge, rules.has_dpo_contact),
    ),
    Section(
        "project",
        _("The project"),
        _("What the project is about, in words that anybody understands: the title and the summary are published once it is authorised."),
        ("title", "acronym", "lay_summary", "objectives", "domains"),
        (rules.has_title, rules.has_public_summary, rules.has_objectives, rules.has_domains),
    ),
    Section(
        "purpose",
        _("Purpose and public interest"),
        _("The law opens health data for six purposes only, in the public interest, and forbids two."),
        ("purpose", "public_interest", "expected_benefits", "forbidden_purposes_excluded"),
        (rules.names_one_purpose, rules.argues_public_interest, rules.has_expected_benefits, rules.excludes_forbidden_purposes),
    ),
    Section(
        "sources",
        _("Data asked for"),
        _("Whose data, from which databases, for which years, and why these: no more than the project needs."),
        ("population", "other_sources", "data_categories", "matching", "matching_kind"),
        (rules.has_population, rules.has_sources, rules.says_about_matching),
    ),
    Section(
        "calendar",
        _("Calendar and legal framework"),
        _("How long the project lasts, how long the data are kept, and on which provisions of the GDPR it rests."),
        (
            "starts_on",
            "ends_on",
            "retention_years",
            "legal_basis_6",
            "legal_basis_9",
            "transfers_outside_eu",
            "automated_decision",
        ),
        (rules.has_calendar, rules.has_retention, rules.has_legal_bases),
    ),
)
BY_CODE: dict[str, Section] = {section.code: section for section in SECTIONS}

#: Where a person lands to mend a rule, when it is not the element that carries the field's own id.
LANDINGS = {
    "controller": "controller_search",
    "body_in_charge": "body_in_charge_search",
    "sources": "add_source",
    "purpose": "purpose_0",
    "objectives": "objectives_0",
    "domains": "domains_0",
    "matching": "matching_0",
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
    missing: list[Missing] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many points are required."""
        return len(self.section.rules)

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
    return [Missing(one.sentence, one.law, section.code, anchor_of(one.where)) for one in rules.broken(dossier, *section.rules)]


def anchor_of(where: str) -> str:
    """The id of the element in which a rule can be mended."""
    return f"id_{LANDINGS.get(where, where)}"


def progress_of(dossier: Any) -> list[Progress]:
    """How far each section is, in the order of the form."""
    return [Progress(section, missing_in(dossier, section)) for section in SECTIONS]


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


#: What the local part of a role mailbox usually holds.
ROLE_WORDS = ("dpo", "dpd", "rgpd", "gdpr", "privacy", "donnees", "data", "protection", "cil", "contact")


def advice_on(dossier: Any, section: Section) -> Iterator[Any]:
    """What does not stop the filing but is worth a second look."""
    mailbox = dossier.content.dpo_contact.partition("@")[0].lower()
    if section.code == "identity" and mailbox and not any(word in mailbox for word in ROLE_WORDS):
        yield _(
            "The data protection officer's address looks like that of a person. It is shown to the public: prefer a mailbox of the "
            "function, which also stays when people leave."
        )
