"""Legal bases that do not go together with what the fiche tells. The rules ask; the controller alone answers for its basis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from registry.frameworks import Elsewhere
from registry.lint.rule import NOTHING, Found, Severity, code_of, rule
from registry.public_core import Said
from requests_app.choices import Information

CONSENT_6, CONTRACT, TASK, INTEREST, CONSENT_9 = "6_1_a", "6_1_b", "6_1_e", "6_1_f", "9_2_a"
#: Words of a right to refuse, which is what stands beside another basis than consent.
REFUSAL = re.compile(
    r"droit\s+(?:d['’]|de\s+(?:s['’]\s*)?|à\s+l['’])?(?:opposition|opposer|refus)|s['’]oppos|non[\s-]opposition|refuser\s+que|opt[\s-]?out",
    re.IGNORECASE,
)
RETROSPECTIVE = re.compile(r"rétrospecti|données\s+(?:déjà\s+(?:recueillies|collectées)|existantes)|réutilisation", re.IGNORECASE)
PUBLIC = frozenset({"public_hospital", "public_authority", "university", "research_body", "european_body"})
PRIVATE = frozenset({"health_industry", "insurer", "digital_company"})
HOSPITALS = frozenset({"public_hospital", "private_hospital"})


def _told(said: Said) -> str:
    return "\n".join(
        said[name] for name in ("rights", "information_how", "opt_out_exception", "population", "lay_summary", "public_interest")
    )


def _consents(said: Said) -> list[str]:
    """The data in which consent is given as the basis."""
    bases = (("legal_basis_6", CONSENT_6), ("legal_basis_9", CONSENT_9))
    return [name for name, consent in bases if code_of(said[name]) == consent]


@rule(
    "consent_and_refusal",
    Severity.WARNING,
    _("The basis is consent, and the text tells of a right to refuse: were the persons asked, or may they refuse?"),
)
def consent_and_refusal(said: Said, on: date) -> Iterator[Found]:
    """Consent as the basis beside a text that tells of a right to object."""
    if REFUSAL.search(_told(said)):
        yield from ((name, NOTHING) for name in _consents(said))


@rule("consent_looking_back", Severity.WARNING, _("The basis is consent, for a study of data that exist already: was every person asked?"))
def consent_looking_back(said: Said, on: date) -> Iterator[Found]:
    """Consent for a retrospective study."""
    if RETROSPECTIVE.search(_told(said)) and not REFUSAL.search(_told(said)):
        yield from ((name, NOTHING) for name in _consents(said))


@rule(
    "consent_without_being_asked",
    Severity.WARNING,
    _("The basis is consent, and the persons are informed all together or not at all: how did they consent?"),
)
def consent_without_being_asked(said: Said, on: date) -> Iterator[Found]:
    """Consent beside a general information or a derogation from it."""
    if said["information"] in (Information.COLLECTIVE, Information.DEROGATION):
        yield from ((name, NOTHING) for name in _consents(said))


@rule("consents_differ", Severity.WARNING, _("Consent stands under one of articles 6 and 9 of the GDPR, and not under the other."))
def consents_differ(said: Said, on: date) -> Iterator[Found]:
    """Explicit consent under article 9 alone."""
    if _consents(said) == ["legal_basis_9"]:
        yield "legal_basis_6", NOTHING


@rule(
    "public_body_by_interest",
    Severity.WARNING,
    _("A public authority does not rest on legitimate interests for its tasks (GDPR, art. 6, 1): is it a task in the public interest?"),
)
def public_body_by_interest(said: Said, on: date) -> Iterator[Found]:
    """A public body on legitimate interests."""
    if code_of(said["legal_basis_6"]) == INTEREST and code_of(said["controller_type"]) in PUBLIC - {"research_body"}:
        yield "legal_basis_6", NOTHING


@rule("company_by_task", Severity.WARNING, _("A company rests on a task in the public interest: which text gives it this task?"))
def company_by_task(said: Said, on: date) -> Iterator[Found]:
    """A private company on a task in the public interest."""
    if code_of(said["legal_basis_6"]) == TASK and code_of(said["controller_type"]) in PRIVATE:
        yield "legal_basis_6", NOTHING


@rule("unusual_basis", Severity.WARNING, _("A contract is an unusual basis for a study: is it right?"))
def unusual_basis(said: Said, on: date) -> Iterator[Found]:
    """A contract with the persons as the basis of a study."""
    if code_of(said["legal_basis_6"]) == CONTRACT:
        yield "legal_basis_6", NOTHING


@rule(
    "methodology_and_basis",
    Severity.WARNING,
    _("MR-007 is for tasks in the public interest, and MR-008 for legitimate interests: the legal basis says otherwise."),
)
def methodology_and_basis(said: Said, on: date) -> Iterator[Found]:
    """A reference methodology with the basis of the other one."""
    wanted = {"mr007": TASK, "mr008": INTEREST}.get(said["procedure"])
    if wanted and said["legal_basis_6"] and code_of(said["legal_basis_6"]) != wanted:
        yield "legal_basis_6", NOTHING


@rule(
    "methodology_and_controller",
    Severity.WARNING,
    _("MR-005 is for health establishments, MR-006 for makers of health products: the controller is of another type."),
)
def methodology_and_controller(said: Said, on: date) -> Iterator[Found]:
    """A reference methodology that this type of controller may not use."""
    wanted = {Elsewhere.MR005.value: HOSPITALS, Elsewhere.MR006.value: frozenset({"health_industry"})}.get(said["procedure"])
    if wanted and said["controller_type"] and code_of(said["controller_type"]) not in wanted:
        yield "controller_type", NOTHING


@rule("number_missing", Severity.WARNING, _("An authorisation of the CNIL has a number: it is missing."))
def number_missing(said: Said, on: date) -> Iterator[Found]:
    """A CNIL authorisation without its number."""
    decided = said["procedure"] in ("aut", "du", Elsewhere.CNIL_ELSEWHERE.value, Elsewhere.WAREHOUSE_AUTHORISED.value)
    if decided and not said["authorisation_number"] and said["basis"] != "tacit":
        yield "authorisation_number", NOTHING


@rule("transfers_unexplained", Severity.WARNING, _("Data leave the European Union: say to which countries, and on which guarantees."))
def transfers_unexplained(said: Said, on: date) -> Iterator[Found]:
    """A transfer without a word."""
    if said["transfers_outside_eu"] and not said["transfers_detail"]:
        yield "transfers_outside_eu", NOTHING


@rule("automated_unexplained", Severity.WARNING, _("Decisions are taken by automated means: say which, and how one has them reviewed."))
def automated_unexplained(said: Said, on: date) -> Iterator[Found]:
    """An automated decision without a word."""
    if said["automated_decision"] and not said["automated_decision_detail"]:
        yield "automated_decision", NOTHING


@rule(
    "representative_missing",
    Severity.WARNING,
    _("The controller is outside the European Union: its representative in the Union is missing (GDPR, art. 27)."),
)
def representative_missing(said: Said, on: date) -> Iterator[Found]:
    """A controller outside the Union without its representative."""
    if said["controller_outside_eu"] and not said["eu_representative"]:
        yield "eu_representative", NOTHING


@rule("rights_unsaid", Severity.WARNING, _("Nothing says how the persons are informed, nor how they exercise their rights."))
def rights_unsaid(said: Said, on: date) -> Iterator[Found]:
    """No word at all on information or rights."""
    if not said["rights"] and not said["information"] and not said["information_how"]:
        yield "rights", NOTHING
