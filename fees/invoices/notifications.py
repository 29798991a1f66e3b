"""Letters about invoices: to who signs for the payer and to the team of the dossier, and to the fee manager when one falls overdue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from fees.invoices.models import Invoice
from fees.invoices.policies import MAY, roles_on
from requests_app.notifications import team_of
from ui.words import day_in_words
from workflow import mail
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import NothingToDo, handler, queue, still_there

LETTER = "invoices/mail/letter"


@dataclass(frozen=True)
class Letter:
    """One letter: its subject, what it says, and the words of its link."""

    subject: Any
    text: Any
    link: Any


LETTERS: dict[str, Letter] = {
    "send": Letter(
        _("Invoice %(number)s, to be paid by %(due)s"),
        _("Invoice %(number)s, for the dossier “%(title)s” (%(reference)s), is issued. It is to be paid by %(due)s."),
        _("Read the invoice"),
    ),
    "credit": Letter(
        _("Credit note %(number)s"),
        _("Credit note %(number)s, for the dossier “%(title)s” (%(reference)s), is issued: it corrects invoice %(corrects)s."),
        _("Read the credit note"),
    ),
    "due": Letter(
        _("Invoice %(number)s is to be paid by %(due)s"),
        _("No full payment of invoice %(number)s, for the dossier “%(title)s” (%(reference)s), is noted yet. It is due by %(due)s."),
        _("Read the invoice"),
    ),
    "fall_overdue": Letter(
        _("Invoice %(number)s is overdue"),
        _(
            "Invoice %(number)s, for the dossier “%(title)s” (%(reference)s), was to be paid by %(due)s, and no full payment is noted. "
            "If you have paid, tell the accounting officer the number of the invoice."
        ),
        _("Read the invoice"),
    ),
    "settle": Letter(
        _("Invoice %(number)s is settled"),
        _("Nothing remains to be paid on invoice %(number)s, for the dossier “%(title)s” (%(reference)s)."),
        _("Read the invoice"),
    ),
}


def tell_of_invoice(invoice: Invoice, line: JournalLine) -> None:
    """Reaction to a move of an invoice: those whom it concerns get a letter each."""
    queue("invoice_moved", f"invoice_moved:{line.pk}", invoice=invoice.pk, action=line.action, line=line.pk)


@handler("invoice_moved")
def write_of_invoice(message: OutboxMessage) -> None:
    """Queue the letters."""
    invoice: Invoice = still_there(Invoice.objects.for_reading(), pk=message.payload["invoice"])
    about = "credit" if invoice.is_credit_note else message.payload["action"]
    people = {person.pk for person in concerned(invoice)}
    people |= {invoice.issued_by_id} if about == "fall_overdue" else set()
    for pk in sorted(people):
        mail.write_to(pk, LETTER, f"invoice:{about}:{message.payload['line']}", about=about, invoice=invoice.pk)


def concerned(invoice: Invoice) -> list[User]:
    """The team of the dossier, and those who sign for who pays."""
    granted = User.objects.filter(is_active=True, role_grants__role=Role.SIGNATORY.value, role_grants__ended_at=None)
    signing = granted.filter(role_grants__organisation=invoice.buyer_id).order_by("pk").distinct()
    return list({person.pk: person for person in [*team_of(invoice.dossier), *signing]}.values())


def remind(invoice: Invoice, about: str, occasion: str) -> None:
    """Write to those who pay; once for each occasion."""
    for person in concerned(invoice):
        mail.write_to(person.pk, LETTER, f"invoice:{about}:{invoice.pk}:{occasion}", about=about, invoice=invoice.pk)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    """The words of a letter; nothing is sent to somebody who no longer sees what it is about."""
    letter = LETTERS[payload["about"]]
    invoice: Invoice = still_there(Invoice.objects.for_reading(), pk=payload["invoice"])
    if not roles_on(User.objects.get(pk=payload["user"]), invoice) & MAY["see"] or (payload["about"] == "due" and not invoice.is_open):
        raise NothingToDo
    said = {
        "reference": invoice.dossier.reference,
        "title": invoice.dossier.title,
        "number": invoice.number,
        "due": day_in_words(invoice.due_on) if invoice.due_on else "",
        "corrects": invoice.corrects.number if invoice.corrects else "",
    }
    return {
        "subject": letter.subject % said,
        "text": letter.text % said,
        "link": letter.link,
        "example": invoice.illustrative,
        "address": settings.SITE_URL.rstrip("/") + invoice.get_absolute_url(),
    }
