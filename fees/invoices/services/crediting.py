"""A credit note gives back a part of an invoice, group of VAT by group; reversing all of it cancels the invoice."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from fees.invoices import rules
from fees.invoices.models import Invoice, InvoiceLine, InvoiceVat
from fees.invoices.seller import own_codes
from fees.invoices.services.issuing import Charge, Drawn, Group, prepared, put_down
from fees.invoices.services.paying import settle_if_nothing_remains
from fees.invoices.splitting import Rest, credited_vat, off_lines
from fees.invoices.states import InvoiceKind
from fees.tariff.vat import Taxed
from fees.tariff.vocabulary import VatCategory
from fees.tariff.written import Text
from requests_app.models import Dossier
from workflow.engine import lock_and_reread
from workflow.refusals import NotAllowed, WrongState


def remaining(invoice: Invoice) -> dict[int, Rest]:
    """VAT group of the invoice → what its credit notes leave of it; two queries."""
    credited: dict[tuple[str, str, Decimal], Rest] = {}
    for row in InvoiceVat.objects.filter(invoice__corrects=invoice).order_by("pk"):
        key = (row.payee, row.category, row.rate)
        before = credited.get(key, Rest(Decimal(0), Decimal(0)))
        credited[key] = Rest(before.taxable + row.taxable, before.vat + row.vat)
    found = {}
    for row in invoice.vat_groups.order_by("pk"):
        gone = credited.get((row.payee, row.category, row.rate), Rest(Decimal(0), Decimal(0)))
        found[row.pk] = Rest(row.taxable - gone.taxable, row.vat - gone.vat)
    return found


@transaction.atomic
def credit(invoice: Invoice, amounts: Mapping[int, Decimal], because: str, *, by: Any, at: datetime) -> Invoice:
    """Issue a credit note: VAT group of the invoice → the taxable amount given back. Raises NotAllowed, WrongState, RuleBroken."""
    Dossier.objects.select_for_update(of=("self",)).get(pk=invoice.dossier_id)
    lock_and_reread(invoice)
    if not invoice.roles_of(by) & invoice.may()["credit"]:
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    if invoice.is_credit_note:
        raise WrongState(_("A credit note is not corrected by another: issue what is owed anew."))
    words = rules.require_said(because)
    rests = remaining(invoice)
    for group, asked in amounts.items():
        rules.require_within(asked, rests[group].taxable if group in rests else Decimal(0), f"group-{group}")
    rules.require_some(amounts.values())
    ready = prepared(_drawn(invoice, {group: asked for group, asked in amounts.items() if asked}, rests, words), by=by, at=at)
    settle_if_nothing_remains(invoice, by=by, at=at, credit=ready.invoice)
    return put_down(ready, by=by, at=at)  # last: this takes the lock on the numbers


def credit_all(invoice: Invoice, because: str, *, by: Any, at: datetime) -> Invoice:
    """Reverse all that remains of an invoice. Raises NotAllowed, WrongState, RuleBroken."""
    return credit(invoice, {group: rest.taxable for group, rest in remaining(invoice).items()}, because, by=by, at=at)


def _drawn(invoice: Invoice, amounts: Mapping[int, Decimal], rests: Mapping[int, Rest], words: str) -> Drawn:
    left = _left_by_line(invoice)
    charges: list[Charge] = []
    groups: dict[tuple[str, str, Decimal], Group] = {}
    names: dict[str, str] = {}
    for row in invoice.vat_groups.filter(pk__in=list(amounts)).order_by("pk"):
        asked, key = amounts[row.pk], (row.payee, row.category, row.rate)
        groups[key] = Group(asked, credited_vat(asked, rests[row.pk], row.rate), row.exemption_code, row.mention_fr, row.mention_en)
        names[row.payee] = row.payee_name
        taxed = Taxed(VatCategory(row.category), row.rate, row.exemption_code, Text(row.mention_fr, row.mention_en))
        lines = {line: net for line, net in left.items() if (line.payee, line.vat_category, line.vat_rate) == key}
        for line, part in off_lines(asked, lines).items():
            charges.append(Charge(line.key, line.payee, line.label_fr, line.label_en, part, taxed, line.taxed_on))
    more = {"words": words, "salt": secrets.token_hex(16), "order_reference": invoice.order_reference, "service_code": invoice.service_code}
    return Drawn(
        InvoiceKind.CREDIT_NOTE,
        invoice.quote,
        Organisation.objects.get(pk=invoice.buyer_id),
        invoice.parties,
        charges,
        groups,
        names,
        own_codes(),
        installment=invoice.installment,
        corrects=invoice,
        more=more,
    )


def _left_by_line(invoice: Invoice) -> dict[InvoiceLine, Decimal]:
    """Line of the invoice → what its credit notes leave of it."""
    gone: dict[tuple[str, str, str, Decimal], Decimal] = {}
    for row in InvoiceLine.objects.filter(invoice__corrects=invoice).order_by("pk"):
        key = (row.key, row.payee, row.vat_category, row.vat_rate)
        gone[key] = gone.get(key, Decimal(0)) + row.net
    return {
        row: row.net - gone.get((row.key, row.payee, row.vat_category, row.vat_rate), Decimal(0))
        for row in invoice.lines.order_by("position")
    }
