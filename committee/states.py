"""The words of the committee: the states of a session, who its members are, how they vote, which papers it gives."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SessionState(models.TextChoices):
    """Where a session is."""

    PLANNED = "planned", pgettext_lazy("session", "Planned")
    CONVENED = "convened", pgettext_lazy("session", "Convened")
    OPEN = "open", pgettext_lazy("session", "In session")
    HELD = "held", pgettext_lazy("session", "Held, minutes to be approved")
    APPROVED = "approved", pgettext_lazy("session", "Minutes approved")
    CANCELLED = "cancelled", pgettext_lazy("session", "Cancelled")


#: A session whose agenda may still change.
TO_COME = frozenset({SessionState.PLANNED, SessionState.CONVENED})
#: A session that is over.
OVER = frozenset({SessionState.HELD, SessionState.APPROVED, SessionState.CANCELLED})


class Quality(models.TextChoices):
    """For what somebody sits; an external expert reports without sitting."""

    HEALTH = "health", _("Qualified person, health")
    RESEARCH = "research", _("Qualified person, research")
    PATIENTS = "patients", _("Representative of patients")
    INSTITUTION = "institution", _("Proposed by an institution")
    EXPERT = "expert", _("External expert")


class Office(models.TextChoices):
    """What a member does beside sitting."""

    PRESIDENT = "president", _("President")
    VICE_PRESIDENT = "vice_president", _("Vice-president")
    DELEGATE = "delegate", _("Delegate for signature")


class MandateKind(models.TextChoices):
    """How a mandate came about."""

    FIRST = "first", _("First mandate")
    RENEWAL = "renewal", _("Renewal")
    REPLACEMENT = "replacement", _("Replacement for the remaining term")


class LinkKind(models.TextChoices):
    """The kind of a declared interest."""

    EMPLOYMENT = "employment", _("Employment or duty")
    FUNDING = "funding", _("Funding received")
    ADVICE = "advice", _("Advice or expertise")
    SHARES = "shares", _("Financial holding")
    FAMILY = "family", _("Interest of a relative")
    OTHER = "other", _("Other link")


class Answer(models.TextChoices):
    """What somebody declares about one dossier."""

    NONE = "none", _("No interest in this dossier")
    DOUBT = "doubt", _("A link on which the president should decide")
    CONFLICT = "conflict", _("An interest in this dossier: I withdraw")


class Ground(models.TextChoices):
    """Why somebody withdraws from a dossier."""

    DECLARED = "declared", _("Interest declared by the person")
    ORGANISATION = "organisation", _("Same organisation as the applicant")
    TEAM = "team", _("On the team of the project")
    FUNDER = "funder", _("Funds the project, or is funded by it")
    LINK = "link", _("Link in the public declaration of interests")
    INVITED = "invited", _("Invited to withdraw by the president")


class Venue(models.TextChoices):
    """How a session is attended."""

    ON_SITE = "on_site", _("On site")
    REMOTE = "remote", _("Remote")
    MIXED = "mixed", _("On site and remote")


class Debate(models.TextChoices):
    """How a dossier is examined."""

    DEBATE = "debate", _("With a debate")
    SIMILAR = "similar", _("Without debate: similar to a processing examined before")
    SIMPLIFIED = "simplified", _("Without debate: simplified access")


class Presence(models.TextChoices):
    """Where a member is during a session."""

    EXPECTED = "expected", _("Expected")
    PRESENT = "present", pgettext_lazy("attendance", "Present")
    REPRESENTED = "represented", pgettext_lazy("attendance", "Represented")
    EXCUSED = "excused", pgettext_lazy("attendance", "Excused")
    ABSENT = "absent", pgettext_lazy("attendance", "Absent")


class Position(models.TextChoices):
    """What a member votes."""

    FOR = "for", pgettext_lazy("vote", "For")
    AGAINST = "against", pgettext_lazy("vote", "Against")
    ABSTENTION = "abstention", pgettext_lazy("vote", "Abstention")


class Standing(models.TextChoices):
    """How a member stood when a vote was taken."""

    PRESENT = "present", pgettext_lazy("attendance", "Present")
    REPRESENTED = "represented", pgettext_lazy("attendance", "Represented")
    WITHDRAWN = "withdrawn", _("Withdrawn for an interest")
    OUT = "out", _("Not in the room")


class Ending(models.TextChoices):
    """What became of a dossier on an agenda; nothing yet when empty."""

    OPINION = "opinion", _("Opinion voted")
    DEFERRED = "deferred", _("Put off to a later session")
    STRUCK = "struck", _("Taken off the agenda")


class PaperKind(models.TextChoices):
    """The papers of the committee, each from one source."""

    CONVOCATION = "convocation", _("Convocation")
    AGENDA = "agenda", _("Agenda")
    REPORT = "report", _("Rapporteur's report")
    OPINION = "opinion", _("Opinion")
    MINUTES = "minutes", pgettext_lazy("paper", "Minutes")
    ATTESTATION = "attestation", _("Attestation of a tacit opinion")


class Reply(models.TextChoices):
    """What the applicant answers to a recommendation."""

    FOLLOWED = "followed", _("Followed")
    PARTLY = "partly", _("Followed in part")
    NOT_FOLLOWED = "not_followed", _("Not followed")
