"""Whether: one function, one sentence, one article. Rules are pure; `require` collects every broken one.

The rules of the content stand in `content_rules`, what a rule is in `rule`.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.content_rules import REQUIRED_CONTENT as REQUIRED_CONTENT
from requests_app.rule import Rule as Rule
from requests_app.rule import broken as broken
from requests_app.rule import require as require
from requests_app.rule import rule as rule
from requests_app.slots import broken_before, broken_conditions, refused_to
from requests_app.states import (
    BY_COMMITMENT_AFTER_OPINION,
    EXPRESSLY_FAVOURABLE,
    OPINIONS_WITH_REASONS,
    WITH_CNIL,
    WITH_COMMITTEE,
    Procedure,
    State,
)
from workflow.refusals import Broken, NotAllowed, RuleBroken


def filing_faults(dossier: Any) -> list[Broken]:
    """Everything that keeps this content from being filed: the base's rules and the rooms' conditions."""
    return [*broken(dossier, *REQUIRED_CONTENT), *broken_conditions(dossier)]


def require_filable(dossier: Any) -> None:
    """Raise RuleBroken with everything that keeps this content from being filed."""
    found = filing_faults(dossier)
    if found:
        raise RuleBroken(*found)


def require_room_conditions(dossier: Any, move: str) -> None:
    """Raise RuleBroken with what the rooms demand before this move."""
    found = broken_before(dossier, move)
    if found:
        raise RuleBroken(*found)


def require_maker(dossier: Any, move: str, by: Any) -> None:
    """Raise NotAllowed when the rooms leave this move to somebody else on this dossier."""
    sentence = refused_to(by, dossier, move)
    if sentence:
        raise NotAllowed(sentence)


# --- the route -----------------------------------------------------------------------------------
@rule(_("This procedure does not go before the committee."))
def goes_to_committee(dossier: Any) -> bool:
    """The procedure asks for the committee's opinion."""
    return dossier.procedure in WITH_COMMITTEE


@rule(_("This procedure needs no authorisation of the CNIL."))
def goes_to_cnil(dossier: Any) -> bool:
    """The procedure asks for an authorisation."""
    return dossier.procedure in WITH_CNIL


@rule(_("This procedure does not rest on a commitment at this stage."))
def rests_on_commitment(dossier: Any) -> bool:
    """MR-004 commits once the dossier is complete; MR-007 and MR-008 after the opinion."""
    if dossier.state == State.COMPLETE:
        return dossier.procedure == Procedure.MR004
    return dossier.procedure in BY_COMMITMENT_AFTER_OPINION


@rule(_("The commitment holds only with an expressly favourable opinion."), law="délib. CNIL 2023-082 et 2023-083")
def opinion_supports_commitment(dossier: Any) -> bool:
    """MR-004 needs no opinion; MR-007 and MR-008 need an express and favourable one."""
    return dossier.procedure == Procedure.MR004 or dossier.opinion in EXPRESSLY_FAVOURABLE


@rule(_("Silence authorises only after an expressly favourable opinion."), law="loi 78-17, art. 66, V")
def opinion_was_expressly_favourable(dossier: Any) -> bool:
    """The opinion was given, and favourable, with or without recommendations."""
    return dossier.opinion in EXPRESSLY_FAVOURABLE


@rule(_("The applicant has not said that the CNIL is to be seized."), law="décret 2019-536, art. 91")
def applicant_wants_cnil(dossier: Any) -> bool:
    """The applicant decides whether the CNIL is seized."""
    return dossier.cnil_wished_at is not None


@rule(_("The content was changed since it was filed: file the revised version, or restore the filed one."))
def content_is_as_filed(dossier: Any) -> bool:
    """What is transmitted is what was filed."""
    return dossier.content_is_as_filed()


@rule(_("The applicant must first be reminded."))
def applicant_was_reminded(dossier: Any) -> bool:
    """A reminder was sent since the complement was asked for."""
    return dossier.reminded_at is not None


@rule(_("Data drawn by the CNAM or a catalogue database need a convention first."))
def needs_no_extraction(dossier: Any) -> bool:
    """The project works on the applicant's own data only."""
    return not dossier.content.draws_on_national_data()


@rule(_("This dossier amends no other one."))
def amends_another(dossier: Any) -> bool:
    """The dossier is the substantial amendment of an authorised one."""
    return dossier.amends_id is not None


@rule(_("The dossier is suspended: the gate to the data is closed."))
def is_not_suspended(dossier: Any) -> bool:
    """No suspension is open."""
    return not dossier.is_suspended


def uses_catalogue_bases(dossier: Any) -> bool:
    """Does the dossier touch a database of the catalogue, whose holder then has ten days for remarks?"""
    return bool(dossier.content.uses_catalogue_bases())


def is_urgent(dossier: Any) -> bool:
    """Is the dossier examined in the short period?"""
    return bool(dossier.urgent)


def is_not_urgent(dossier: Any) -> bool:
    """Has the committee its whole month?"""
    return not dossier.urgent


def has_no_results_yet(dossier: Any) -> bool:
    """Are the results still to be published? A project that published them before its end owes none."""
    return dossier.results_on is None


def needs_reasons(opinion: str, reasons: str) -> None:
    """Raise RuleBroken when an opinion that is not plainly favourable comes without reasons."""
    if opinion in OPINIONS_WITH_REASONS and not reasons.strip():
        raise RuleBroken(Broken(_("An opinion that is not plainly favourable must give its reasons."), "décret 2019-536, art. 90", "text"))


def needs_reason_for_urgency(urgent: bool, reason: str) -> None:
    """Raise RuleBroken when the short period is asked for without its reason."""
    if urgent and not reason.strip():
        sentence = _("Say why the dossier is urgent: the committee then has fifteen days only, and its period cannot be extended.")
        raise RuleBroken(Broken(sentence, "décret 2019-536, art. 90 et 100", "text"))
