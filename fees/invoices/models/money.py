"""What the accountant tells: payments of an invoice, and the holders' parts that are transferred to them."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fees.invoices.models.invoices import Invoice
from fees.invoices.models.schedules import euros
from fees.invoices.triggers import noted_once, written_once


class Payment(models.Model):
    """A payment as the accountant told of it; a negative one corrects an earlier one, or repays what was credited."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="payments")
    amount = euros(_("amount"))
    received_on = models.DateField(_("received on"))
    reference = models.CharField(_("accounting reference"), max_length=60)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["invoice", "received_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="payment_is_not_nothing"),
            models.CheckConstraint(condition=~Q(reference=""), name="payment_has_its_reference"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [written_once("payment")]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.amount}"


class PayeeTransfer(models.Model):
    """The part of an invoice that is a holder's: transferred once the invoice is paid; of a credit note, what the holder gives back."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="transfers")
    payee = models.CharField(max_length=80)
    payee_name = models.CharField(_("holder"), max_length=250)
    net = euros(_("net"))
    vat = euros(_("VAT"))
    transferred_on = models.DateField(_("transferred on"), null=True, blank=True)
    reference = models.CharField(_("accounting reference"), max_length=60, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["invoice", "payee"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "payee"], name="transfer_once_per_payee"),
            models.CheckConstraint(
                condition=Q(noted_at=None) | Q(transferred_on__isnull=False, noted_by__isnull=False) & ~Q(reference=""),
                name="transfer_noted_is_whole",
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = noted_once(
            "transfer", "invoices_payeetransfer", "invoice_id", "payee", "payee_name", "net", "vat"
        )

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.payee}"
