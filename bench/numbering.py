"""How long the lock on the numbers of invoices is held: from the number to the commit, the database's own work included."""

from __future__ import annotations

import time
from statistics import median, quantiles
from typing import Any

from django.db import transaction
from django.test import override_settings
from django.utils import timezone

GOAL_MS = 10.0
SELLER = {"SELLER_SIRET": "13000378300029", "SELLER_VAT_NUMBER": "FR66130003783", "SELLER_CITY": "Paris"}


def run(number: int) -> None:
    """Issue so many invoices of one quote by their real service, then print; a credit note of each is measured too."""
    with override_settings(SELLER_PAYEES=["plateforme-illustrative"], **SELLER):
        issued, credited = _held(min(number, 60))
    for name, times in (("an invoice", issued), ("a credit note", credited)):
        print(
            f"lock on the numbers held for {name}: {median(times):.1f} ms, {quantiles(times, n=20)[-1]:.1f} ms at the 95th percentile "
            f"(goal {GOAL_MS:.0f}), {len(times)} documents",
            flush=True,
        )


def _held(number: int) -> tuple[list[float], list[float]]:
    from fees.invoices.services import crediting, issuing, scheduling
    from fees.invoices.splitting import periods
    from fees.invoices.states import Mode
    from tests.fees.invoicing import an_owed_quote
    from tests.fees.quoting import a_fee_manager

    watch = Watch(issuing)
    manager = a_fee_manager()
    today = timezone.localdate()
    steps = periods(today.replace(year=today.year - 6), number, 1)
    plan = scheduling.plan(an_owed_quote(manager), Mode.PERIODIC, steps, by=manager, at=timezone.now())
    invoices = []
    for installment in plan.installments.order_by("position"):
        invoices += issuing.issue(installment, by=manager, at=timezone.now())
    issued, watch.times = watch.times, []
    for invoice in invoices:
        crediting.credit_all(invoice, "Mesure.", by=manager, at=timezone.now())
    return issued, watch.times


class Watch:
    """Notes when a number was taken, and how long after it the transaction was committed; what follows the commit holds no lock."""

    def __init__(self, issuing: Any) -> None:
        self.times: list[float] = []
        taken = issuing.next_number

        def noted(*asked: Any) -> Any:
            found, since = taken(*asked), time.perf_counter()
            transaction.on_commit(lambda: self.times.append((time.perf_counter() - since) * 1000))
            return found

        issuing.next_number = noted
