"""An accepted quote is spread over installments; what an amendment changes is planned anew, what is invoiced stays."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from fees.invoices import rules
from fees.invoices.models import HolderBill, Installment, InstallmentLine, InstallmentPause, InvoiceLine, InvoiceSchedule
from fees.invoices.policies import may_on_dossier
from fees.invoices.seller import own_codes
from fees.invoices.splitting import Step, over_steps, total
from fees.invoices.states import DATED, InvoiceKind, Mode
from fees.quotes.models import Quote, QuotePayer
from fees.quotes.queries import PartLine, billing_of, parts_of
from fees.quotes.rules import require_said
from fees.quotes.states import QuotePurpose, QuoteState
from fees.tariff.vocabulary import Billing
from requests_app.models import Dossier
from requests_app.states import State
from workflow.engine import record
from workflow.refusals import NotAllowed, WrongState
from workflow.seals import text_digest

NO_ROLE = _("None of your roles on this dossier allows this.")
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
    dossier, quote = _held(quote.pk)
    if not may_on_dossier(by, "plan", dossier):
        raise NotAllowed(NO_ROLE)
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
    record(quote, "plan", by=by, at=at, facts=_planned(schedule))
    return schedule


def _held(quote_pk: int) -> tuple[Dossier, Quote]:
    """The dossier behind its lock, then the quote as it is then."""
    dossier = Dossier.objects.select_for_update(of=("self",)).get(quotes=quote_pk)
    found: Quote = Quote.objects.for_reading().get(pk=quote_pk)
    return dossier, found


def _planned(schedule: InvoiceSchedule) -> dict[str, Any]:
    """A plan as the journal keeps it: ids, days and amounts."""
    rows = list(schedule.installments.order_by("position"))
    return {
        "schedule": schedule.pk,
        "mode": schedule.mode,
        "installments": [row.pk for row in rows],
        "triggers": [row.trigger for row in rows],
        "days": [row.planned_on for row in rows],
        "net": [str(row.net) for row in rows],
    }


@transaction.atomic
def suspend(installment: Installment, because: str, *, by: Any, at: datetime) -> InstallmentPause:
    """Suspend an installment that is still to be invoiced, and say why. Raises NotAllowed, WrongState, RuleBroken."""
    quote, held = _open_installment(installment)
    words = require_said(because, _("Say why the installment is suspended."))[:1000]
    if held.pauses.filter(resumed_at=None).exists():
        raise WrongState(_("This installment is suspended already."))
    salt = secrets.token_hex(16)
    facts = {"installment": held.pk, "text_sha256": text_digest(salt, words)}
    record(quote, "suspend_installment", by=by, at=at, facts=facts)
    return InstallmentPause.objects.create(installment=held, because=words, salt=salt, suspended_at=at, suspended_by=by)


@transaction.atomic
def resume(installment: Installment, *, by: Any, at: datetime) -> None:
    """End the suspension of an installment: it is due as planned. Raises NotAllowed, WrongState."""
    quote, held = _open_installment(installment)
    record(quote, "resume_installment", by=by, at=at, facts={"installment": held.pk})
    if not held.pauses.filter(resumed_at=None).update(resumed_at=at, resumed_by=by):
        raise WrongState(_("This installment is not suspended."))


def _open_installment(installment: Installment) -> tuple[Quote, Installment]:
    _dossier, quote = _held(installment.schedule.quote_id)
    held = Installment.objects.select_for_update(of=("self",)).get(pk=installment.pk)
    if held.invoiced_at is not None or held.dropped_at is not None:
        raise WrongState(_("This installment is invoiced already, or another plan has taken its place."))
    return quote, held


def require_owed(quote: Quote) -> None:
    """Raise WrongState for a quote by which nothing is owed: it is accepted, or says what was done before a withdrawal."""
    if quote.purpose == QuotePurpose.WITHDRAWAL and quote.state == QuoteState.ISSUED:
        return
    if quote.state != QuoteState.ACCEPTED:
        raise WrongState(_("Only an accepted quote is invoiced."))
    if quote.dossier.state == State.WITHDRAWN:
        raise WrongState(_("The dossier is withdrawn: only the work done is charged, by a quote of its own."))


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
