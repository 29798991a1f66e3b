"""What the pages of invoices show, and to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fees.invoices.history import history_of
from fees.invoices.models import HolderBill, Installment, Invoice, PayeeTransfer
from fees.invoices.policies import MAY, PAYER, may_invoice, may_see, roles_on
from fees.invoices.queries import CREDITS, counts_at_work, installments_of, invoices_at_work, invoices_of, ready_for
from fees.invoices.seller import seller
from fees.invoices.services.crediting import remaining
from fees.invoices.services.paying import Balance
from fees.invoices.services.scheduling import require_owed
from fees.invoices.shown import ShownBalance, balance_in_words, shown_balance, shown_invoice
from fees.invoices.states import OPEN, InvoiceState, Trigger
from fees.quotes.models import Quote
from fees.quotes.states import QuotePurpose, QuoteState
from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES
from requests_app.reading import dossier_for, frame, note_reading, roles_for
from requests_app.slots import Notice
from ui.navigation import stand_under
from ui.pagination import page_of
from ui.words import day_in_words
from workflow.access_log import log_read
from workflow.periods import paris_day
from workflow.refusals import WrongState

PER_PAGE = 25
READY = "a-emettre"


@dataclass(frozen=True)
class ShownInstallment:
    """One step of the schedule: when, how much, and what became of it."""

    installment: Installment
    invoices: list[Invoice]
    bills: list[HolderBill]
    is_ready: bool
    #: Another quote holds now: nothing is invoiced by this step any more.
    is_void: bool = False
    pause: Any = None


@dataclass(frozen=True)
class Listed:
    """An invoice in a list, with where its payment stands."""

    invoice: Invoice
    balance: ShownBalance


def listed(invoice: Invoice) -> Listed:
    """An invoice that was read with its balance."""
    row: Any = invoice
    return Listed(invoice, balance_in_words(Balance(invoice.gross, row.paid_sum, row.credited_sum)))


def tab_part(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """On the tab of the fees: schedule and invoices of the dossier, for who may see them."""
    roles, today = roles_for(request, dossier), paris_day(timezone.now())
    if not roles & MAY["see"]:
        return {}
    steps = [_shown(one, dossier, today) for one in installments_of(dossier)]
    told: dict[str, Any] = {"dossier": dossier, "steps": steps, "invoices": [listed(one) for one in invoices_of(dossier)]}
    return told | {"plans": bool(roles & MAY["plan"]) and owed_quote(dossier) is not None, "issues": bool(roles & MAY["issue"])}


def _shown(one: Installment, dossier: Dossier, today: date) -> ShownInstallment:
    come = {
        Trigger.ACCEPTANCE: True,
        Trigger.PERMIT: dossier.authorised_on is not None,
        Trigger.DELIVERY: dossier.data_opened_on is not None,
    }
    ready = come.get(Trigger(one.trigger), one.planned_on is not None and one.planned_on <= today)
    owed, is_open = is_owed(one.schedule.quote, dossier), one.invoiced_at is None
    invoices = [invoice for invoice in one.invoices.all() if not invoice.is_credit_note]
    pause = next((pause for pause in one.pauses.all() if pause.resumed_at is None), None) if is_open else None
    is_ready = ready and owed and is_open and pause is None
    return ShownInstallment(one, invoices, list(one.holder_bills.all()), is_ready, is_open and not owed, pause)


def is_owed(quote: Quote, dossier: Dossier) -> bool:
    """Is something owed by this quote: the accepted one, or that of a withdrawal?"""
    try:
        quote.dossier = dossier
        require_owed(quote)
    except WrongState:
        return False
    return True


def named(installment: Installment) -> str:
    """An installment in words."""
    told = {"number": installment.schedule.quote.number, "position": installment.position}
    return _("%(number)s, installment %(position)s") % told


def owed_quote(dossier: Dossier) -> Quote | None:
    """The quote by which the dossier owes something: the accepted one, or that of a withdrawal."""
    rows = Quote.objects.for_reading().filter(dossier=dossier)
    withdrawn = rows.filter(purpose=QuotePurpose.WITHDRAWAL, state=QuoteState.ISSUED).first()
    found: Quote | None = withdrawn or rows.filter(state=QuoteState.ACCEPTED).first()
    return found if found is not None and is_owed(found, dossier) else None


def on_cards(_user: Any, dossiers: list[Any]) -> dict[int, Notice]:
    """On the cards of “My dossiers”: the invoice that is overdue, else the one to be paid first; one query for all cards."""
    named_ = {one.pk: one.reference for one in dossiers if one.completed_at is not None}
    found: dict[int, Notice] = {}
    rows = Invoice.objects.filter(dossier__in=list(named_)).awaited() if named_ else Invoice.objects.none()
    for pk, number, state, due in rows.order_by("-due_on", "-pk").values_list("dossier", "number", "state", "due_on"):
        late = state == InvoiceState.OVERDUE
        text = _("Invoice %(number)s was to be paid by %(due)s.") if late else _("Invoice %(number)s is to be paid by %(due)s.")
        words = text % {"number": number, "due": day_in_words(due) if due else ""}
        address = reverse("invoices:invoice", args=[named_[pk], number])
        found[pk] = Notice(words, address, _("Read the invoice"), "error" if late else "info")
    return found


def invoice_for(request: HttpRequest, reference: str, number: str, action: str = "see") -> Invoice:
    """The document of this number on this dossier; 404 for who may not do this with it."""
    found: Invoice = get_object_or_404(Invoice.objects.for_reading(), number=number, dossier__reference=reference)
    if not roles_on(request.user, found) & MAY[action]:
        raise Http404
    held = roles_for(request, found.dossier)
    stand_under(request, "dossiers" if held & TEAM_ROLES else "invoices" if held else "owed")
    return found


def standing(request: HttpRequest, invoice: Invoice) -> dict[str, Any]:
    """What stands around the page of an invoice: the dossier's frame, or a plain page for a payer who is not on the dossier."""
    if roles_for(request, invoice.dossier):
        note_reading(request, invoice.dossier, "invoice")
        return frame(request, invoice.dossier) | {"base": "dossiers/page_base.html", "invoice": invoice}
    log_read(request.user, "invoice", Dossier.subject_type, invoice.dossier_id)
    return {"base": "invoices/payer_base.html", "dossier": invoice.dossier, "invoice": invoice}


def invoice_shown(request: HttpRequest, invoice: Invoice) -> dict[str, Any]:
    """A document: its lines and sums, where its payment stands, its credit notes, and what the reader may do."""
    roles = roles_on(request.user, invoice)
    payments = bool(roles & MAY["note_payment"])
    staff = bool(roles - {PAYER} and (payments or may_see(request.user)))
    owes = not invoice.is_credit_note
    return {
        "shown": shown_invoice(invoice),
        "balance": shown_balance(invoice) if owes else None,
        "credits": list(invoice.credits.order_by("issued_at", "pk")),
        "payments": list(invoice.payments.order_by("received_on", "pk")) if owes else [],
        "transfers": list(invoice.transfers.order_by("payee")) if staff else [],
        "papers": {paper.language for paper in invoice.papers.all()},
        "history": history_of(invoice),
        "credits_it": bool(roles & MAY["credit"]) and owes and any(rest.taxable for rest in remaining(invoice).values()),
        "notes_payment": payments and owes,
        "notes_transfer": payments and (not owes or invoice.state == InvoiceState.PAID),
    }


def quote_to_plan(request: HttpRequest, reference: str) -> Quote:
    """The quote of the dossier that is to be planned; 404 for others, or where nothing is owed."""
    dossier = dossier_for(request, reference)
    quote = owed_quote(dossier)
    if quote is None or not roles_for(request, dossier) & MAY["plan"]:
        raise Http404
    return quote


def installment_for(request: HttpRequest, pk: int) -> Installment:
    """An installment that is still to be invoiced; 404 for others."""
    rows = Installment.objects.open().select_related("schedule__quote__dossier__content")
    found: Installment = get_object_or_404(rows, pk=pk)
    if not roles_for(request, found.schedule.quote.dossier) & MAY["issue"]:
        raise Http404
    return found


def installment_shown(request: HttpRequest, installment: Installment) -> dict[str, Any]:
    """What an installment would ask for, line by line, before it is issued."""
    lines = list(installment.lines.select_related("payer__organisation").order_by("position"))
    dossier = installment.schedule.quote.dossier
    return frame(request, dossier) | {"installment": installment, "lines": lines, "lacking": seller().lacking(taxed=True)}


def transfer_for(request: HttpRequest, pk: int) -> PayeeTransfer:
    """A part that is to be transferred; 404 for who notes none."""
    found: PayeeTransfer = get_object_or_404(
        PayeeTransfer.objects.select_related("invoice__dossier", "invoice__buyer"), pk=pk, noted_at=None
    )
    if not roles_on(request.user, found.invoice) & MAY["note_transfer"]:
        raise Http404
    return found


def bill_for(request: HttpRequest, pk: int) -> HolderBill:
    """What a holder is to invoice itself; 404 for who notes none."""
    rows = HolderBill.objects.select_related("installment__schedule__quote__dossier")
    found: HolderBill = get_object_or_404(rows, pk=pk, noted_at=None)
    if not roles_for(request, found.installment.schedule.quote.dossier) & MAY["note_holder_bill"]:
        raise Http404
    return found


def sees_invoices(request: HttpRequest) -> bool:
    """Is the list of invoices one of the reader's pages?"""
    return request.user.is_authenticated and may_see(request.user)


def require_list(request: HttpRequest) -> None:
    """Raise Http404 for who does not see the invoices of the site."""
    if not sees_invoices(request):
        raise Http404
    stand_under(request, "invoices")


def asked_for(request: HttpRequest) -> str:
    """The state that the list is asked for; empty for all."""
    asked = request.GET.get("etat", "")
    return asked if asked in {*InvoiceState.values, CREDITS, READY} else ""


def work_shown(request: HttpRequest) -> dict[str, Any]:
    """The list of the staff: what may be issued now, invoices by state, credit notes."""
    require_list(request)
    asked, today = asked_for(request), paris_day(timezone.now())
    counts, ready = counts_at_work(request.user), ready_for(request.user, today)
    told: dict[str, Any] = {
        "asked": asked,
        "states": [(one.value, one.label, counts.get(one.value, 0)) for one in InvoiceState],
        "all": sum(counts.values()),
        "credits": counts.get(CREDITS, 0),
        "ready_count": ready.count(),
        "is_ready": asked == READY,
        "issues": may_invoice(request.user),
        "open_states": OPEN,
        "lacking": seller().lacking(taxed=True),
    }
    page = page_of(ready if asked == READY else invoices_at_work(request.user, asked), request, PER_PAGE)
    return told | {"page": page, "rows": list(page) if asked == READY else [listed(one) for one in page]}
