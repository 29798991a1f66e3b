"""How the fields of the form are gathered into items of the check: what one judges together stands together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.concerns import concerns
from requests_app.sections import SECTIONS
from requests_app.states import Procedure


def always(_content: Any, _procedure: str) -> bool:
    """The item is looked at in every dossier."""
    return True


def needs_a_laboratory(content: Any, _procedure: str) -> bool:
    """The controller is of a kind that goes through a laboratory."""
    return concerns(content, "laboratory")


def asks_for_one_decision(_content: Any, procedure: str) -> bool:
    """The procedure is the one decision for several processings."""
    return procedure == Procedure.DU


def says_something_more(content: Any, _procedure: str) -> bool:
    """Earlier opinions or ethical aspects are told."""
    return bool(content.earlier_opinions or content.ethics)


@dataclass(frozen=True)
class Group:
    """Fields that are judged together."""

    name: str
    label: Any
    fields: tuple[str, ...]
    concerns: Callable[[Any, str], bool] = always

    @property
    def code(self) -> str:
        """The code of the item."""
        return f"field:{self.name}"

    @property
    def section(self) -> str:
        """The section of the form that holds the group, by its first field there."""
        return next((one.code for name in self.fields for one in SECTIONS if name in one.fields), SECTIONS[0].code)


GROUPS: tuple[Group, ...] = (
    Group(
        "controller",
        _("Controller"),
        ("controller", "controller_type", "controller_representative", "controller_outside_eu", "eu_representative"),
    ),
    Group("in_charge", _("Body and person in charge"), ("controller_is_in_charge", "body_in_charge", "study_lead", "study_lead_profile")),
    Group("sponsor", _("Sponsor and funding"), ("sponsor", "funding")),
    Group(
        "laboratory",
        _("Laboratory or study firm"),
        ("laboratory", "laboratory_commitment", "purposes_impossible"),
        needs_a_laboratory,
    ),
    Group("dpo", _("Data protection officer"), ("dpo_contact",)),
    Group("title", _("Title"), ("title", "acronym")),
    Group("summary", _("Summary for everyone"), ("lay_summary",)),
    Group("themes", _("Objectives and domains"), ("objectives", "domains")),
    Group("science", _("Questions asked and method"), ("aims", "method")),
    Group("earlier", _("Earlier opinions and ethics"), ("earlier_opinions", "ethics"), says_something_more),
    Group("purpose", _("Purpose and public interest"), ("purpose", "public_interest", "forbidden_purposes_excluded")),
    Group("benefits", _("Expected benefits"), ("expected_benefits",)),
    Group("single", _("Why one decision"), ("single_decision_reasons",), asks_for_one_decision),
    Group("population", _("Population"), ("population", "population_size", "inclusion_from", "inclusion_to", "targeting")),
    Group("other_data", _("Other sources and categories"), ("other_sources", "data_categories")),
    Group("matching", _("Matching"), ("matching", "matching_kind", "matching_method")),
    Group("form", _("Form of the data"), ("data_form", "data_form_reasons")),
    Group("hosting", _("Hosting and security"), ("hosting", "hosting_name", "hosting_in_eu", "security", "tools")),
    Group("recipients", _("Recipients and transfers"), ("recipients", "transfers_outside_eu", "transfers_detail")),
    Group("information", _("Information of the persons"), ("information", "information_how", "opt_out_exception")),
    Group("automated", _("Automated decisions"), ("automated_decision", "automated_decision_detail")),
    Group("people", _("Persons with access"), ("people",)),
    Group("calendar", _("Calendar"), ("starts_on", "ends_on", "access_months", "milestones")),
    Group("retention", _("Retention"), ("retention_years",)),
    Group("legal", _("Legal bases"), ("legal_basis_6", "legal_basis_9")),
    Group("results", _("Publication of the results"), ("results_plan",)),
)
BY_CODE: dict[str, Group] = {group.code: group for group in GROUPS}
GROUP_OF: dict[str, str] = {name: group.code for group in GROUPS for name in group.fields}
