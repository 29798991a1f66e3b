"""The dossier as a data access application of the European Health Data Space: Regulation (EU) 2025/327, article 67(2), letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.choices import DataForm
from requests_app.models import Dossier
from requests_app.presentation import label_of, words_of
from requests_app.sections import SECTIONS

REGULATION = "(EU) 2025/327"


@dataclass(frozen=True)
class Item:
    """One lettered item: what the article asks for, and the fields of the dossier that say it."""

    letter: str
    title: Any
    fields: tuple[str, ...]
    #: Fields of this item that must say something for it to be whole; the others complete it.
    needed: tuple[str, ...]
    concerns: Callable[[Any], bool] = lambda content: True


def _is_pseudonymised(content: Any) -> bool:
    return bool(content.data_form != DataForm.ANONYMISED)


ITEMS: tuple[Item, ...] = (
    Item(
        "a",
        _("Identity and functions of the applicant, and the natural persons who would have access"),
        ("controller", "controller_representative", "body_in_charge", "study_lead", "study_lead_profile", "people"),
        ("controller", "study_lead", "people"),
    ),
    Item("b", _("Purpose for which access is sought"), ("purpose", "aims"), ("purpose",)),
    Item(
        "c",
        _("Intended use of the data, and its benefit"),
        ("lay_summary", "method", "public_interest", "expected_benefits"),
        ("method", "expected_benefits"),
    ),
    Item(
        "d",
        _("Data asked for: scope, time range, format, sources and geography"),
        ("sources", "other_sources", "population", "inclusion_from", "inclusion_to", "targeting"),
        ("sources", "population", "inclusion_from", "inclusion_to"),
    ),
    Item(
        "e",
        _("Pseudonymised or anonymised form, with its justification"),
        ("data_form", "data_form_reasons"),
        ("data_form", "data_form_reasons"),
    ),
    Item("f", _("Datasets that the applicant brings in"), ("other_sources", "matching", "matching_kind", "matching_method"), ("matching",)),
    Item(
        "g",
        _("Safeguards against misuse and re-identification"),
        ("security", "recipients", "transfers_outside_eu", "transfers_detail"),
        ("security", "recipients"),
    ),
    Item(
        "h",
        _("Period during which the data are needed"),
        ("starts_on", "ends_on", "access_months", "retention_years"),
        ("access_months", "ends_on"),
    ),
    Item("i", _("Tools and computing resources"), ("hosting", "hosting_name", "tools"), ("hosting", "tools")),
    Item("j", _("Ethical aspects, where national law asks for them"), ("ethics", "earlier_opinions"), ("ethics",)),
    Item("k", _("Exception to the right to opt out, where it is relied on"), ("opt_out_exception",), ()),
    Item(
        "67(4)",
        _("For pseudonymised data: the legal basis under the GDPR"),
        ("legal_basis_6", "legal_basis_9"),
        ("legal_basis_6", "legal_basis_9"),
        _is_pseudonymised,
    ),
)


@dataclass(frozen=True)
class Said:
    """One item as the dossier answers it: the values in words, and the fields that say nothing yet."""

    item: Item
    values: list[tuple[str, str]]
    missing: list[tuple[str, str]]
    applies: bool

    @property
    def is_whole(self) -> bool:
        """Is nothing missing for it?"""
        return not self.applies or not self.missing


def application_of(dossier: Dossier) -> list[Said]:
    """What the dossier says for each item of the article; needs `for_page`."""
    return [_said(item, dossier.content) for item in ITEMS]


def _said(item: Item, content: Any) -> Said:
    words = {name: _value(content, name) for name in item.fields}
    missing = [(_label(name), _section_of(name)) for name in item.needed if not words[name]]
    return Said(item, [(_label(name), value) for name, value in words.items() if value], missing, item.concerns(content))


def as_json(dossier: Dossier) -> dict[str, Any]:
    """The application with each lettered item: its title, its values by field, what is missing."""
    said = application_of(dossier)
    return {
        "regulation": REGULATION,
        "article": "67(2)",
        "reference": dossier.reference,
        "items": {
            one.item.letter: {
                "title": str(one.item.title),
                "applies": one.applies,
                "values": dict(one.values),
                "missing": [label for label, _section in one.missing],
            }
            for one in said
        },
    }


def _label(name: str) -> str:
    return str(_("Databases")) if name == "sources" else label_of(name)


def _section_of(name: str) -> str:
    return "sources" if name == "sources" else next((one.code for one in SECTIONS if name in one.fields), "")


def _value(content: Any, name: str) -> str:
    if name == "sources":
        return "\n".join(str(source.database) for source in content.sources_used())
    several = content._meta.get_field(name).many_to_many
    return words_of(name, content.chosen(name) if several else getattr(content, name))
