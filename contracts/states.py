"""The words of the conventions: their states, kinds, parties, and how a clause may be negotiated."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ConventionState(models.TextChoices):
    """Where a convention is."""

    DRAFT = "draft", pgettext_lazy("convention", "Being prepared")
    REVIEW = "review", pgettext_lazy("convention", "Legal check")
    NEGOTIATION = "negotiation", pgettext_lazy("convention", "In negotiation")
    APPROVED = "approved", pgettext_lazy("convention", "Approved, to be signed")
    SIGNING = "signing", pgettext_lazy("convention", "Out for signature")
    SIGNED = "signed", pgettext_lazy("convention", "Signed")
    IN_FORCE = "in_force", pgettext_lazy("convention", "In force")
    SUSPENDED = "suspended", pgettext_lazy("convention", "Suspended")
    EXPIRED = "expired", pgettext_lazy("convention", "Expired")
    TERMINATED = "terminated", pgettext_lazy("convention", "Terminated")
    ABANDONED = "abandoned", pgettext_lazy("convention", "Abandoned")


#: Its text is still being written or discussed.
OPEN = frozenset({ConventionState.DRAFT, ConventionState.REVIEW, ConventionState.NEGOTIATION})
#: It was signed by all: nothing of its text changes any more.
BOUND = frozenset(
    {
        *(ConventionState.SIGNED, ConventionState.IN_FORCE, ConventionState.SUSPENDED),
        *(ConventionState.EXPIRED, ConventionState.TERMINATED),
    }
)
#: It takes effect, or will again.
LIVING = frozenset({ConventionState.IN_FORCE, ConventionState.SUSPENDED})
#: No move leads out of it.
ENDED = frozenset({ConventionState.EXPIRED, ConventionState.TERMINATED, ConventionState.ABANDONED})
#: The counterparties read it.
SHARED = frozenset(ConventionState) - {ConventionState.DRAFT, ConventionState.REVIEW}
#: With the first of these moves they are shown its text.
SHOWING = frozenset({"open_negotiation", "approve"})


class Kind(models.TextChoices):
    """What a convention is for."""

    PROVISION = "provision", _("Provision of data")
    PARTNERSHIP = "partnership", _("Partnership")
    SUPPORT = "support", _("Support of a laureate")
    JOINT_PROCESSING = "joint_processing", _("Joint processing")
    PROCESSOR = "processor", _("Processor (GDPR, art. 28)")
    CATALOGUE_ENTRY = "catalogue_entry", _("Entry of a database in the catalogue")
    SPACE = "space", _("Conditions of the project space")
    WAREHOUSE_SUPPLY = "warehouse_supply", _("Supply from a hospital data warehouse")
    SCIENTIFIC_COLLABORATION = "scientific_collaboration", _("Scientific collaboration")
    AMENDMENT = "amendment", pgettext_lazy("convention", "Amendment")


#: Kinds under which data of a dossier are made available: one of them in force opens the gate.
OPENING = frozenset({Kind.PROVISION, Kind.PARTNERSHIP, Kind.WAREHOUSE_SUPPLY})
#: Kinds that stand without a dossier.
WITHOUT_DOSSIER = frozenset({Kind.JOINT_PROCESSING, Kind.CATALOGUE_ENTRY, Kind.PROCESSOR})


class AmendmentKind(models.TextChoices):
    """What an amendment changes; it unlocks the clauses of its kinds only."""

    PERIMETER = "perimeter", _("Perimeter of the data")
    DURATION = "duration", _("Duration")
    PARTIES = "parties", _("Parties")
    FINANCE = "finance", _("Financial terms")
    PEOPLE = "people", _("Persons with access")
    SECURITY = "security", _("Security")


class PartyRole(models.TextChoices):
    """As what a body is party to a convention."""

    OPERATOR = "operator", _("Operator of the single window")
    HOLDER = "holder", _("Holder of the data")
    CONTROLLER = "controller", _("Controller")
    JOINT_CONTROLLER = "joint_controller", _("Joint controller")
    PROCESSOR = "processor", _("Processor")
    COORDINATOR = "coordinator", _("Coordinator")
    FUNDER = "funder", _("Funder")
    HOST = "host", _("Host")
    PARTNER = "partner", _("Partner")


class Negotiable(models.TextChoices):
    """How far a clause may be negotiated."""

    LOCKED = "locked", pgettext_lazy("clause", "Locked")
    PARAMETERS = "parameters", pgettext_lazy("clause", "Its parameters only")
    FREE = "free", pgettext_lazy("clause", "Free")


class TextState(models.TextChoices):
    """Where a version of a clause or of a template is."""

    DRAFT = "draft", pgettext_lazy("clause", "Draft")
    IN_REVIEW = "in_review", pgettext_lazy("clause", "To be approved")
    APPROVED = "approved", pgettext_lazy("clause", "Approved")
    RETIRED = "retired", pgettext_lazy("clause", "Retired")


class Origin(models.TextChoices):
    """How a version of a convention came to be."""

    GENERATED = "generated", pgettext_lazy("version", "Prepared from the dossier")
    EDITED = "edited", pgettext_lazy("version", "Written by the operator")
    COUNTERPARTY = "counterparty", pgettext_lazy("version", "Sent by a counterparty")
    AGREED = "agreed", pgettext_lazy("version", "Proposals agreed upon")


class AnnexKind(models.TextChoices):
    """What an annex is."""

    PROTOCOL = "A1", _("Protocol")
    DATA = "A2", _("List of the data")
    SECURITY = "A3", _("Security commitment")
    QUOTE = "A4", _("Firm quote")
    USERS = "A5", _("Named users")
    DECISIONS = "A6", _("Opinion and authorisation")
    PROCESSING = "A7", _("Data processing agreement")
    SCHEDULE = "A8", _("Schedule")
