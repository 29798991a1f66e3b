"""A price while an effort is uncertain: low, likely and high, from the bounds of the estimates and of the RANGE lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product

from fees.tariff.asked import ASSUMED, Choice, Fact, Inputs
from fees.tariff.calculate import calculate
from fees.tariff.facts import require_sound
from fees.tariff.priced import RangeResult
from fees.tariff.vocabulary import Mode, Rounding, Source
from fees.tariff.written import ONE, ZERO, GridVersion, Line, VatTable

#: Beyond this many combinations, only all low, all likely and all high are priced.
MANY = 243
#: Something uncertain: its name, the dimension and key that it belongs to, and the values that matter.
Point = tuple[str, tuple[str, str] | None, tuple[Decimal, ...]]


def calculate_range(inputs: Inputs, versions: Sequence[GridVersion], vat: VatTable) -> RangeResult:
    """The lowest, likely and highest price; the same three times when nothing is uncertain.

    The likely value of an estimate is its value, that of a RANGE line without a choice the middle of its bounds. Because a volume price may
    fall when the quantity grows, the bounds of the tiers in between are priced as well.
    """
    require_sound(inputs)
    points = [*_estimates(inputs, versions), *_choices(inputs, versions)]
    likely = calculate(_with(inputs, points, [values[1] for *_, values in points]), versions, vat)
    results = [likely, *(calculate(_with(inputs, points, values), versions, vat) for values in _combinations(points))]
    ends = sorted(results, key=lambda result: result.gross)
    return RangeResult(ends[0], likely, ends[-1], tuple(dict.fromkeys(name for name, *_ in points)))


def _combinations(points: list[Point]) -> Iterator[Sequence[Decimal]]:
    size = 1
    for *_, values in points:
        size *= len(values)
    if not points:
        return
    if size <= MANY:
        yield from product(*(values for *_, values in points))
    else:
        yield [values[0] for *_, values in points]
        yield [values[2] for *_, values in points]


def _estimates(inputs: Inputs, versions: Sequence[GridVersion]) -> Iterator[Point]:
    lines = [line for version in versions for line in version.content.lines]
    tables = [
        (None, inputs.facts),
        *(((kind, key), own) for kind, keys in sorted(inputs.each.items()) for key, own in sorted(keys.items())),
    ]
    for where, facts in tables:
        for key, fact in sorted(facts.items()):
            if isinstance(fact.value, Decimal) and (fact.low is not None or fact.high is not None):
                low, high = fact.value if fact.low is None else fact.low, fact.value if fact.high is None else fact.high
                yield key, where, (low, fact.value, high, *_turns(lines, key, low, high))


def _turns(lines: list[Line], key: str, low: Decimal, high: Decimal) -> tuple[Decimal, ...]:
    """Where the price of a volume or of bands turns between two bounds, when the line counts this fact alone."""
    found: set[Decimal] = set()
    for line in lines:
        if line.mode in {Mode.VOLUME, Mode.BAND} and len(line.quantity) == 1 and line.quantity[0].fact == key:
            factor = line.quantity[0]
            block = factor.block if factor.rounding is Rounding.CEIL_BLOCK else ONE
            bounds = [tier.up_to * block + factor.included for tier in line.tiers if tier.up_to is not None]
            found.update(turn for bound in bounds for turn in (bound, bound + ONE) if low < turn < high)
    return tuple(sorted(found))


def _choices(inputs: Inputs, versions: Sequence[GridVersion]) -> Iterator[Point]:
    for version in versions:
        for line in version.content.lines:
            key = f"{version.grid.code}/{line.code}"
            if line.mode is Mode.RANGE and key not in inputs.choices and (key in inputs.options or not line.optional):
                low, high = line.range_min or ZERO, line.range_max or ZERO
                yield f"choice:{key}", None, (low, (low + high) / 2, high)


def _with(inputs: Inputs, points: list[Point], values: Sequence[Decimal]) -> Inputs:
    facts, choices = dict(inputs.facts), dict(inputs.choices)
    each = {kind: {key: dict(own) for key, own in keys.items()} for kind, keys in inputs.each.items()}
    for (name, where, _), value in zip(points, values, strict=True):
        if name.startswith("choice:"):
            choices[name.removeprefix("choice:")] = Choice(value, ASSUMED)
            continue
        table = facts if where is None else each[where[0]][where[1]]
        table[name] = Fact(value, table[name].source if value == table[name].value else Source.ASSUMED)
    return replace(inputs, facts=facts, choices=choices, each=each)
