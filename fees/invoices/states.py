"""The words of invoices: their states and kinds, how a quote is spread over time, and what makes an installment due."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class InvoiceState(models.TextChoices):
    """Where an invoice or a credit note is."""

    ISSUED = "issued", pgettext_lazy("invoice", "Issued")
    SENT = "sent", pgettext_lazy("invoice", "Sent")
    PARTLY_PAID = "partly_paid", pgettext_lazy("invoice", "Partly paid")
    OVERDUE = "overdue", pgettext_lazy("invoice", "Overdue")
    PAID = "paid", pgettext_lazy("invoice", "Paid")
    CANCELLED = "cancelled", pgettext_lazy("invoice", "Cancelled by a credit note")


#: Something is still to be paid.
OPEN = frozenset({InvoiceState.ISSUED, InvoiceState.SENT, InvoiceState.PARTLY_PAID, InvoiceState.OVERDUE})


class InvoiceKind(models.TextChoices):
    """What a document is, by the codes of UNTDID 1001."""

    INVOICE = "380", pgettext_lazy("invoice", "Invoice")
    CREDIT_NOTE = "381", pgettext_lazy("invoice", "Credit note")
    PREPAYMENT = "386", pgettext_lazy("invoice", "Prepayment invoice")


#: The series of numbers of each kind: credit notes are numbered apart.
SERIES = {InvoiceKind.INVOICE: "FAC", InvoiceKind.PREPAYMENT: "FAC", InvoiceKind.CREDIT_NOTE: "AVO"}


class Mode(models.TextChoices):
    """How what a quote asks for is spread over time."""

    UPFRONT = "upfront", pgettext_lazy("schedule", "In one go")
    MILESTONES = "milestones", pgettext_lazy("schedule", "By steps of the project")
    PERIODIC = "periodic", pgettext_lazy("schedule", "By periods")


class Trigger(models.TextChoices):
    """What makes an installment ready to be invoiced."""

    ACCEPTANCE = "acceptance", pgettext_lazy("installment", "The quote is accepted")
    PERMIT = "permit", pgettext_lazy("installment", "The project is authorised")
    DELIVERY = "delivery", pgettext_lazy("installment", "The data are available")
    DATE = "date", pgettext_lazy("installment", "A date")
    PERIOD = "period", pgettext_lazy("installment", "A period begins")


#: These fall due on a day that the schedule says.
DATED = frozenset({Trigger.DATE, Trigger.PERIOD})
#: Before the service is rendered: an invoice of these, when others follow, is one of prepayment.
BEFOREHAND = frozenset({Trigger.ACCEPTANCE, Trigger.PERMIT})
