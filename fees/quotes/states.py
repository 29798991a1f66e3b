"""The words of a quote and of a holder's estimate: their states, what a quote is for, where a fact comes from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuoteState(models.TextChoices):
    """Where a quote is."""

    DRAFT = "draft", pgettext_lazy("quote", "Being drawn up")
    ISSUED = "issued", pgettext_lazy("quote", "Issued")
    ACCEPTED = "accepted", pgettext_lazy("quote", "Accepted")
    DECLINED = "declined", pgettext_lazy("quote", "Declined")
    EXPIRED = "expired", pgettext_lazy("quote", "Expired")
    SUPERSEDED = "superseded", pgettext_lazy("quote", "Superseded")
    CANCELLED = "cancelled", pgettext_lazy("quote", "Cancelled")


class QuotePurpose(models.TextChoices):
    """What a quote is for."""

    SIMULATION = "simulation", pgettext_lazy("quote", "Simulation")
    ESTIMATE = "estimate", pgettext_lazy("quote", "Estimate")
    FIRM = "firm", pgettext_lazy("quote", "Firm quote")
    AMENDMENT = "amendment", pgettext_lazy("quote", "Amendment")
    WITHDRAWAL = "withdrawal", pgettext_lazy("quote", "Work done before a withdrawal")


#: What commits who accepts it.
BINDING = frozenset({QuotePurpose.FIRM, QuotePurpose.AMENDMENT})
#: What can be worked out before everything is known exactly: bounds of estimates and pieces to come are shown.
INDICATIVE = frozenset({QuotePurpose.SIMULATION, QuotePurpose.ESTIMATE})


class EstimateState(models.TextChoices):
    """Where a holder's estimate is."""

    AWAITED = "awaited", pgettext_lazy("estimate", "Awaited")
    GIVEN = "given", pgettext_lazy("estimate", "Given")
    DROPPED = "dropped", pgettext_lazy("estimate", "No longer needed")


class Origin(models.TextChoices):
    """Who says a fact that the content of the dossier does not hold."""

    DECLARED = "declared", _("declared by the applicant")
    ASSESSED = "assessed", _("settled by the fee manager")
