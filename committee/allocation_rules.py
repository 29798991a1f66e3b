"""Whether somebody may be given a dossier to report on: one function, one sentence, one article; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from committee.reference import Rules
from committee.rules import RULES_OF_PROCEDURE
from workflow.periods import paris_day
from workflow.refusals import Broken


@dataclass(frozen=True)
class Candidate:
    """What is known of somebody as a possible rapporteur on one dossier, on one day."""

    member: Any
    #: In mandate that day, or on the list of external experts.
    may_report: bool
    #: An account with the role that goes with it: without it, nothing could be read.
    has_access: bool
    declared_on: date | None
    #: Has the year of that declaration passed, or is there none?
    is_stale: bool
    #: How many dossiers were allocated to them in the calendar month.
    load: int
    withdrew: bool = False
    in_doubt: bool = False
    reports_already: bool = False
    #: Why they may not report on this dossier, in sentences.
    conflicts: tuple[Any, ...] = ()
    domains: tuple[str, ...] = field(default=())
    keywords: tuple[str, ...] = field(default=())

    @property
    def fit(self) -> int:
        """How well the expertise meets the dossier: a medical domain weighs as much as three keywords."""
        return 3 * len(self.domains) + len(self.keywords)


def days_left(due_at: datetime, at: datetime) -> int:
    """How many days a rapporteur has, from one day in Paris to the other."""
    return (paris_day(due_at) - paris_day(at)).days


def is_short(due_at: datetime, at: datetime, figures: Rules) -> bool:
    """Would less than the usual time be left to report? The rules ask for it as far as possible: a warning, never a refusal."""
    return days_left(due_at, at) < figures.days_to_report


def due_before(starts_at: datetime, figures: Rules) -> datetime:
    """When a report is due for a session: so many hours before it begins."""
    return starts_at - timedelta(hours=figures.report_hours_before)


Check = Callable[[Candidate, Rules], Any]


def _not_reporting(one: Candidate, figures: Rules) -> Any:
    return None if one.may_report else _("No mandate runs today, or they left the list of external experts.")


def _no_access(one: Candidate, figures: Rules) -> Any:
    return None if one.has_access else _("Their account does not hold the role of the committee: they could not open the dossier.")


def _withdrew(one: Candidate, figures: Rules) -> Any:
    return _("Withdrew from this dossier.") if one.withdrew else None


def _in_doubt(one: Candidate, figures: Rules) -> Any:
    return _("Declared a link on which you have not decided yet.") if one.in_doubt else None


def _stale(one: Candidate, figures: Rules) -> Any:
    if one.declared_on is None:
        return _("No public declaration of interests is recorded.")
    return _("The public declaration of interests is more than a year old.") if one.is_stale else None


def _full(one: Candidate, figures: Rules) -> Any:
    if one.load < figures.dossiers_a_month:
        return None
    return _("Has %(load)s dossiers this month: the most is %(most)s.") % {"load": one.load, "most": figures.dossiers_a_month}


CHECKS: tuple[Check, ...] = (_not_reporting, _no_access, _withdrew, _in_doubt, _stale, _full)


def obstacles(one: Candidate, figures: Rules) -> list[Any]:
    """Every reason why this person may not be given the dossier, in sentences; none when they may."""
    found = [sentence for check in CHECKS if (sentence := check(one, figures)) is not None]
    return [*one.conflicts, *found]


def broken_for(one: Candidate, figures: Rules) -> list[Broken]:
    """The same as broken rules, each with the person's name."""
    return [
        Broken(_("%(person)s: %(reason)s") % {"person": one.member, "reason": reason}, RULES_OF_PROCEDURE, "members")
        for reason in obstacles(one, figures)
    ]


def broken_by_number(count: int, because: str, figures: Rules) -> list[Broken]:
    """Two rapporteurs, or one with a reason; never none, never more."""
    if count == 0:
        return [Broken(_("Choose who reports on the dossier."), RULES_OF_PROCEDURE, "members")]
    if count > figures.rapporteurs:
        sentence = _("At most %(most)s rapporteurs report on a dossier.") % {"most": figures.rapporteurs}
        return [Broken(sentence, RULES_OF_PROCEDURE, "members")]
    if count < figures.rapporteurs and not because.strip():
        return [Broken(_("Choose a second rapporteur, or say why one is enough."), "décret 2019-536, art. 92", "because")]
    return []
