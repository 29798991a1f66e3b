"""What the accountant tells is noted: payments, corrections, transfers to holders. The single window collects nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from fees.invoices import rules
from fees.invoices.models import HolderBill, Invoice, PayeeTransfer, Payment
from fees.invoices.policies import may_on_dossier
from fees.invoices.states import InvoiceState
from requests_app.searchable import changed
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.periods import paris_day
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState


@dataclass(frozen=True)
class Balance:
    """Where an invoice stands, in euros with VAT."""

    gross: Decimal
    paid: Decimal
    credited: Decimal

    @property
    def due(self) -> Decimal:
        """What remains to be paid; negative: what is to be repaid."""
        return self.gross - self.credited - self.paid


@dataclass(frozen=True)
class Noted:
    """What the accountant tells of a payment, a transfer or a holder's own invoice."""

    on: date
    reference: str


def balance_of(invoice: Invoice) -> Balance:
    """What was paid and credited of an invoice; two queries."""
    paid = Payment.objects.filter(invoice=invoice).aggregate(whole=Sum("amount"))["whole"]
    credited = Invoice.objects.filter(corrects=invoice).aggregate(whole=Sum("gross"))["whole"]
    return Balance(invoice.gross, paid or Decimal("0.00"), credited or Decimal("0.00"))


@transaction.atomic
def note_payment(invoice: Invoice, amount: Decimal, told: Noted, *, by: Any, at: datetime) -> JournalLine:
    """Note a payment of which the accountant tells; a negative amount corrects or repays. Raises NotAllowed, WrongState, RuleBroken."""
    lock_and_reread(invoice)
    if not invoice.roles_of(by) & invoice.may()["note_payment"]:
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    if invoice.is_credit_note:
        raise WrongState(rules.owes.sentence)  # type: ignore[attr-defined]
    before = balance_of(invoice)
    rules.require_payment(amount, told.on, paris_day(at), before.due, before.paid)
    payment = Payment.objects.create(
        invoice=invoice, amount=amount, received_on=told.on, reference=_reference(told), noted_at=at, noted_by=by
    )
    return _move(invoice, before.due - amount, payment, by=by, at=at)


def _move(invoice: Invoice, due: Decimal, payment: Payment, *, by: Any, at: datetime) -> JournalLine:
    if invoice.state == InvoiceState.CANCELLED or (invoice.state == InvoiceState.PAID and due <= 0):
        return record(invoice, "note_payment", by=by, at=at, facts={"payment": payment.pk})
    if invoice.state == InvoiceState.PAID:
        return invoice.reopen(by=by, at=at, payment=payment.pk)
    if due <= 0:
        return invoice.settle(by=by, at=at, payment=payment.pk)
    if invoice.state == InvoiceState.OVERDUE:
        return invoice.pay_part_late(by=by, at=at, payment=payment.pk)
    return invoice.pay_part(by=by, at=at, payment=payment.pk)


def settle_if_nothing_remains(invoice: Invoice, *, by: Any, at: datetime, credit: Invoice) -> None:
    """Before a credit note is numbered: an invoice that it reverses whole is cancelled, one of which nothing remains is paid."""
    before = balance_of(invoice)
    balance = replace(before, credited=before.credited + credit.gross)
    if balance.credited == balance.gross:
        invoice.cancel_by_credit(by=by, at=at, credit=credit.pk)
    elif balance.due <= 0 and invoice.is_open:
        invoice.settle(by=User.objects.system(), at=at)


def _reference(told: Noted) -> str:
    if not told.reference.strip():
        raise RuleBroken(Broken(_("Give the accountant’s reference: without it nobody finds the entry again."), where="reference"))
    return told.reference.strip()[:60]


@transaction.atomic
def note_accounting(invoice: Invoice, reference: str, *, by: Any, at: datetime) -> JournalLine:
    """Note the number that the accountant gave to the revenue order. Raises NotAllowed."""
    line = record(invoice, "note_accounting", by=by, at=at)
    invoice.accounting_reference = reference.strip()[:60]
    invoice.save(update_fields=["accounting_reference"])
    changed("invoice", invoice.pk, line.pk)
    return line


@transaction.atomic
def note_transfer(transfer: PayeeTransfer, told: Noted, *, by: Any, at: datetime) -> JournalLine:
    """Note that a holder's part was transferred, or given back of a credit note. Raises NotAllowed, WrongState, RuleBroken."""
    line = record(transfer.invoice, "note_transfer", by=by, at=at, facts={"transfer": transfer.pk, "on": told.on})
    row = PayeeTransfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    _require_new(row, told, at)
    if not transfer.invoice.is_credit_note and transfer.invoice.state != InvoiceState.PAID:
        raise RuleBroken(Broken(_("A holder’s part is transferred once the invoice is paid.")))
    row.transferred_on, row.reference, row.noted_at, row.noted_by = told.on, _reference(told), at, by
    row.save(update_fields=["transferred_on", "reference", "noted_at", "noted_by"])
    return line


@transaction.atomic
def note_holder_bill(bill: HolderBill, told: Noted, *, by: Any, at: datetime) -> None:
    """Note that a holder has invoiced its part itself, under its own number. Raises NotAllowed, WrongState, RuleBroken."""
    row = HolderBill.objects.select_for_update(of=("self",)).select_related("installment__schedule__quote__dossier").get(pk=bill.pk)
    if not may_on_dossier(by, "note_holder_bill", row.installment.schedule.quote.dossier):
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    _require_new(row, told, at)
    row.billed_on, row.reference, row.noted_at, row.noted_by = told.on, _reference(told), at, by
    row.save(update_fields=["billed_on", "reference", "noted_at", "noted_by"])


def _require_new(row: Any, told: Noted, at: datetime) -> None:
    if row.noted_at is not None:
        raise WrongState(_("This was noted already."))
    if told.on > paris_day(at):
        raise RuleBroken(Broken(_("This date is in the future."), where="on"))
