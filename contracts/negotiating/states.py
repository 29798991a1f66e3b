"""The words of the negotiation: what a proposal would change, and what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.text.limits import Why


class ProposalKind(models.TextChoices):
    """What a proposal would change."""

    REWRITE = "rewrite", pgettext_lazy("proposal", "Other words")
    PARAMETERS = "parameters", pgettext_lazy("proposal", "Other values")
    REMOVE = "remove", pgettext_lazy("proposal", "Clause to be removed")
    ADD = "add", pgettext_lazy("proposal", "New clause")


class Status(models.TextChoices):
    """What became of a proposal."""

    PROPOSED = "proposed", pgettext_lazy("proposal", "Awaits its answer")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "Accepted")
    REJECTED = "rejected", pgettext_lazy("proposal", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "Withdrawn")


#: How each status is coloured.
TONES = {Status.PROPOSED: "info", Status.ACCEPTED: "success", Status.REJECTED: "error", Status.WITHDRAWN: ""}


class Beyond(models.TextChoices):
    """How far beyond what may be negotiated a change goes, in the words of who reads it."""

    LOCKED_CHANGED = Why.LOCKED_CHANGED.value, _("This clause is locked: its words do not change.")
    LOCKED_REMOVED = Why.LOCKED_REMOVED.value, _("This clause cannot be removed.")
    BEYOND_PARAMETERS = Why.BEYOND_PARAMETERS.value, _("Of this clause, the values alone may change.")
    OUT_OF_BOUNDS = Why.OUT_OF_BOUNDS.value, _("The value is out of the bounds of this clause.")
