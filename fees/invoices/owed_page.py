"""What an organisation pays, for its signatories: the quotes of which it is a payer and its invoices, whatever dossier they belong to."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest

from accounts.policies import organisations_with
from accounts.roles import Role
from fees.invoices.models import Invoice
from fees.invoices.pages import PER_PAGE, listed
from fees.invoices.queries import sums
from fees.quotes.models import Quote, QuotePayer
from fees.quotes.states import BINDING, QuoteState
from ui.navigation import stand_under
from ui.pagination import page_of

INVOICES = "factures"


def pays(request: HttpRequest) -> bool:
    """Does the reader sign for an organisation?"""
    return request.user.is_authenticated and bool(organisations_with(request.user, Role.SIGNATORY.value))


def owed_shown(request: HttpRequest) -> dict[str, Any]:
    """The quotes or the invoices of the reader's organisations, those that await something first; 404 for who signs for none."""
    mine = organisations_with(request.user, Role.SIGNATORY.value)
    if not mine:
        raise Http404
    stand_under(request, "owed")
    quotes, invoices = quotes_paid_by(mine), invoices_paid_by(mine)
    is_invoices = request.GET.get("vue") == INVOICES
    page = page_of(invoices if is_invoices else quotes, request, PER_PAGE)
    told: dict[str, Any] = {"page": page, "is_invoices": is_invoices}
    told["rows"] = [listed(one) for one in page] if is_invoices else list(page)
    told |= {"quotes_count": quotes.count(), "invoices_count": invoices.count()}
    return told | {"awaited_count": quotes.filter(awaits=True).count(), "open_count": invoices.awaited().count()}


def quotes_paid_by(organisations: frozenset[int]) -> Any:
    """The issued quotes of which one of these organisations is a payer; those that it can accept first."""
    paid = QuotePayer.objects.filter(quote=OuterRef("pk"), organisation__in=organisations)
    rows = Quote.objects.without_text().exclude(issued_at=None).filter(Exists(paid))
    open_now = rows.filter(state=QuoteState.ISSUED, purpose__in=BINDING).order_by().values("pk")
    rows = rows.annotate(awaits=Exists(paid.filter(accepted_at=None, quote__in=open_now)))
    return rows.select_related("dossier__content").order_by("-awaits", "-issued_at", "-pk")


def invoices_paid_by(organisations: frozenset[int]) -> Any:
    """The invoices and credit notes addressed to these organisations, the last one first."""
    return Invoice.objects.filter(buyer__in=organisations).for_reading().annotate(**sums()).order_by("-issued_at", "-pk")
