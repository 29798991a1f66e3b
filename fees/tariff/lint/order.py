"""The declared order of the categories, tried out: the same requests, priced for each category, must not cost less further up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from fees.tariff.asked import Choice, Fact, Inputs
from fees.tariff.calculate import calculate
from fees.tariff.conditions import keys_in
from fees.tariff.facts import FACTS, Type
from fees.tariff.lint.findings import Finding, Problem
from fees.tariff.money import as_cents
from fees.tariff.quantities import facts_of
from fees.tariff.vocabulary import Mode, VatCategory
from fees.tariff.written import ZERO, GridVersion, Value, VatTable, VatTreatment

SIZES = (Decimal(1), Decimal(10), Decimal(1000), Decimal(100_000))
FIRST_DAY = date(2000, 1, 1)


def of_order(version: GridVersion) -> Iterator[Finding]:
    """Where the declared order of the categories does not hold."""
    order = version.content.policy_order
    if order is None:
        return
    kind = FACTS.get(order.fact)
    unknown = [name for step in order.steps for name in step if kind is None or name not in kind.options]
    if unknown:
        yield Finding(Problem.POLICY_FACT, "policy_order", (unknown[0],))
        return
    for size in SIZES:
        prices = [[(name, _price(version, order.fact, name, size)) for name in step] for step in order.steps]
        for lower, upper in pairwise(prices):
            yield from _against(lower, upper)


def _against(lower: list[tuple[str, Decimal]], upper: list[tuple[str, Decimal]]) -> Iterator[Finding]:
    for name, price in lower:
        for other, least in upper:
            if price > least:
                yield Finding(Problem.POLICY_ORDER, "policy_order", (name, as_cents(price), other, as_cents(least)))


def _price(version: GridVersion, fact: str, name: str, size: Decimal) -> Decimal:
    lines = version.content.lines
    facts = {key: Fact(_value(key, size)) for key in _keys(version)} | {fact: Fact(name)}
    inputs = Inputs(
        facts=facts,
        on=version.valid_from or FIRST_DAY,
        each={line.each: {"one": {}} for line in lines if line.each},
        options=frozenset(f"{version.grid.code}/{line.code}" for line in lines),
        choices={f"{version.grid.code}/{line.code}": Choice(line.range_max or ZERO, "-") for line in lines if line.mode is Mode.RANGE},
        assumes_evidence=True,
    )
    profiles = sorted({line.vat_profile for line in lines})
    untaxed = VatTable(tuple(VatTreatment(profile, 1, VatCategory.OUT_OF_SCOPE) for profile in profiles))
    return calculate(inputs, (version,), untaxed).net


def _keys(version: GridVersion) -> set[str]:
    asked = {key for line in version.content.lines for key in (*keys_in(line.condition), *facts_of(line.quantity))}
    return asked | {key for modifier in version.content.modifiers for key in keys_in(modifier.condition)}


def _value(key: str, size: Decimal) -> Value:
    kind = FACTS[key]
    if kind.type is Type.BOOLEAN:
        return False
    if kind.type is Type.CHOICE:
        return next(iter(kind.options))
    if kind.type is Type.DAY:
        return FIRST_DAY
    return "FR" if kind.type is Type.TEXT else size
