"""The moves of an invoice, from its issue to its payment; a credit note is only sent. Money is collected elsewhere: here it is noted."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from fees.invoices import rules
from fees.invoices.states import InvoiceState
from workflow.engine import Subject, move
from workflow.moves import EVERY_CLOCK

AWAITING = [InvoiceState.ISSUED, InvoiceState.SENT, InvoiceState.PARTLY_PAID]


class InvoiceMoves(Subject):
    """An invoice or a credit note."""

    subject_type: ClassVar[str] = "invoice"
    sent_at: Any

    class Meta:
        abstract = True

    @move(source=[InvoiceState.ISSUED], target=InvoiceState.SENT, label=_("Send"), law=rules.EN_16931)
    def send(self, *, by: Any, at: datetime) -> None:
        """Its file is made, and those whom it concerns are written to."""
        self.sent_at = at

    @move(source=AWAITING, target=InvoiceState.PARTLY_PAID, label=_("Note a part payment"), fits=rules.owes)
    def pay_part(self, *, by: Any, at: datetime, payment: int) -> None:
        """The accountant tells of a part; the rest is still awaited."""
        self.jot(payment=payment)

    @move(source=[InvoiceState.OVERDUE], target=InvoiceState.OVERDUE, label=_("Note a part payment that is late"), fits=rules.owes)
    def pay_part_late(self, *, by: Any, at: datetime, payment: int) -> None:
        """A part came after the last day; the rest stays overdue."""
        self.jot(payment=payment)

    @move(source=[*AWAITING, InvoiceState.OVERDUE], target=InvoiceState.PAID, label=_("Note the payment"), ends=["K-FAC"], fits=rules.owes)
    def settle(self, *, by: Any, at: datetime, payment: int | None = None) -> None:
        """Nothing remains to be paid: the accountant has told of all of it, or a credit note takes the rest away."""
        self.jot(payment=payment)

    @move(
        source=[InvoiceState.PAID],
        target=InvoiceState.SENT,
        label=_("Correct a payment"),
        starts=["K-FAC"],
        fits=rules.owes,
        grave=True,
    )
    def reopen(self, *, by: Any, at: datetime, payment: int) -> None:
        """A payment was noted by mistake: something is awaited again, from the day of the correction."""
        self.jot(payment=payment)

    @move(
        source=AWAITING,
        target=InvoiceState.OVERDUE,
        label=_("Fall overdue"),
        after="K-FAC",
        ends=["K-FAC"],
        fits=rules.owes,
    )
    def fall_overdue(self, *, by: Any, at: datetime) -> None:
        """The last day to pay has passed; whoever pays is reminded."""

    @move(
        source=[*AWAITING, InvoiceState.OVERDUE, InvoiceState.PAID],
        target=InvoiceState.CANCELLED,
        label=_("Cancel by a credit note"),
        law=rules.EN_16931,
        ends=[EVERY_CLOCK],
        fits=rules.owes,
        grave=True,
    )
    def cancel_by_credit(self, *, by: Any, at: datetime, credit: int) -> None:
        """Credit notes reverse all of it: an invoice is never deleted nor rewritten."""
        self.jot(credit=credit)
