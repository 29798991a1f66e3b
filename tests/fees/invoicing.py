"""An accepted quote as light rows, and what is planned and invoiced of it, for the tests of invoices."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from fees.invoices.models import Installment, Invoice
from fees.invoices.services import issuing, scheduling
from fees.invoices.splitting import Step, upfront
from fees.invoices.states import Mode, Trigger
from fees.quotes.models import Quote, QuotePayer
from fees.quotes.states import QuoteState
from tests.accounts.factories import OrganisationFactory
from tests.fees.quoting import a_complete_dossier, a_fee_manager, a_quote, grids_in_force, in_state

HALF = Decimal("0.5")


def an_owed_quote(manager: Any, *, example: bool = False, shares: tuple[Decimal, ...] = (), **about: Any) -> Quote:
    """A quote that is accepted, without the walk through its moves: a withdrawal quote that is issued is owed as well.

    `shares`: of payers beside the controller's own, which is the rest.
    """
    grids_in_force(example=example)
    return owed(a_quote(a_complete_dossier(**about), manager), shares)


def owed(quote: Quote, shares: tuple[Decimal, ...] = ()) -> Quote:
    """Set a drawn-up quote accepted by its real columns, the guard of the machine aside."""
    if shares:
        quote.payers.all().delete()
        for place, share in enumerate((Decimal(1) - sum(shares, Decimal(0)), *shares), 1):
            whose = quote.dossier.content.controller if place == 1 else OrganisationFactory(name=f"Financeur {place}")
            QuotePayer.objects.create(quote=quote, organisation=whose, share=share, position=place)
    with transaction.atomic():  # the columns are written past the triggers of one transaction
        return in_state(quote, QuoteState.ACCEPTED, quote.drawn_up_by)


def a_plan(quote: Quote, manager: Any, *steps: Step, mode: str = "") -> list[Installment]:
    """The installments of a schedule: all at once unless told otherwise."""
    chosen = mode or (Mode.MILESTONES if steps else Mode.UPFRONT)
    schedule = scheduling.plan(quote, chosen, steps or upfront(), by=manager, at=timezone.now())
    return list(schedule.installments.order_by("position"))


def in_halves() -> tuple[Step, Step]:
    """One half at acceptance, one half today."""
    return Step(Trigger.ACCEPTANCE, HALF), Step(Trigger.DATE, HALF, timezone.localdate())


def issued(installment: Installment, manager: Any, at: datetime | None = None) -> list[Invoice]:
    """The invoices of an installment."""
    return issuing.issue(installment, by=manager, at=at or timezone.now())


def an_invoice(manager: Any = None, **said: Any) -> Invoice:
    """One invoice of a whole quote."""
    by = manager or a_fee_manager()
    (installment,) = a_plan(an_owed_quote(by, **said), by)
    return issued(installment, by)[0]
