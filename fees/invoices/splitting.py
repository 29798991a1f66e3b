"""Amounts in parts that make them again: over the steps of a schedule, and of what remains of an invoice when it is credited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from fees.invoices.states import Mode, Trigger
from fees.tariff.money import HUNDRED, apportion, cents
from fees.tariff.vocabulary import Charged

K = TypeVar("K")
ONE = Decimal(1)


@dataclass(frozen=True)
class Step:
    """One step of a schedule as it is entered."""

    trigger: str
    share: Decimal
    planned_on: date | None = None
    period_to: date | None = None


def upfront() -> list[Step]:
    """All of it, once the quote is accepted."""
    return [Step(Trigger.ACCEPTANCE, ONE)]


def periods(start: date, count: int, months: int) -> list[Step]:
    """So many periods of so many months from a day on, of equal shares."""
    first = [_months_on(start, months * place) for place in range(count + 1)]
    share = (ONE / count).quantize(Decimal("1E-8"))
    return [Step(Trigger.PERIOD, share, first[place], first[place + 1] - timedelta(days=1)) for place in range(count)]


def _months_on(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def over_steps(amount: Decimal, steps: Sequence[Step], mode: str, charged: Charged) -> list[Decimal]:
    """An amount over the steps by largest remainder, the earlier of equals first: their sum is the amount.

    By periods, what is charged once falls due with the first.
    """
    if mode == Mode.PERIODIC and charged is Charged.ONE_OFF:
        return [amount, *([Decimal("0.00")] * (len(steps) - 1))]
    return apportion(amount, [step.share for step in steps])


@dataclass(frozen=True)
class Rest:
    """What remains of a VAT group of an invoice, once its credit notes are taken off."""

    taxable: Decimal
    vat: Decimal


def credited_vat(asked: Decimal, rest: Rest, rate: Decimal) -> Decimal:
    """The VAT that goes with a credit of so much: all that remains with the last of it, so that a full reversal leaves nothing."""
    if asked == rest.taxable:
        return rest.vat
    return min(cents(asked * rate / HUNDRED), rest.vat)


def off_lines(asked: Decimal, remaining: Mapping[K, Decimal]) -> dict[K, Decimal]:
    """A credit over the lines of its group, in proportion to what remains of each; none gets more than that."""
    keys = [key for key, left in remaining.items() if left > 0]
    parts = dict(zip(keys, apportion(asked, [remaining[key] for key in keys]), strict=True)) if keys else {}
    return {key: part for key, part in parts.items() if part > 0}


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Their sum, in cents even of nothing."""
    return sum(amounts, Decimal("0.00"))
