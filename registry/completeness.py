"""How complete a fiche is: the data that its kind and its answers call for, those that are given, and the names of those that are not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.frameworks import Elsewhere, FicheKind
from registry.labels import LABELS
from registry.lint.rule import day_of
from registry.mending import is_placeholder
from registry.public_core import Said, whole

Asked = Callable[[Said, date], bool]


def always(said: Said, on: date) -> bool:
    """Of every fiche."""
    return True


def project(said: Said, on: date) -> bool:
    """Of a project, and not of a warehouse or of a permanent access."""
    return bool(said["kind"] == FicheKind.PROJECT)


def matched(said: Said, on: date) -> bool:
    """Sources are matched."""
    return bool(said["matching"])


def ended(said: Said, on: date) -> bool:
    """The project has ended, or should have."""
    ends = day_of(said["ended_on"]) or day_of(said["ends_on"])
    return project(said, on) and ends is not None and ends <= on


def due(said: Said, on: date) -> bool:
    """Results are out, or were due."""
    due = day_of(said["results_due_on"])
    return bool(said["results_on"]) or (due is not None and due < on)


def numbered(said: Said, on: date) -> bool:
    """What the project rests on has a number: a decision of the CNIL, or a commitment filed there."""
    return said["procedure"] not in ("", Elsewhere.SIMPLIFIED.value, Elsewhere.PERMANENT_ACCESS.value) and said["basis"] != "tacit"


def outside(said: Said, on: date) -> bool:
    """The controller is established outside the European Union."""
    return bool(said["controller_outside_eu"])


#: What is asked of a fiche, and when.
ASKED: dict[str, Asked] = {
    **dict.fromkeys(("title", "lay_summary", "controller", "controller_type", "objectives", "expected_benefits", "population"), always),
    **dict.fromkeys(("purpose", "domains", "public_interest", "ends_on", "results_plan"), project),
    **dict.fromkeys(("sources", "data_categories", "matching", "professionals", "hosting", "starts_on", "retention_years"), always),
    **dict.fromkeys(("matching_kind", "matching_method"), matched),
    **dict.fromkeys(("procedure", "legal_basis_6", "legal_basis_9", "transfers_outside_eu", "automated_decision", "dpo_mailbox"), always),
    "authorisation_number": numbered,
    "eu_representative": outside,
    "rights": always,
    "ended_on": ended,
    "results": due,
}
#: Either of these answers a question that has two fields.
ALSO: dict[str, tuple[str, ...]] = {
    "sources": ("sources", "other_sources"),
    "retention_years": ("retention_years", "retention_months"),
    "rights": ("rights", "information", "information_how"),
}


@dataclass(frozen=True)
class Completeness:
    """How many of the data that were asked for are given, and which are not."""

    given: int
    asked: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> int:
        """From 0 to 100, rounded down: only a complete fiche has 100."""
        return self.given * 100 // self.asked

    @property
    def missing_words(self) -> list[str]:
        """What is missing, in the reader's language."""
        return [str(LABELS[name]) for name in self.missing]


def completeness(said: Mapping[str, Any], on: date) -> Completeness:
    """How complete a fiche is on a day: results are asked for once they are due, an end once it has come."""
    told = whole(said)
    asked = [name for name, concerns in ASKED.items() if concerns(told, on)]
    missing = tuple(name for name in asked if not any(_is_given(told[one]) for one in ALSO.get(name, (name,))))
    return Completeness(len(asked) - len(missing), len(asked), missing)


def _is_given(value: Any) -> bool:
    """“No” and zero are answers; “non renseigné” is none."""
    return not is_placeholder(value) if isinstance(value, str) else value not in (None, [], {})
