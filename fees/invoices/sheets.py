"""The invoices as a file for the accountant: one row for each VAT group, streamed; no cell is a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from fees.invoices.models import InvoiceVat
from fees.invoices.states import InvoiceKind
from requests_app.desks.sheets import disarmed


class _Line:
    """What the csv writer writes to: it hands the line back."""

    def write(self, text: str) -> str:
        """The line as it is."""
        return text


def columns() -> list[str]:
    """The names of the columns, in the reader's language."""
    return [
        *(_("number"), _("kind"), _("corrects"), _("issued on"), _("to be paid by"), _("tax point"), _("state"), _("dossier")),
        *(_("payer"), "SIREN", _("number of the order"), _("service code (Chorus Pro)"), _("payee"), _("VAT category"), _("rate")),
        *(_("taxable amount"), _("VAT"), _("invoice, all taxes included"), _("accounting reference")),
    ]


def csv_of(invoices: Any) -> Iterator[str]:
    """The rows of these invoices as lines of a CSV file, a few hundred at a time; amounts of credit notes are negative."""
    writer = csv.writer(_Line(), delimiter=";")
    yield "\ufeff" + writer.writerow(columns())
    groups = InvoiceVat.objects.filter(invoice__in=invoices.order_by().values("pk")).select_related("invoice__dossier", "invoice__corrects")
    for group in groups.order_by("invoice__issued_at", "invoice", "pk").iterator(chunk_size=500):
        yield writer.writerow(_cells(group))


def _cells(group: InvoiceVat) -> list[str]:
    invoice = group.invoice
    buyer, sign = invoice.parties["buyer"], -1 if invoice.kind == InvoiceKind.CREDIT_NOTE else 1
    told = [
        *(invoice.number, invoice.kind, invoice.corrects.number if invoice.corrects else "", invoice.issued_on, invoice.due_on or ""),
        *(invoice.tax_point, invoice.get_state_display(), invoice.dossier.reference, buyer["name"], buyer["siren"]),
        *(invoice.order_reference, invoice.service_code, group.payee_name, group.category, group.rate),
    ]
    amounts = [str(sign * one) for one in (group.taxable, group.vat, invoice.gross)]
    return [*(disarmed(str(one)) for one in told), *amounts, disarmed(invoice.accounting_reference)]
