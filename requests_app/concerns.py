"""Which fields concern a project, given what it says elsewhere: the one place that the form, the rules and the pages ask.

A value that no longer concerns the project is kept, but nobody looks at it.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.choices import NEEDS_A_LABORATORY, DataForm, Hosting
from requests_app.states import Procedure


@dataclass(frozen=True)
class Concern:
    """The field that decides, the values with which another field is of interest, and the same in words for a page without script."""

    field: str
    values: frozenset[Hashable]
    words: Any

    def holds(self, content: Any) -> bool:
        """Does the content say one of these values?"""
        return _said(content, self.field) in self.values


def _when(field: str, *values: Hashable, words: Any) -> Concern:
    return Concern(field, frozenset(values), words)


_BY_COMPANY = _when("controller_type", *NEEDS_A_LABORATORY, words=_("If the controller makes health products or insures people."))
_MATCHED = _when("matching", True, words=_("If sources are matched."))
_HOSTED_ELSEWHERE = _when("hosting", Hosting.OTHER.value, words=_("If the data are analysed on another system."))

CONCERNS: dict[str, Concern] = {
    "body_in_charge": _when("controller_is_in_charge", False, words=_("If it is not the controller.")),
    "laboratory": _BY_COMPANY,
    "laboratory_commitment": _BY_COMPANY,
    "purposes_impossible": _BY_COMPANY,
    "eu_representative": _when("controller_outside_eu", True, words=_("If the controller is established outside the European Union.")),
    "single_decision_reasons": _when("procedure", Procedure.DU.value, words=_("For a single decision.")),
    "matching_kind": _MATCHED,
    "matching_method": _MATCHED,
    "data_form_reasons": _when("data_form", DataForm.PSEUDONYMISED.value, words=_("If the data are pseudonymised.")),
    "hosting_name": _HOSTED_ELSEWHERE,
    "hosting_in_eu": _HOSTED_ELSEWHERE,
    "transfers_detail": _when("transfers_outside_eu", True, words=_("If data leave the European Union.")),
    "automated_decision_detail": _when("automated_decision", True, words=_("If decisions are taken by automated means.")),
}


def concerns(content: Any, name: str) -> bool:
    """Is the field of interest, given what the others say?"""
    return name not in CONCERNS or CONCERNS[name].holds(content)


def _said(content: Any, name: str) -> Any:
    """A value as it compares: a term by its code, the procedure from the dossier."""
    if name == "procedure":
        return content.dossier.procedure
    value = getattr(content, name)
    return getattr(value, "code", value)
