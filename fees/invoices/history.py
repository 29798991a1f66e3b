"""The journal of an invoice in words: what happened, who noted it, under which role, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from fees.invoices.models import Invoice
from requests_app.journal_words import role_in_words
from workflow.models import JournalLine

HAPPENED: dict[str, Any] = {
    "issue": _("Invoice issued"),
    "credit": _("Credit note issued"),
    "make_document": _("File made"),
    "send": _("Sent"),
    "pay_part": _("Part payment noted"),
    "pay_part_late": _("Part payment noted, after the last day"),
    "settle": _("Nothing remains to be paid"),
    "reopen": _("Payment corrected"),
    "note_payment": _("Repayment noted"),
    "note_accounting": _("Revenue order noted"),
    "note_transfer": _("Transfer to a holder noted"),
    "fall_overdue": _("Overdue"),
    "cancel_by_credit": _("Cancelled by a credit note"),
}


@dataclass(frozen=True)
class Told:
    """One line of the journal in words."""

    what: Any
    who: str
    role: Any
    at: datetime


def history_of(invoice: Invoice) -> list[Told]:
    """What happened to an invoice, in its order; one query."""
    lines = JournalLine.objects.filter(subject_type=Invoice.subject_type, subject_id=invoice.pk).select_related("actor").order_by("seq")
    return [Told(HAPPENED.get(line.action, line.action), str(line.actor), role_in_words(line.actor_role), line.at) for line in lines]
