"""The journal of a quote in words: what happened, who did it, under which role, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from fees.quotes.models import Quote
from fees.quotes.policies import ACCEPTOR
from requests_app.journal_words import role_in_words
from workflow.models import JournalLine

HAPPENED: dict[str, Any] = {
    "draw_up": _("Quote drawn up"),
    "edit": _("Draft changed"),
    "issue": _("Quote issued"),
    "make_document": _("File made"),
    "accept_part": _("Accepted by one of the payers"),
    "record_paper": _("Acceptance on paper recorded, to be checked by somebody else"),
    "accept_part_on_paper": _("Acceptance of one of the payers on paper checked"),
    "discard_paper": _("Acceptance on paper discarded"),
    "accept": _("Quote accepted"),
    "accept_on_paper": _("Quote accepted on paper"),
    "plan": _("Invoices planned"),
    "suspend_installment": _("Installment suspended"),
    "resume_installment": _("Installment resumed"),
    "decline": _("Quote declined"),
    "expire": _("Quote expired"),
    "supersede": _("Another quote took its place"),
    "cancel": _("Quote cancelled"),
}


@dataclass(frozen=True)
class Told:
    """One line of the journal in words."""

    what: Any
    who: str
    role: Any
    at: datetime
    hash: str


def history_of(quote: Quote) -> list[Told]:
    """What happened to a quote, in its order; one query."""
    lines = JournalLine.objects.filter(subject_type=Quote.subject_type, subject_id=quote.pk).select_related("actor").order_by("seq")
    return [Told(HAPPENED.get(line.action, line.action), str(line.actor), _role(line.actor_role), line.at, line.hash) for line in lines]


def _role(role: str) -> Any:
    return _("for a payer") if role == ACCEPTOR else role_in_words(role)
