"""A credit note by VAT group; and what the accountant tells of payments, transfers, and a holder's own invoice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.forms.fields import ExactField
from fees.invoices.models import Invoice
from fees.invoices.services import crediting, paying
from fees.invoices.services.paying import Noted
from fees.invoices.shown import mention_of, vat_in_words
from fees.words import money
from requests_app.forms.base import MoveForm


def a_day(label: Any) -> forms.DateField:
    """A day, entered with the browser's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class CreditForm(MoveForm):
    """How much is given back in each VAT group, and why."""

    marks_optional = False
    because = forms.CharField(label=_("Why"), help_text=_("It stands on the credit note."), widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any = None, *, invoice: Invoice) -> None:
        super().__init__(data)
        self.invoice, self.made = invoice, None
        rests = crediting.remaining(invoice)
        self.groups = [row for row in invoice.vat_groups.order_by("pk") if rests[row.pk].taxable]
        for row in self.groups:
            told = {"payee": row.payee_name, "vat": vat_in_words(row.category, row.rate, mention_of(row))}
            hint = _("At most %(most)s excluding VAT, what remains of this group.") % {"most": money(rests[row.pk].taxable)}
            label = _("Excluding VAT, %(payee)s, %(vat)s") % told
            self.fields[f"group-{row.pk}"] = ExactField(label=label, help_text=hint, decimals=2, required=False)

    made: Invoice | None

    @property
    def amounts(self) -> list[Any]:
        """The fields of the groups, for the page."""
        return [self[f"group-{row.pk}"] for row in self.groups]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Issue the credit note, and say whether it was done."""
        asked = {row.pk: self.cleaned_data[f"group-{row.pk}"] or Decimal(0) for row in self.groups}

        def issue() -> None:
            self.made = crediting.credit(self.invoice, asked, self.cleaned_data["because"], by=by, at=at)

        return self.attempt(issue)


class PaymentForm(MoveForm):
    """A payment of which the accountant tells."""

    amount = forms.DecimalField(
        label=_("Amount, in euros"),
        max_digits=14,
        decimal_places=2,
        localize=True,
        help_text=_("A negative amount corrects an entry, or says that something was repaid."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    received_on = a_day(_("Received on"))
    reference = forms.CharField(label=_("Accounting reference"), max_length=60)

    def save(self, invoice: Invoice, *, by: Any, at: datetime) -> bool:
        """Note it, and say whether it was done."""
        told = Noted(self.cleaned_data["received_on"], self.cleaned_data["reference"])
        return self.attempt(lambda: paying.note_payment(invoice, self.cleaned_data["amount"], told, by=by, at=at))


class NotedForm(MoveForm):
    """A day and a reference: of a transfer to a holder, or of the holder's own invoice."""

    on = a_day(_("Day"))
    reference = forms.CharField(label=_("Reference"), max_length=60)

    def save(self, note: Callable[..., Any], row: Any, *, by: Any, at: datetime) -> bool:
        """Note it, and say whether it was done."""
        return self.attempt(lambda: note(row, Noted(self.cleaned_data["on"], self.cleaned_data["reference"]), by=by, at=at))


class AccountingForm(MoveForm):
    """The number that the accountant gave to the revenue order."""

    reference = forms.CharField(label=_("Number of the revenue order"), max_length=60)

    def save(self, invoice: Invoice, *, by: Any, at: datetime) -> bool:
        """Note it, and say whether it was done."""
        return self.attempt(lambda: paying.note_accounting(invoice, self.cleaned_data["reference"], by=by, at=at))
