"""From facts to a quantity: what is included is taken off, started units and blocks are counted, a minimum holds; factors multiply."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from fees.tariff.priced import Step
from fees.tariff.vocabulary import Op, Purpose, Rounding
from fees.tariff.written import ONE, ZERO, Factor

#: `line:PREP.base`, `line:PREP.quantity`: another line of the same grid.
LINE = "line:"
#: The value of a fact, or of another line; None when it is missing.
ValueOf = Callable[[str], Decimal | None]


def keys_of(factor: Factor) -> tuple[str, ...]:
    """What a factor is counted from: facts and other lines."""
    return (factor.fact, *factor.per, *factor.less)


def facts_of(factors: tuple[Factor, ...]) -> tuple[str, ...]:
    """The facts that a quantity is counted from, each once."""
    return tuple(dict.fromkeys(key for factor in factors for key in keys_of(factor) if not key.startswith(LINE)))


def referred(key: str) -> tuple[str, str]:
    """The code of the line that a key names and what of it: `line:PREP.base` → (PREP, base)."""
    code, _, what = key.removeprefix(LINE).rpartition(".")
    return code, what


def counted(value: Decimal, rounding: Rounding, block: Decimal) -> Decimal:
    """A quantity as it is counted: exact, started units, whole units, started blocks."""
    if rounding is Rounding.EXACT:
        return value
    if rounding is Rounding.CEIL_BLOCK:
        return (value / block).to_integral_value(ROUND_CEILING)
    return value.to_integral_value(ROUND_CEILING if rounding is Rounding.CEIL else ROUND_FLOOR)


def quantity_of(factors: tuple[Factor, ...], value_of: ValueOf, purpose: Purpose) -> tuple[Decimal, list[Step]] | None:
    """The product of the factors with its steps; None when a fact is missing (all of them were asked for)."""
    product: Decimal | None = ONE
    steps: list[Step] = []
    for factor in factors:
        asked = value_of(factor.fact)
        others = [value_of(key) for key in (*factor.per, *factor.less)] if factor.per or factor.less else []
        if asked is None or product is None or None in others:
            product = None
            continue
        part, step = _factor(factor, asked, [value for value in others if value is not None], purpose)
        product *= part
        if step.amount != step.start or len(factors) > 1:
            steps.append(step)
    return None if product is None else (product, steps)


def _factor(factor: Factor, asked: Decimal, others: list[Decimal], purpose: Purpose) -> tuple[Decimal, Step]:
    included, less = factor.included, ZERO
    for index, value in enumerate(others):
        if index < len(factor.per):
            included *= value
        else:
            less += value
    left = asked - included - less
    found = counted(left, factor.rounding, factor.block) if left > 0 else ZERO
    least = factor.minimum if purpose is Purpose.QUOTE and factor.minimum and found else ZERO
    raised = found < least
    found = least if raised else found
    block = factor.block if factor.rounding is Rounding.CEIL_BLOCK else None
    return found, Step(Op.QUANTITY, found, factor.fact, included or None, block, less or None, asked, least if raised else None)
