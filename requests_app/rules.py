"""Whether: one function, one sentence, one article. Rules are pure; `require` collects every broken one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.states import (
    BY_COMMITMENT_AFTER_OPINION,
    EXPRESSLY_FAVOURABLE,
    OPINIONS_WITH_REASONS,
    WITH_CNIL,
    WITH_COMMITTEE,
    Procedure,
    State,
)
from workflow.refusals import Broken, RuleBroken

Check = Callable[[Any], bool]


class Rule:
    """A statement about a dossier that is true or not, with the sentence that says what to mend and the text it comes from."""

    def __init__(self, check: Check, sentence: Any, law: str, where: str) -> None:
        self.check, self.sentence, self.law, self.where = check, sentence, law, where
        self.__name__, self.__doc__ = check.__name__, check.__doc__

    def __call__(self, dossier: Any) -> bool:
        return bool(self.check(dossier))


def rule(sentence: Any, *, law: str = "", where: str = "") -> Callable[[Check], Rule]:
    """Declare a rule; `where` is the field or the section in which a person can mend it."""

    def declare(check: Check) -> Rule:
        return Rule(check, sentence, law, where)

    return declare


def broken(dossier: Any, *rules: Rule) -> list[Broken]:
    """The rules that do not hold, in their order."""
    return [Broken(one.sentence, one.law, one.where) for one in rules if not one(dossier)]


def require(dossier: Any, *rules: Rule) -> None:
    """Raise RuleBroken with every rule that does not hold."""
    found = broken(dossier, *rules)
    if found:
        raise RuleBroken(*found)


# --- the content, before it is filed -------------------------------------------------------------
DECREE_89 = "décret 2019-536, art. 89"
PUBLIC_CORE = "CSP, art. L1461-3"


@rule(_("Name the project: a full title is needed."), law=DECREE_89, where="title")
def has_title(dossier: Any) -> bool:
    """The project has a title."""
    return bool(dossier.content.title.strip())


@rule(_("Name the controller: the organisation that decides why and how the data are used."), law=DECREE_89, where="controller")
def has_controller(dossier: Any) -> bool:
    """The controller is known."""
    return dossier.content.controller_id is not None


@rule(_("Choose the type of controller."), law=PUBLIC_CORE, where="controller_type")
def has_controller_type(dossier: Any) -> bool:
    """The registry shows what kind of body the controller is."""
    return dossier.content.controller_type_id is not None


@rule(_("Name the body in charge of the project, or say that it is the controller."), law=DECREE_89, where="body_in_charge")
def has_body_in_charge(dossier: Any) -> bool:
    """Who carries the work out is known."""
    return dossier.content.controller_is_in_charge or dossier.content.body_in_charge_id is not None


@rule(_("Give the e-mail address of the data protection officer's mailbox."), law="RGPD, art. 13 et 14", where="dpo_contact")
def has_dpo_contact(dossier: Any) -> bool:
    """A person can reach the data protection officer."""
    return bool(dossier.content.dpo_contact)


@rule(
    _("Write a summary of at least 200 characters that anybody can understand: it will be published."), law=PUBLIC_CORE, where="lay_summary"
)
def has_public_summary(dossier: Any) -> bool:
    """The public can read what the project is about."""
    return len(dossier.content.lay_summary.strip()) >= 200


@rule(_("Choose one of the six purposes that the law allows."), law="CSP, art. L1461-1, III", where="purpose")
def names_one_purpose(dossier: Any) -> bool:
    """The purpose is one of the six."""
    return dossier.content.purpose_id is not None


@rule(_("Say why the project is of public interest."), law="CSP, art. L1461-1, III", where="public_interest")
def argues_public_interest(dossier: Any) -> bool:
    """The public interest is argued."""
    return bool(dossier.content.public_interest.strip())


@rule(_("Say which benefits are expected."), law=PUBLIC_CORE, where="expected_benefits")
def has_expected_benefits(dossier: Any) -> bool:
    """The registry shows what good the project may do."""
    return bool(dossier.content.expected_benefits.strip())


@rule(
    _("Attest that the data will serve neither the promotion of health products nor the exclusion or pricing of insurance."),
    law="CSP, art. L1461-1, V",
    where="forbidden_purposes_excluded",
)
def excludes_forbidden_purposes(dossier: Any) -> bool:
    """The two forbidden purposes are excluded."""
    return bool(dossier.content.forbidden_purposes_excluded)


@rule(_("Choose at least one objective."), law=PUBLIC_CORE, where="objectives")
def has_objectives(dossier: Any) -> bool:
    """At least one objective is chosen."""
    return bool(dossier.content.chosen("objectives"))


@rule(_("Choose at least one medical domain."), law=PUBLIC_CORE, where="domains")
def has_domains(dossier: Any) -> bool:
    """At least one medical domain is chosen."""
    return bool(dossier.content.chosen("domains"))


@rule(_("Describe the population whose data are used."), law=DECREE_89, where="population")
def has_population(dossier: Any) -> bool:
    """It is known whose data are used."""
    return bool(dossier.content.population.strip())


@rule(_("Name at least one source of data."), law=DECREE_89, where="sources")
def has_sources(dossier: Any) -> bool:
    """At least one source is named."""
    return dossier.content.uses_some_source()


@rule(_("Say whether several sources are matched and, if so, how."), law=DECREE_89, where="matching")
def says_about_matching(dossier: Any) -> bool:
    """Matching is answered and, if there is any, its kind is chosen."""
    content = dossier.content
    return content.matching is False or (content.matching is True and content.matching_kind_id is not None)


@rule(_("Give the start and the end of the project; the end comes after the start."), law=DECREE_89, where="ends_on")
def has_calendar(dossier: Any) -> bool:
    """The project has a beginning and an end."""
    content = dossier.content
    return bool(content.starts_on and content.ends_on and content.starts_on <= content.ends_on)


@rule(_("Say for how many years the data are kept."), law="RGPD, art. 5", where="retention_years")
def has_retention(dossier: Any) -> bool:
    """How long the data are kept is known."""
    return dossier.content.retention_years is not None


@rule(
    _("Choose the legal basis (GDPR, article 6) and the condition for health data (article 9)."),
    law="RGPD, art. 6 et 9",
    where="legal_basis_6",
)
def has_legal_bases(dossier: Any) -> bool:
    """Both legal bases are chosen."""
    return dossier.content.legal_basis_6_id is not None and dossier.content.legal_basis_9_id is not None


REQUIRED_CONTENT: tuple[Rule, ...] = (
    has_title,
    has_controller,
    has_controller_type,
    has_body_in_charge,
    has_dpo_contact,
    has_public_summary,
    names_one_purpose,
    argues_public_interest,
    has_expected_benefits,
    excludes_forbidden_purposes,
    has_objectives,
    has_domains,
    has_population,
    has_sources,
    says_about_matching,
    has_calendar,
    has_retention,
    has_legal_bases,
)


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


@rule(_("The dossier is suspended: the gate to the data is closed."))
def is_not_suspended(dossier: Any) -> bool:
    """No suspension is open."""
    return not dossier.is_suspended


def uses_catalogue_bases(dossier: Any) -> bool:
    """Does the dossier touch a database of the catalogue, whose holder then has ten days for remarks?"""
    return bool(dossier.content.uses_catalogue_bases())


def has_no_results_yet(dossier: Any) -> bool:
    """Are the results still to be published? A project that published them before its end owes none."""
    return dossier.results_on is None


def needs_reasons(opinion: str, reasons: str) -> None:
    """Raise RuleBroken when an opinion that is not plainly favourable comes without reasons."""
    if opinion in OPINIONS_WITH_REASONS and not reasons.strip():
        raise RuleBroken(Broken(_("An opinion that is not plainly favourable must give its reasons."), "décret 2019-536, art. 90", "text"))
