"""The roles of the single window, as codes with words a person understands.

Every signed-up person is an applicant without any grant; all other roles are granted by an administrator.
"""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SYSTEM = "system"


class Role(models.TextChoices):
    """What somebody is on the whole site; who stands where on one dossier is a relation, not a role."""

    APPLICANT = "applicant", _("Applicant")
    SIGNATORY = "signatory", _("Controller's signatory")
    OFFICER = "officer", _("Secretariat officer")
    HEAD_OF_SECRETARIAT = "head_of_secretariat", _("Head of the secretariat")
    COMMITTEE_MEMBER = "committee_member", _("Committee member")
    COMMITTEE_PRESIDENT = "committee_president", _("Committee president")
    COMMITTEE_DELEGATE = "committee_delegate", _("Delegate of the committee's president")
    EXTERNAL_EXPERT = "external_expert", _("External expert")
    CNIL_LIAISON = "cnil_liaison", _("CNIL liaison")
    CNAM_AGENT = "cnam_agent", _("CNAM agent")
    DATA_CONTROLLER_AGENT = "data_controller_agent", _("Data controller's agent")
    FEE_MANAGER = "fee_manager", _("Fee manager")
    LEGAL_OFFICER = "legal_officer", _("Legal officer")
    DPO = "dpo", _("Data protection officer")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


DESCRIPTIONS: dict[str, str | Promise] = {
    Role.APPLICANT: _("Prepares and files dossiers, answers the secretariat and follows each step."),
    Role.SIGNATORY: _("Commits the organisation: signs filings, agreements and undertakings in its name."),
    Role.OFFICER: _("Instructs dossiers: checks that they are complete, asks for what is missing, transmits and records each step."),
    Role.HEAD_OF_SECRETARIAT: _("Leads the secretariat: assigns dossiers and confirms the decisions that silence brings about."),
    Role.COMMITTEE_MEMBER: _("Reads the dossiers entrusted to the committee, reports on them and takes part in the vote."),
    Role.COMMITTEE_PRESIDENT: _("Chairs the committee, extends its time limit and signs its opinions."),
    Role.COMMITTEE_DELEGATE: _("Stands in for the president: leads sessions and signs opinions in the president's name."),
    Role.EXTERNAL_EXPERT: _("Gives the committee a specialised view on one dossier."),
    Role.CNIL_LIAISON: _("Records what the CNIL asks for and what it decides."),
    Role.CNAM_AGENT: _("Extracts data at the national health insurance fund and makes it available."),
    Role.DATA_CONTROLLER_AGENT: _("Answers for one database: its data, its deliveries and the rights of the people in it."),
    Role.FEE_MANAGER: _("Draws up quotes and invoices, and applies the fee grid."),
    Role.LEGAL_OFFICER: _("Drafts agreements and follows them until signature."),
    Role.DPO: _("Watches over data protection and answers people who exercise their rights."),
    Role.AUDITOR: _("Reads dossiers and their journal without changing anything."),
    Role.ADMINISTRATOR: _("Grants roles, keeps reference lists and watches over the site."),
}

INSTRUCTING: frozenset[str] = frozenset(Role.values) - {Role.APPLICANT, Role.SIGNATORY}
"""Roles that see other people's dossiers: the second factor is compulsory for them."""

GRANTABLE: tuple[str, ...] = tuple(code for code in Role.values if code != Role.APPLICANT)
ORGANISATION_BOUND: tuple[str, ...] = (Role.SIGNATORY.value, Role.DATA_CONTROLLER_AGENT.value)
"""Roles that mean nothing without the organisation they are held for."""
ORGANISATION_OPTIONAL: tuple[str, ...] = (Role.DPO.value,)
