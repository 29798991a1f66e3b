"""An invoice in words: parties, lines, VAT, sums, and where its payment stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fees.invoices.models import Invoice
from fees.invoices.seller import mentions_of
from fees.invoices.services.paying import Balance, balance_of
from fees.words import money, number
from ui.words import day_in_words


@dataclass(frozen=True)
class ShownLine:
    """One line of a document."""

    label: str
    payee: str
    net: str
    vat: str


@dataclass(frozen=True)
class ShownGroup:
    """One VAT group."""

    payee: str
    rate: str
    taxable: str
    vat: str


@dataclass(frozen=True)
class ShownInvoice:
    """A document in words."""

    invoice: Invoice
    seller: dict[str, str]
    buyer: dict[str, str]
    lines: tuple[ShownLine, ...]
    groups: tuple[ShownGroup, ...]
    net: str
    vat: str
    gross: str
    issued_on: str
    due_on: str
    period: str
    kind: str
    mentions: tuple[str, ...] = ()


def shown_invoice(invoice: Invoice) -> ShownInvoice:
    """A document with its lines and VAT, in the reader's language; two queries."""
    french = (get_language() or "fr").startswith("fr")
    lines = tuple(
        ShownLine(
            row.label_fr if french else row.label_en, row.payee_name, money(row.net), vat_in_words(row.vat_category, row.vat_rate, "")
        )
        for row in invoice.lines.order_by("position")
    )
    groups = tuple(
        ShownGroup(row.payee_name, vat_in_words(row.category, row.rate, mention_of(row)), money(row.taxable), money(row.vat))
        for row in invoice.vat_groups.order_by("payee", "category", "rate")
    )
    period = ""
    if invoice.period_from and invoice.period_to:
        days = {"since": day_in_words(invoice.period_from), "until": day_in_words(invoice.period_to)}
        period = _("from %(since)s to %(until)s") % days
    return ShownInvoice(
        invoice,
        invoice.parties["seller"],
        invoice.parties["buyer"],
        lines,
        groups,
        money(invoice.net),
        money(invoice.vat),
        money(invoice.gross),
        day_in_words(invoice.issued_on),
        day_in_words(invoice.due_on) if invoice.due_on else "",
        period,
        str(invoice.get_kind_display()),
        () if invoice.is_credit_note else tuple(text for text, _code in mentions_of(invoice.parties["seller"])),
    )


def mention_of(group: Any) -> str:
    """Why a group bears no VAT, in the reader's language."""
    return group.mention_fr if (get_language() or "fr").startswith("fr") else group.mention_en


def vat_in_words(category: str, rate: Any, mention: str) -> str:
    """The rate of a group, or why it bears no VAT."""
    return _("VAT %(rate)s%%") % {"rate": number(rate)} if category == "S" else mention or _("no VAT")


@dataclass(frozen=True)
class ShownBalance:
    """Where the payment of an invoice stands, in words."""

    paid: str
    credited: str
    due: str
    repay: str


def shown_balance(invoice: Invoice) -> ShownBalance:
    """What was paid and credited, what remains, or what is to be repaid; two queries."""
    return balance_in_words(balance_of(invoice))


def balance_in_words(balance: Balance) -> ShownBalance:
    """The same of a balance that is known."""
    due, repay = (balance.due, None) if balance.due > 0 else (None, -balance.due if balance.due < 0 else None)
    return ShownBalance(
        money(balance.paid) if balance.paid else "",
        money(balance.credited) if balance.credited else "",
        money(due) if due else "",
        money(repay) if repay else "",
    )
