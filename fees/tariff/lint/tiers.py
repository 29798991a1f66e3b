"""What can be wrong with tiers: gaps, bounds that do not increase, and the cliffs where more costs less."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from fees.tariff.amounts import BY_MODE
from fees.tariff.facts import FACTS, Type
from fees.tariff.lint.findings import Finding, Level, Problem
from fees.tariff.lint.lines import negative
from fees.tariff.money import as_cents, cents, plain
from fees.tariff.vocabulary import Mode, Rounding
from fees.tariff.written import ONE, ZERO, Factor, GridVersion, Line

TIERED = frozenset({Mode.GRADUATED, Mode.VOLUME, Mode.BAND})


def of_tiers(version: GridVersion) -> Iterator[Finding]:
    """The findings of the tiers of every line."""
    for line in version.content.lines:
        if line.mode not in TIERED:
            yield from [Finding(Problem.TIERS_USELESS, line.code)] if line.tiers else []
            continue
        broken = [*_shape(line)]
        yield from broken
        if not broken and line.mode is not Mode.GRADUATED:
            yield from cliffs(line)


def _shape(line: Line) -> Iterator[Finding]:
    if not line.tiers:
        yield Finding(Problem.NO_TIERS, line.code)
        return
    previous = ZERO
    for index, tier in enumerate(line.tiers):
        where = f"{line.code}.tiers[{index}]"
        yield from negative(where, unit_amount=tier.unit_amount, flat_amount=tier.flat_amount)
        if tier.up_to is None:
            yield from [Finding(Problem.TIER_AFTER_LAST, where)] if index < len(line.tiers) - 1 else []
        elif tier.up_to <= previous:
            yield Finding(Problem.TIERS_NOT_INCREASING, where, (plain(previous), plain(tier.up_to)))
        previous = previous if tier.up_to is None else tier.up_to
    if line.tiers[-1].up_to is not None:
        yield Finding(Problem.TIER_GAP, f"{line.code}.tiers[{len(line.tiers) - 1}]", (plain(line.tiers[-1].up_to),))


def cliffs(line: Line) -> Iterator[Finding]:
    """The bounds after which the next unit makes the whole cheaper; a note once the document accepts them."""
    if line.no_cliff and not all(counts_whole(factor) for factor in line.quantity):
        yield Finding(Problem.NOT_COUNTED_WHOLE, line.code)
    level = Level.NOTE if line.accepts_cliff else Level.ACCEPTABLE
    for index, tier in enumerate(line.tiers[:-1]):
        bound = tier.up_to or ZERO
        before, after = amount_at(line, bound), amount_at(line, bound + ONE)
        if after < before:
            details = (plain(bound), as_cents(cents(before)), plain(bound + ONE), as_cents(cents(after)))
            yield Finding(Problem.CLIFF, f"{line.code}.tiers[{index}]", details, level)


def amount_at(line: Line, quantity: Decimal) -> Decimal:
    """What a quantity costs by the tiers of a line, before its bounds and modifiers."""
    return BY_MODE[line.mode](line, quantity)[0]


def counts_whole(factor: Factor) -> bool:
    """Whether a factor can only be a whole number."""
    if factor.rounding is not Rounding.EXACT:
        return True
    kinds = [FACTS[key].type for key in (factor.fact, *factor.per, *factor.less) if key in FACTS]
    return len(kinds) == 1 + len(factor.per) + len(factor.less) and not {Type.NUMBER} & set(kinds) and factor.included % 1 == 0
