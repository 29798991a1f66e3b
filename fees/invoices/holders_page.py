"""What the single window owes a holder of data: its parts of the invoices, and what it invoices itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest

from accounts.models import Organisation
from accounts.policies import organisations_with
from accounts.roles import Role
from fees.invoices.models import HolderBill, PayeeTransfer
from fees.invoices.pages import PER_PAGE
from fees.invoices.states import InvoiceState
from fees.models import TariffGrid
from fees.quotes.facts import holder_code
from ui.navigation import stand_under
from ui.pagination import page_of

BILLS = "a-facturer"


@dataclass(frozen=True)
class ShownTransfer:
    """One part of an invoice that is a holder's; negative where a credit note takes it back."""

    transfer: PayeeTransfer
    gross: Decimal
    is_due: bool


def transfers_shown(request: HttpRequest) -> dict[str, Any]:
    """The parts of the reader's organisations, or what they invoice themselves; 404 for who holds no data."""
    codes = codes_of(organisations_with(request.user, Role.DATA_CONTROLLER_AGENT.value))
    if not codes:
        raise Http404
    stand_under(request, "transfers")
    transfers, bills = transfers_to(codes), bills_of(codes)
    is_bills = request.GET.get("vue") == BILLS
    page = page_of(bills if is_bills else transfers, request, PER_PAGE)
    told = {"page": page, "is_bills": is_bills, "rows": list(page) if is_bills else [_shown(one) for one in page]}
    return told | {"transfers_count": transfers.count(), "bills_count": bills.count()}


def codes_of(organisations: frozenset[int]) -> frozenset[str]:
    """Under which names lines are owed to these holders: their own, and that of a grid that is theirs alone; two queries."""
    held = Organisation.objects.filter(pk__in=organisations)
    of_others = TariffGrid.objects.filter(~Q(owner__in=organisations) | Q(owner=None)).values("owner_code")
    grids = TariffGrid.objects.filter(owner__in=organisations).exclude(owner_code__in=of_others)
    return frozenset({*(holder_code(one) for one in held), *grids.values_list("owner_code", flat=True)})


def transfers_to(codes: frozenset[str]) -> Any:
    """The parts that are owed under these names, those that are not transferred first, the oldest first."""
    rows = PayeeTransfer.objects.filter(payee__in=codes).select_related("invoice__dossier__content", "invoice__buyer")
    return rows.order_by("transferred_on", "-invoice__issued_at", "pk")


def bills_of(codes: frozenset[str]) -> Any:
    """What is to be invoiced, or was, by the holders of these names, the last one first."""
    rows = HolderBill.objects.filter(payee__in=codes).select_related("installment__schedule__quote__dossier__content", "buyer")
    return rows.order_by("-pk")


def _shown(transfer: PayeeTransfer) -> ShownTransfer:
    sign = -1 if transfer.invoice.is_credit_note else 1
    due = transfer.transferred_on is None and (sign < 0 or transfer.invoice.state == InvoiceState.PAID)
    return ShownTransfer(transfer, sign * (transfer.net + transfer.vat), due)
