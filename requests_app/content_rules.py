"""What the content must say before it is filed: one function, one sentence, one article; asked only where it concerns.

`rule_in_depth`: asked of the dossiers begun since the form in depth; those begun before are filed under what was asked then.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.concerns import concerns
from requests_app.rule import Check, Rule, in_depth, rule
from requests_app.states import Procedure

DECREE_89 = "décret 2019-536, art. 89"
PUBLIC_CORE = "CSP, art. L1461-3"
SECURITY = "arrêté du 6 mai 2024 (sécurité du SNDS)"
INFORMING = "RGPD, art. 13 et 14 ; loi 78-17, art. 69"

rule_in_depth = partial(rule, since=in_depth)


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


# --- what is asked where it concerns ---------------------------------------------------------------
def is_more_than_a_commitment(dossier: Any) -> bool:
    """Does somebody examine the project itself? MR-004 rests on the controller's commitment, its data being there already."""
    return dossier.procedure != Procedure.MR004


def _where_it_concerns(name: str) -> Check:
    """The dossiers for which a field is of interest."""

    def concerned(dossier: Any) -> bool:
        return concerns(dossier.content, name)

    return concerned


def _main_sources(dossier: Any) -> list[Any]:
    return [source for source in dossier.content.sources_used() if source.database.level == "main"]


def uses_the_main_database(dossier: Any) -> bool:
    """Are data of the main database of the SNDS asked for?"""
    return bool(_main_sources(dossier))


@rule_in_depth(
    _("Name the person in charge of the study, with titles, functions and experience."),
    law=DECREE_89,
    where="study_lead",
    when=is_more_than_a_commitment,
)
def names_study_lead(dossier: Any) -> bool:
    """Who leads the study is known, and what they have done before."""
    return bool(dossier.content.study_lead.strip() and dossier.content.study_lead_profile.strip())


@rule_in_depth(
    _("Name the research laboratory or the study firm that works for you, or prove that the forbidden purposes are impossible."),
    law=PUBLIC_CORE,
    where="laboratory",
    when=_where_it_concerns("laboratory"),
)
def goes_through_laboratory(dossier: Any) -> bool:
    """Makers of health products and insurers go through somebody else, unless they prove that they cannot misuse the data."""
    return dossier.content.laboratory_id is not None or bool(dossier.content.purposes_impossible.strip())


@rule_in_depth(
    _("Name the controller's representative in the European Union."),
    law=DECREE_89,
    where="eu_representative",
    when=_where_it_concerns("eu_representative"),
)
def names_eu_representative(dossier: Any) -> bool:
    """A controller from outside the Union has somebody in it."""
    return bool(dossier.content.eu_representative.strip())


@rule_in_depth(_("Say which questions the project asks, the main one first."), law=DECREE_89, where="aims")
def has_aims(dossier: Any) -> bool:
    """The questions are known."""
    return bool(dossier.content.aims.strip())


@rule_in_depth(_("Describe the method of observation and analysis."), law=DECREE_89, where="method")
def has_method(dossier: Any) -> bool:
    """How the questions will be answered is known."""
    return bool(dossier.content.method.strip())


@rule_in_depth(
    _("Say why one decision is enough for several processings."),
    law=DECREE_89,
    where="single_decision_reasons",
    when=_where_it_concerns("single_decision_reasons"),
)
def justifies_single_decision(dossier: Any) -> bool:
    """Recourse to a single decision is argued."""
    return bool(dossier.content.single_decision_reasons.strip())


@rule_in_depth(
    _("Say by which criteria the persons are found in the main database."), law=DECREE_89, where="targeting", when=uses_the_main_database
)
def has_targeting(dossier: Any) -> bool:
    """The CNAM can tell who belongs to the population."""
    return bool(dossier.content.targeting.strip())


@rule_in_depth(_("Justify each potential identifier that you ask for."), law=DECREE_89, where="databases")
def justifies_identifiers(dossier: Any) -> bool:
    """Nothing that could point at a person is asked for without a reason."""
    reasons = [reason for source in dossier.content.sources_used() for reason in source.identifiers.values()]
    return all(reason.strip() for reason in reasons)


@rule_in_depth(
    _("Say whether you need the identifier of the professionals in the main database."),
    law=DECREE_89,
    where="databases",
    when=uses_the_main_database,
)
def answers_about_professionals(dossier: Any) -> bool:
    """The question of the professionals' number is answered."""
    return all(source.professional_identifier is not None for source in _main_sources(dossier))


@rule_in_depth(_("Say why you need the identifier of the professionals."), law=DECREE_89, where="databases")
def justifies_professional_identifier(dossier: Any) -> bool:
    """The professionals' number is not asked for without a reason."""
    asked = [source for source in dossier.content.sources_used() if source.professional_identifier]
    return all(source.professional_reasons.strip() for source in asked)


@rule_in_depth(_("Say how the sources are matched."), law=DECREE_89, where="matching_method", when=_where_it_concerns("matching_method"))
def explains_matching(dossier: Any) -> bool:
    """By which data and by whom the sources are brought together is known."""
    return bool(dossier.content.matching_method.strip())


@rule_in_depth(_("Choose the form in which you need the data."), law="RGPD, art. 5", where="data_form")
def has_data_form(dossier: Any) -> bool:
    """Nobody asks for more detail than is needed."""
    return bool(dossier.content.data_form)


@rule_in_depth(_("Say where the data are analysed."), law=SECURITY, where="hosting")
def has_hosting(dossier: Any) -> bool:
    """The system that holds the data is known."""
    return bool(dossier.content.hosting)


@rule_in_depth(
    _("Give the name and the place of the system on which the data are analysed."),
    law=SECURITY,
    where="hosting_name",
    when=_where_it_concerns("hosting_name"),
)
def names_hosting(dossier: Any) -> bool:
    """A system of one's own has a name."""
    return bool(dossier.content.hosting_name.strip())


@rule_in_depth(_("Say who will receive the data."), law="RGPD, art. 13 et 14", where="recipients")
def names_recipients(dossier: Any) -> bool:
    """The recipients are known."""
    return bool(dossier.content.recipients.strip())


@rule_in_depth(
    _("Name the countries and the guarantees of the transfers outside the European Union."),
    law="RGPD, art. 44 à 49",
    where="transfers_detail",
    when=_where_it_concerns("transfers_detail"),
)
def details_transfers(dossier: Any) -> bool:
    """Where the data go, and what protects them there, is known."""
    return bool(dossier.content.transfers_detail.strip())


@rule_in_depth(_("Say how the persons learn that their data are used."), law=INFORMING, where="information")
def says_how_persons_are_informed(dossier: Any) -> bool:
    """The way of informing is chosen."""
    return bool(dossier.content.information)


@rule_in_depth(_("Describe the information of the persons, or give the reasons of the derogation."), law=INFORMING, where="information_how")
def describes_information(dossier: Any) -> bool:
    """What the persons are told, and where, is known."""
    return bool(dossier.content.information_how.strip())


@rule_in_depth(
    _("Describe the automated decisions and what protects the persons."),
    law="RGPD, art. 22",
    where="automated_decision_detail",
    when=_where_it_concerns("automated_decision_detail"),
)
def details_automated_decision(dossier: Any) -> bool:
    """What a machine decides, and who can correct it, is known."""
    return bool(dossier.content.automated_decision_detail.strip())


@rule_in_depth(
    _("Name at least one person who will have access to the data."), law="CSP, art. L1461-1", where="people", when=is_more_than_a_commitment
)
def names_people(dossier: Any) -> bool:
    """Only persons named and entitled by the controller reach the data."""
    return any(one.get("name", "").strip() for one in dossier.content.people)


@rule_in_depth(
    _("Say for how many months you need access to the data."), law=DECREE_89, where="access_months", when=is_more_than_a_commitment
)
def has_access_duration(dossier: Any) -> bool:
    """How long the data are open is known."""
    return bool(dossier.content.access_months)


@rule_in_depth(_("Say how and when the results will be published."), law=PUBLIC_CORE, where="results_plan")
def has_results_plan(dossier: Any) -> bool:
    """The public will learn what came out."""
    return bool(dossier.content.results_plan.strip())


REQUIRED_CONTENT: tuple[Rule, ...] = (
    has_title,
    has_controller,
    has_controller_type,
    has_body_in_charge,
    names_study_lead,
    goes_through_laboratory,
    names_eu_representative,
    has_dpo_contact,
    has_public_summary,
    has_objectives,
    has_domains,
    has_aims,
    has_method,
    names_one_purpose,
    argues_public_interest,
    has_expected_benefits,
    excludes_forbidden_purposes,
    justifies_single_decision,
    has_population,
    has_targeting,
    has_sources,
    justifies_identifiers,
    answers_about_professionals,
    justifies_professional_identifier,
    says_about_matching,
    explains_matching,
    has_data_form,
    has_hosting,
    names_hosting,
    names_recipients,
    details_transfers,
    says_how_persons_are_informed,
    describes_information,
    details_automated_decision,
    names_people,
    has_calendar,
    has_access_duration,
    has_retention,
    has_results_plan,
    has_legal_bases,
)
