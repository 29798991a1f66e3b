"""Whether an invoice, a credit note or a payment may be noted: one function, one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from fees.invoices.states import InvoiceKind
from workflow.refusals import Broken, RuleBroken

EN_16931 = "EN 16931"
NUMBERING = "CGI, ann. II, art. 242 nonies A"  # [K] to be confirmed by the accountant


def owes(invoice: Any) -> bool:
    """Is it an invoice, on which something is to be paid?"""
    return bool(invoice.kind != InvoiceKind.CREDIT_NOTE)


owes.sentence = _("Nothing is to be paid on a credit note.")  # type: ignore[attr-defined]


def require_said(words: str) -> str:
    """The reason of a credit note, trimmed; raises RuleBroken without one."""
    said = words.strip()
    if not said:
        raise RuleBroken(Broken(_("Say why: the reason stands on the credit note."), where="because"))
    if len(said) > 1000:
        raise RuleBroken(Broken(_("This text is too long: the most is %(most)s characters.") % {"most": 1000}, where="because"))
    return said


def require_shares(shares: Iterable[Decimal]) -> None:
    """Raise RuleBroken unless the shares of the steps make the whole."""
    found = list(shares)
    if not found or any(share <= 0 for share in found) or sum(found, Decimal(0)) != Decimal(1):
        raise RuleBroken(Broken(_("The shares of the steps make 100% together, and each is more than nothing."), where="steps"))


def require_nothing_too_much(open_amounts: Mapping[Any, Decimal]) -> None:
    """Raise RuleBroken where more was invoiced than the accepted quote asks for: a credit note comes first."""
    if any(amount < 0 for amount in open_amounts.values()):
        sentence = _("More was invoiced than this quote asks for: make a credit note of the difference, then plan what remains.")
        raise RuleBroken(Broken(sentence))


def require_seller(seller: Any, *, taxed: bool) -> None:
    """Raise RuleBroken while the operator's facts, which every invoice must bear, are not all set."""
    lacking = seller.lacking(taxed=taxed)
    if lacking:
        sentence = _("The operator has not set everything that an invoice must bear: %(names)s.")
        raise RuleBroken(Broken(sentence % {"names": ", ".join(lacking)}, EN_16931))


def require_buyer_vat_number(number: str, *, reverse_charge: bool) -> None:
    """Raise RuleBroken for a reverse charge to a buyer without a VAT number."""
    if reverse_charge and not number:
        raise RuleBroken(Broken(_("The VAT number of the buyer is needed: the buyer owes the tax."), "CGI, art. 283-2"))


def require_within(asked: Decimal, remaining: Decimal, where: str) -> None:
    """Raise RuleBroken for a credit that is not between 0 and what remains of its VAT group."""
    if asked < 0:
        raise RuleBroken(Broken(_("An amount to credit is not negative."), where=where))
    if asked > remaining:
        raise RuleBroken(Broken(_("A credit note never exceeds what remains of the invoice in its VAT group."), EN_16931, where=where))


def require_some(amounts: Iterable[Decimal]) -> None:
    """Raise RuleBroken for a credit note of nothing."""
    if not any(amounts):
        raise RuleBroken(Broken(_("Say how much is credited in one group at least.")))


def require_payment(amount: Decimal, received_on: date, today: date, balance: Decimal, paid: Decimal) -> None:
    """Raise RuleBroken for a payment of nothing, of more than is due, or of a day to come; a negative one corrects or repays."""
    if not amount:
        raise RuleBroken(Broken(_("A payment is not nothing."), where="amount"))
    if received_on > today:
        raise RuleBroken(Broken(_("This date is in the future."), where="received_on"))
    if amount > 0 and amount > balance:
        raise RuleBroken(Broken(_("This is more than what remains to be paid."), where="amount"))
    if amount < 0 and -amount > paid:
        raise RuleBroken(Broken(_("A correction or a repayment is at most what was paid."), where="amount"))


def require_dates(steps: Any, dated: frozenset[Any], most: int) -> None:
    """Raise RuleBroken for steps without their day, out of order, or for too many of them."""
    found = list(steps)
    if len(found) > most:
        raise RuleBroken(Broken(_("At most %(most)s installments can be planned.") % {"most": most}, where="steps"))
    if any(step.trigger in dated and step.planned_on is None for step in found):
        raise RuleBroken(Broken(_("Say on which day each dated installment falls."), where="steps"))


def require_some_owed(owed: Any) -> None:
    """Raise RuleBroken when nothing is left to be planned."""
    if not owed:
        raise RuleBroken(Broken(_("Everything that this quote asks for is invoiced already: nothing remains to be planned.")))


def require_ready(installment: Any, *, ready: bool) -> None:
    """Raise RuleBroken for an installment whose time has not come."""
    if not ready:
        raise RuleBroken(Broken(_("This installment is not due yet: what it waits for has not come.")))
