"""The words of the tariff grids: the states of a version, what a grid covers, which day selects a version, how VAT is treated."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class GridState(models.TextChoices):
    """Where a version of a grid is."""

    DRAFT = "draft", pgettext_lazy("grid", "Draft")
    IN_REVIEW = "in_review", pgettext_lazy("grid", "To be approved")
    PUBLISHED = "published", pgettext_lazy("grid", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("grid", "Withdrawn")


#: What is written once and never changes.
FROZEN = frozenset({GridState.PUBLISHED, GridState.WITHDRAWN})


class Scope(models.TextChoices):
    """What a grid charges for."""

    PLATFORM = "hdh_platform", _("The platform of the single window")
    HOLDER = "holder_data", _("The data of a holder")
    SERVICE = "hdh_service", _("Services of the single window")


class Billing(models.TextChoices):
    """Who writes the invoice."""

    SINGLE = "single_invoice", _("One invoice, from which the holders’ parts are transferred")
    DIRECT = "direct_by_holder", _("Each holder invoices its own part")


class Selecting(models.TextChoices):
    """The day that says which version applies to a dossier."""

    SUBMISSION = "application_submitted", _("the day on which the dossier was filed")
    OPINION = "opinion", _("the day of the committee’s opinion")
    DECISION = "decision", _("the day of the authorisation")
    QUOTE = "quote_date", _("the day of the quote")
    DELIVERY = "delivery", _("the day of delivery")
    PERIOD_END = "period_end", _("the last day of the period")


class AmendmentPolicy(models.TextChoices):
    """Which prices hold when an accepted quote is amended."""

    LOCKED = "locked", _("the prices of the accepted quote")
    CURRENT = "current", _("the prices in force on the day of the amendment")
    MOST_FAVOURABLE = "most_favourable", _("the lower of the two")


class VatCategory(models.TextChoices):
    """The categories of UNTDID 5305."""

    STANDARD = "S", _("Taxed")
    OUT_OF_SCOPE = "O", _("Out of the scope of VAT")
    REVERSE_CHARGE = "AE", _("Reverse charge")
    EXEMPT = "E", _("Exempt")
    ZERO = "Z", _("Zero rate")
    EXPORT = "G", _("Export")
    INTRA_COMMUNITY = "K", _("Intra-Community supply")
