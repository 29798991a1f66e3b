"""The price of an amendment: by the signed prices, those of the day or the lower of both; before, after and difference line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from fees.tariff.asked import Inputs
from fees.tariff.calculate import calculate
from fees.tariff.priced import LineKey, LineResult, Result
from fees.tariff.vocabulary import AmendmentPolicy, Purpose
from fees.tariff.written import ZERO, GridVersion, Text, VatTable


class LineChange(NamedTuple):
    """A line before and after; its key stays the same from one quote to the next."""

    key: LineKey
    label: Text
    before: Decimal
    after: Decimal
    difference: Decimal


class Amended(NamedTuple):
    """The price of an amendment, and which prices made it: `locked` or `current`."""

    result: Result
    used: AmendmentPolicy
    changes: tuple[LineChange, ...]
    other: Result | None = None  # MOST_FAVOURABLE: the result that was not kept


def compare(before: Result, after: Result) -> tuple[LineChange, ...]:
    """Line by line, in the order of the newer price, then what went; the differences add up to that of the nets."""
    old = {line.key: line for line in before.lines}
    new = {line.key: line for line in after.lines}
    keys = [*new, *(key for key in old if key not in new)]
    return tuple(_change(key, old.get(key), new.get(key)) for key in keys)


def _change(key: LineKey, before: LineResult | None, after: LineResult | None) -> LineChange:
    shown = after or before
    assert shown is not None, "a key comes from one of the two"
    was, becomes = before.net if before else ZERO, after.net if after else ZERO
    return LineChange(key, shown.label, was, becomes, becomes - was)


def amend(
    accepted: Result,
    inputs: Inputs,
    signed: Sequence[GridVersion],
    current: Sequence[GridVersion],
    vat: VatTable,
    policy: AmendmentPolicy,
) -> Amended:
    """The price of the changed inputs by the policy of the signed version.

    A grid that was not in the signed quote (a new holder) is priced by its current version whatever the policy; ties between the two
    totals go to the signed prices.
    """
    held = {version.grid.code for version in signed}
    locked = (*signed, *(version for version in current if version.grid.code not in held))
    if policy is not AmendmentPolicy.MOST_FAVOURABLE:
        result = calculate(inputs, locked if policy is AmendmentPolicy.LOCKED else current, vat)
        return Amended(result, policy, compare(accepted, result))
    by_signed, by_current = calculate(inputs, locked, vat), calculate(inputs, current, vat)
    kept, other = (by_current, by_signed) if by_current.net < by_signed.net else (by_signed, by_current)
    used = AmendmentPolicy.CURRENT if kept is by_current else AmendmentPolicy.LOCKED
    return Amended(kept, used, compare(accepted, kept), other)


def withdraw(inputs: Inputs, versions: Sequence[GridVersion], vat: VatTable, done: Mapping[str, Decimal]) -> Result:
    """What a withdrawal costs: only lines marked as chargeable, and of them only what is done (`GRID/CODE` or `GRID/CODE/key` → quantity).

    Never more than was counted in the quote; no minimum and no floor hold; nothing done costs nothing.
    """
    return calculate(replace(inputs, purpose=Purpose.WITHDRAWAL, done=dict(done)), versions, vat)
