"""The words of the dossier's machine: states, procedures, opinions, and whose turn it is in each state."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a dossier is."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Filed, completeness check under way")
    INCOMPLETE = "incomplete", _("To be completed")
    COMPLETE = "complete", _("Complete")
    WITH_COMMITTEE = "with_committee", _("With the committee (CESREES)")
    OPINION_GIVEN = "opinion_given", _("Opinion given")
    WITH_CNIL = "with_cnil", _("With the CNIL")
    CNIL_INCOMPLETE = "cnil_incomplete", _("Incomplete for the CNIL")
    AUTHORISED = "authorised", _("Authorised")
    REFUSED = "refused", _("Refused by the CNIL")
    CLOSED_WITHOUT_ACTION = "closed_without_action", _("Closed without action by the CNIL")
    CONTRACTING = "contracting", _("Convention under way")
    IN_PREPARATION = "in_preparation", _("Data in preparation")
    RUNNING = "running", _("Project under way")
    ENDED = "ended", _("Project ended, data retained")
    DESTROYED = "destroyed", _("Data destroyed")
    CLOSED = "closed", pgettext_lazy("dossier", "Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ABANDONED = "abandoned", _("Abandoned")


class Turn(models.TextChoices):
    """Who is expected to act."""

    APPLICANT = "applicant", _("the applicant")
    SECRETARIAT = "secretariat", _("the secretariat")
    COMMITTEE = "committee", _("the committee")
    CNIL = "cnil", _("the CNIL")
    PARTIES = "parties", _("the parties to the convention")
    HOLDERS = "holders", _("the CNAM and the data holders")
    NOBODY = "nobody", _("nobody: the dossier is at its end")


TURN: dict[str, Turn] = {
    State.DRAFT: Turn.APPLICANT,
    State.SUBMITTED: Turn.SECRETARIAT,
    State.INCOMPLETE: Turn.APPLICANT,
    State.COMPLETE: Turn.SECRETARIAT,
    State.WITH_COMMITTEE: Turn.COMMITTEE,
    State.OPINION_GIVEN: Turn.APPLICANT,
    State.WITH_CNIL: Turn.CNIL,
    State.CNIL_INCOMPLETE: Turn.APPLICANT,
    State.AUTHORISED: Turn.SECRETARIAT,
    State.REFUSED: Turn.NOBODY,
    State.CLOSED_WITHOUT_ACTION: Turn.NOBODY,
    State.CONTRACTING: Turn.PARTIES,
    State.IN_PREPARATION: Turn.HOLDERS,
    State.RUNNING: Turn.APPLICANT,
    State.ENDED: Turn.APPLICANT,
    State.DESTROYED: Turn.SECRETARIAT,
    State.CLOSED: Turn.NOBODY,
    State.WITHDRAWN: Turn.NOBODY,
    State.ABANDONED: Turn.NOBODY,
}

FINAL = frozenset(state for state, turn in TURN.items() if turn == Turn.NOBODY)
EDITABLE = frozenset({State.DRAFT, State.INCOMPLETE, State.OPINION_GIVEN})
BEFORE_DECISION = (
    State.DRAFT,
    State.SUBMITTED,
    State.INCOMPLETE,
    State.COMPLETE,
    State.WITH_COMMITTEE,
    State.OPINION_GIVEN,
    State.WITH_CNIL,
    State.CNIL_INCOMPLETE,
)
AFTER_AUTHORISATION = (
    State.AUTHORISED,
    State.CONTRACTING,
    State.IN_PREPARATION,
    State.RUNNING,
    State.ENDED,
    State.DESTROYED,
    State.CLOSED,
)


class Procedure(models.TextChoices):
    """The legal routes that have a room in this house."""

    AUT = "aut", _("CNIL authorisation")
    DU = "du", _("Single decision (décision unique)")
    MR004 = "mr004", _("Reference methodology MR-004")
    MR007 = "mr007", _("Reference methodology MR-007")
    MR008 = "mr008", _("Reference methodology MR-008")


WITH_COMMITTEE = frozenset({Procedure.AUT, Procedure.DU, Procedure.MR007, Procedure.MR008})
WITH_CNIL = frozenset({Procedure.AUT, Procedure.DU})
BY_COMMITMENT_AFTER_OPINION = frozenset({Procedure.MR007, Procedure.MR008})


class Opinion(models.TextChoices):
    """The committee knows four opinions, the first of them express or tacit."""

    FAVOURABLE = "favourable", _("Favourable")
    RECOMMENDATIONS = "recommendations", _("Favourable with recommendations")
    RESERVED = "reserved", _("Reserved")
    UNFAVOURABLE = "unfavourable", _("Unfavourable")
    TACIT = "tacit", _("Tacitly favourable")


EXPRESS_OPINIONS = (Opinion.FAVOURABLE, Opinion.RECOMMENDATIONS, Opinion.RESERVED, Opinion.UNFAVOURABLE)
EXPRESSLY_FAVOURABLE = frozenset({Opinion.FAVOURABLE, Opinion.RECOMMENDATIONS})
OPINIONS_WITH_REASONS = frozenset({Opinion.RECOMMENDATIONS, Opinion.RESERVED, Opinion.UNFAVOURABLE})


class Basis(models.TextChoices):
    """On what an authorisation rests."""

    EXPRESS = "express", _("Decision of the CNIL")
    TACIT = "tacit", _("Silence of the CNIL")
    COMMITMENT = "commitment", _("Commitment to a reference methodology")


class ClosingReason(models.TextChoices):
    """Why the CNIL closes a request without deciding it."""

    OUT_OF_SCOPE = "out_of_scope", _("Outside the scope of the authorisation")
    INCOMPLETE = "incomplete", _("File left incomplete")
    CONFORMS = "conforms", _("Conforms to a reference methodology: no authorisation is needed")
    OTHER = "other", _("Other reason")
