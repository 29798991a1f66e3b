"""The words of a ticket: what it is for, where it stands, at which desk, and on which side the time runs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """What a ticket is for (the four kinds of request of the guides of the CNAM, and what goes before and after them)."""

    TARGETING = "targeting", _("Targeting of the population")
    DIRECT_MATCHING = "direct_matching", _("Direct matching (NIR or triplet)")
    RECONSTRUCTION_MATCHING = "reconstruction_matching", _("Matching after reconstruction of the NIR")
    INDIRECT_MATCHING = "indirect_matching", _("Indirect matching")
    COHORT = "cohort", _("Extraction of a cohort")
    AGGREGATES = "aggregates", _("Aggregate tables")
    UPDATE = "update", _("Update of the data")
    DELIVERY = "delivery", _("Delivery")


class TicketState(models.TextChoices):
    """Where a ticket stands."""

    CREATED = "created", pgettext_lazy("ticket", "Created")
    NEED_TO_SPECIFY = "need_to_specify", pgettext_lazy("ticket", "Need to specify")
    NEED_AGREED = "need_agreed", pgettext_lazy("ticket", "Need agreed")
    TARGETING = "targeting", pgettext_lazy("ticket", "Targeting under way")
    AWAITING_DEPOSIT = "awaiting_deposit", pgettext_lazy("ticket", "Linkage table awaited")
    DEPOSITED = "deposited", pgettext_lazy("ticket", "Linkage table deposited")
    FORMAT_CHECK = "format_check", pgettext_lazy("ticket", "Format check")
    PSEUDONYMISATION = "pseudonymisation", pgettext_lazy("ticket", "Pseudonymisation")
    TABLE_VALIDATED = "table_validated", pgettext_lazy("ticket", "Linkage table validated")
    MATCHING = "matching", pgettext_lazy("ticket", "Matching under way")
    EXTRACTION = "extraction", pgettext_lazy("ticket", "Extraction under way")
    QUALITY_CHECK = "quality_check", pgettext_lazy("ticket", "Quality check")
    DELIVERY = "delivery", pgettext_lazy("ticket", "Delivery under way")
    ACCEPTANCE = "acceptance", pgettext_lazy("ticket", "With the applicant for acceptance")
    CLOSED = "closed", pgettext_lazy("ticket", "Done")
    REJECTED = "rejected", pgettext_lazy("ticket", "Rejected")
    CANCELLED = "cancelled", pgettext_lazy("ticket", "Cancelled")


class Desk(models.TextChoices):
    """Who does the work of a ticket."""

    CNAM = "cnam", _("CNAM")
    HOLDER = "holder", _("Data holder")
    OPERATOR = "operator", _("Operator of the single window")


class Side(models.TextChoices):
    """On whose side the time of a ticket runs."""

    OPERATOR = "operator", pgettext_lazy("side", "Single window")
    CNAM = "cnam", pgettext_lazy("side", "CNAM")
    HOLDER = "holder", pgettext_lazy("side", "Data holder")
    APPLICANT = "applicant", pgettext_lazy("side", "Applicant")


MATCHING_DIRECTLY = frozenset({Kind.DIRECT_MATCHING, Kind.RECONSTRUCTION_MATCHING})
MATCHING_KINDS = MATCHING_DIRECTLY | {Kind.INDIRECT_MATCHING}
EXTRACTING = frozenset({Kind.COHORT, Kind.AGGREGATES, Kind.UPDATE})
#: What a need is agreed for.
WITH_NEED = frozenset(Kind) - {Kind.DELIVERY}
#: What may begin before the gate to the data opens.
BEFORE_THE_GATE = frozenset({Kind.TARGETING})

ENDED = frozenset({TicketState.CLOSED, TicketState.REJECTED, TicketState.CANCELLED})
OPEN = frozenset(TicketState) - ENDED
#: In these no work rests yet on what came before.
UNBEGUN = frozenset({TicketState.CREATED, TicketState.NEED_TO_SPECIFY, TicketState.NEED_AGREED})
#: In these the applicant has the next word; in all other open ones, the desk.
WITH_APPLICANT = frozenset({TicketState.NEED_TO_SPECIFY, TicketState.AWAITING_DEPOSIT, TicketState.ACCEPTANCE})
#: The columns of the board, each with the states that it holds.
COLUMNS: tuple[tuple[str, frozenset[TicketState]], ...] = (
    ("need", frozenset({TicketState.CREATED, TicketState.NEED_TO_SPECIFY, TicketState.NEED_AGREED})),
    (
        "linkage",
        frozenset(
            {
                *(TicketState.AWAITING_DEPOSIT, TicketState.DEPOSITED, TicketState.FORMAT_CHECK),
                *(TicketState.PSEUDONYMISATION, TicketState.TABLE_VALIDATED),
            }
        ),
    ),
    ("work", frozenset({TicketState.TARGETING, TicketState.MATCHING, TicketState.EXTRACTION})),
    ("quality", frozenset({TicketState.QUALITY_CHECK})),
    ("delivery", frozenset({TicketState.DELIVERY})),
    ("acceptance", frozenset({TicketState.ACCEPTANCE})),
    ("ended", ENDED),
)
