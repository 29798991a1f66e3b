"""An accepted quote is spread over installments; what an amendment changes is planned anew, what is invoiced stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from fees.invoices import rules
from fees.invoices.models import HolderBill, Installment, InstallmentLine, InvoiceLine, InvoiceSchedule
from fees.invoices.policies import may_on_dossier
from fees.invoices.seller import own_codes
from fees.invoices.splitting import Step, over_steps, total
from fees.invoices.states import DATED, InvoiceKind, Mode
from fees.quotes.models import Quote, QuotePayer
from fees.quotes.queries import PartLine, billing_of, parts_of
from fees.quotes.states import QuotePurpose, QuoteState
from fees.tariff.vocabulary import Billing
from requests_app.models import Dossier
from workflow.refusals import NotAllowed, WrongState

#: So many installments at most.
MOST_STEPS = 60


@dataclass(frozen=True)
class Owed:
    """What one payer still owes of one line: what the quote asks for, less what was invoiced and not credited."""

    payer: QuotePayer
    key: str
    net: Decimal
    line: PartLine | None


@transaction.atomic
def plan(quote: Quote, mode: str, steps: Sequence[Step], *, by: Any, at: datetime) -> InvoiceSchedule:
    """Spread what is not invoiced yet over these steps, in the place of what was planned before.

    The steps and lines make what the quote asks for, to the cent. Raises NotAllowed, WrongState, RuleBroken.
    """
    dossier = Dossier.objects.select_for_update(of=("self",)).get(pk=quote.dossier_id)
    if not may_on_dossier(by, "plan", dossier):
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    quote = Quote.objects.for_reading().get(pk=quote.pk)
    require_owed(quote)
    if mode != Mode.PERIODIC:
        rules.require_shares(step.share for step in steps)
    rules.require_dates(steps, DATED, MOST_STEPS)
    owed = still_owed(quote)
    rules.require_nothing_too_much({(one.payer.organisation_id, one.key): one.net for one in owed})
    kept = [one for one in owed if one.net > 0 and one.line is not None]
    rules.require_some_owed(kept)
    Installment.objects.open().filter(schedule__quote__dossier=dossier).update(dropped_at=at)
    schedule = InvoiceSchedule.objects.create(quote=quote, mode=mode, drawn_up_at=at, drawn_up_by=by)
    _write(schedule, kept, steps, direct_of(quote))
    return schedule


def require_owed(quote: Quote) -> None:
    """Raise WrongState for a quote by which nothing is owed: it is accepted, or says what was done before a withdrawal."""
    after_withdrawal = quote.purpose == QuotePurpose.WITHDRAWAL and quote.state == QuoteState.ISSUED
    if quote.state != QuoteState.ACCEPTED and not after_withdrawal:
        raise WrongState(_("Only an accepted quote is invoiced."))


def still_owed(quote: Quote) -> list[Owed]:
    """Payer by payer and line by line, what the quote asks for less what was invoiced on this dossier; three queries.

    A negative amount was invoiced too much: the line is no longer in the quote, or costs less.
    """
    invoiced = already_invoiced(quote.dossier_id)
    owed = []
    for part in parts_of(quote):
        for line in part.lines:
            key = key_of(line)
            taken = invoiced.pop((part.payer.organisation_id, key), Decimal(0))
            owed.append(Owed(part.payer, key, line.net - taken, line))
    payer = quote.payers_read()[0]
    return owed + [Owed(payer, key, -net, None) for (_organisation, key), net in invoiced.items() if net]


def already_invoiced(dossier_id: int) -> dict[tuple[int, str], Decimal]:
    """Payer and line → what was invoiced on the dossier, less what was credited; one query."""
    rows = InvoiceLine.objects.filter(invoice__dossier=dossier_id).order_by().values_list("invoice__buyer", "key", "invoice__kind")
    found: dict[tuple[int, str], Decimal] = {}
    for buyer, key, kind, net in rows.annotate(whole=Sum("net")):
        sign = -1 if kind == InvoiceKind.CREDIT_NOTE else 1
        found[buyer, key] = found.get((buyer, key), Decimal(0)) + sign * net
    held = HolderBill.objects.filter(installment__schedule__quote__dossier=dossier_id, installment__invoiced_at__isnull=False)
    if held.exists():
        lines = InstallmentLine.objects.filter(
            installment__schedule__quote__dossier=dossier_id, installment__invoiced_at__isnull=False, billed_by_holder=True
        )
        for buyer, key, net in lines.order_by().values_list("payer__organisation", "key").annotate(whole=Sum("net")):
            found[buyer, key] = found.get((buyer, key), Decimal(0)) + net
    return found


def key_of(line: PartLine) -> str:
    """How a line is named from one quote to the next."""
    return "/".join(filter(None, line.line.key))


def direct_of(quote: Quote) -> frozenset[tuple[str, str]]:
    """Grid and payee of what a holder invoices itself: where the grid says so, and never what is owed to the operator."""
    direct = {grid for grid, billing in billing_of(quote.kept).items() if billing == Billing.DIRECT_BY_HOLDER}
    own = own_codes() if direct else frozenset()
    keys = (line.key for line in quote.kept.result.lines)
    return frozenset((key.grid, key.payee) for key in keys if key.grid in direct and key.payee not in own)


def _write(schedule: InvoiceSchedule, owed: list[Owed], steps: Sequence[Step], direct: frozenset[tuple[str, str]]) -> None:
    parts = [over_steps(one.net, steps, schedule.mode, one.line.line.charged) if one.line else [] for one in owed]
    for place, step in enumerate(steps):
        nets = [part[place] for part in parts]
        installment = Installment.objects.create(
            schedule=schedule,
            position=place + 1,
            trigger=step.trigger,
            planned_on=step.planned_on,
            period_to=step.period_to,
            share=step.share,
            net=total(nets),
        )
        rows = [(one, net) for one, net in zip(owed, nets, strict=True) if net]
        InstallmentLine.objects.bulk_create(_line(installment, position, *row, direct) for position, row in enumerate(rows, 1))


def _line(installment: Installment, position: int, one: Owed, net: Decimal, direct: frozenset[tuple[str, str]]) -> InstallmentLine:
    assert one.line is not None
    line = one.line.line
    dimension = f" – {line.key.dimension}" if line.key.dimension else ""
    return InstallmentLine(
        installment=installment,
        position=position,
        payer=one.payer,
        key=one.key,
        payee=line.key.payee,
        label_fr=(line.label.fr + dimension)[:300],
        label_en=((line.label.en or line.label.fr) + dimension)[:300],
        vat_profile=line.vat_profile,
        tax_point=line.tax_point.value,
        net=net,
        billed_by_holder=(line.key.grid, line.key.payee) in direct,
    )
