"""What keeps a signed convention from taking effect: its day, its authorisation, its quote, and of an amendment, what it amends."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from contracts.life.gate import authorisation_missing, payment_missing
from contracts.states import OPENING, AmendmentKind, ConventionState
from workflow.refusals import Broken

ACCESS = "CSP, art. R1461-2"


def of_authorisation(convention: Any, day: date) -> Iterable[Broken]:
    """The project of a convention that opens data is authorised and not suspended."""
    if convention.kind in OPENING and convention.dossier_id:
        yield from authorisation_missing(convention.dossier, day)


def of_payment(convention: Any, day: date) -> Iterable[Broken]:
    """The quote is accepted, and what falls due at once is paid."""
    if convention.kind in OPENING and convention.dossier_id:
        yield from payment_missing(convention.dossier, convention)


def of_root(convention: Any, day: date) -> Iterable[Broken]:
    """An amendment takes effect only while what it amends does; one that moves its end, not while it is suspended."""
    alive = {ConventionState.IN_FORCE, ConventionState.SUSPENDED}
    if AmendmentKind.DURATION in convention.changes:
        alive = {ConventionState.IN_FORCE}
    if convention.is_amendment and convention.root.state not in alive:
        said = {"number": convention.root.number, "state": convention.root.get_state_display()}
        yield Broken(_("Convention %(number)s, which this amends, is not in force: %(state)s.") % said, ACCESS)


def of_earlier_amendments(convention: Any, day: date) -> Iterable[Broken]:
    """Amendments take effect in their order: the consolidated text is read in it."""
    if not convention.is_amendment:
        return
    waiting = convention.root.amendments.filter(sequence__lt=convention.sequence, state=ConventionState.SIGNED).order_by("sequence").first()
    if waiting is not None:
        yield Broken(_("Amendment %(number)s, signed before, is not in force yet.") % {"number": waiting.number}, ACCESS)
