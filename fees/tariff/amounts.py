"""From a quantity to the amount of a line before its modifiers, by the line's mode."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from fees.tariff.asked import Choice
from fees.tariff.errors import BadFact
from fees.tariff.priced import Step
from fees.tariff.vocabulary import Mode, Op
from fees.tariff.written import ONE, ZERO, Line, Tier

Priced = tuple[Decimal, list[Step]]


def flat(line: Line, quantity: Decimal) -> Priced:
    """The amount, once."""
    return line.unit_amount, [Step(Op.FLAT, line.unit_amount)]


def unit(line: Line, quantity: Decimal) -> Priced:
    """Each unit at the same price."""
    amount = quantity * line.unit_amount
    return amount, [Step(Op.UNIT, amount, "", quantity, line.unit_amount)]


def graduated(line: Line, quantity: Decimal) -> Priced:
    """Each unit at the price of its own tier, and once the flat amount of every tier reached; a bound belongs to the lower tier."""
    total, steps, start = ZERO, [], ZERO
    for tier in line.tiers:
        inside = quantity - start if tier.up_to is None else min(quantity, tier.up_to) - start
        if inside <= 0:
            break
        amount = inside * tier.unit_amount + tier.flat_amount
        total += amount
        steps.append(Step(Op.TIER, amount, "", inside, tier.unit_amount, tier.flat_amount or None, start, tier.up_to))
        start += inside
    return total, steps


def reached(tiers: tuple[Tier, ...], quantity: Decimal) -> int:
    """The index of the tier that a quantity reaches; a bound belongs to the lower tier."""
    return next(index for index, tier in enumerate(tiers) if tier.up_to is None or quantity <= tier.up_to)


def _start(tiers: tuple[Tier, ...], index: int) -> Decimal:
    return (tiers[index - 1].up_to or ZERO) if index else ZERO


def volume(line: Line, quantity: Decimal) -> Priced:
    """All units at the price of the tier reached; with `no_cliff`, never dearer than the first unit of a higher tier."""
    index = reached(line.tiers, quantity)
    tier = line.tiers[index]
    amount = quantity * tier.unit_amount + tier.flat_amount
    steps = [Step(Op.TIER, amount, "", quantity, tier.unit_amount, tier.flat_amount or None, _start(line.tiers, index), tier.up_to)]
    if line.no_cliff:
        above = range(index + 1, len(line.tiers))
        least = min(
            ((_start(line.tiers, at) + ONE) * line.tiers[at].unit_amount + line.tiers[at].flat_amount for at in above), default=amount
        )
        if least < amount:
            amount = least
            steps.append(Step(Op.NO_CLIFF, amount))
    return amount, steps


def band(line: Line, quantity: Decimal) -> Priced:
    """The flat amount of the band reached."""
    index = reached(line.tiers, quantity)
    tier = line.tiers[index]
    return tier.flat_amount, [Step(Op.BAND, tier.flat_amount, "", quantity, None, None, _start(line.tiers, index), tier.up_to)]


BY_MODE: dict[Mode, Callable[[Line, Decimal], Priced]] = {
    Mode.FLAT: flat,
    Mode.UNIT: unit,
    Mode.GRADUATED: graduated,
    Mode.VOLUME: volume,
    Mode.BAND: band,
}


def chosen(line: Line, key: str, choice: Choice) -> Priced:
    """What an official chose within the bounds of the line, with the reason; BadFact when it is outside or without reason."""
    low, high = line.range_min or ZERO, line.range_max
    if choice.amount < low or (high is not None and choice.amount > high):
        raise BadFact(f"choice:{key}", f"{choice.amount} is not between {low} and {high}")
    if not choice.reason.strip():
        raise BadFact(f"choice:{key}", "an amount chosen within bounds needs its reason")
    return choice.amount, [Step(Op.CHOICE, choice.amount, "", None, None, None, low, high, (), choice.reason)]


def bounded(least: Decimal | None, most: Decimal | None, amount: Decimal, steps: list[Step]) -> Decimal:
    """The amount within the line's own minimum and maximum."""
    if least is not None and amount < least:
        amount = least
        steps.append(Step(Op.MINIMUM, amount, "", None, amount))
    if most is not None and amount > most:
        amount = most
        steps.append(Step(Op.MAXIMUM, amount, "", None, amount))
    return amount
