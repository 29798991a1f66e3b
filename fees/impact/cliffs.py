"""What a line with tiers costs around each of its bounds, as points to draw and as rows to read: a fall of the amount is a cliff."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any

from fees.tariff.dto import GridVersion, Line, Mode
from fees.tariff.lint.tiers import TIERED, amount_at, counts_whole
from fees.tariff.money import CENT, cents
from fees.words import said

#: The drawing, in units of its own: the plot, and what is left free for the numbers.
WIDTH, HEIGHT, MARGIN = 600, 240, 24
#: How many quantities of a side of the bound are drawn at most.
SIDE = 20
ONE, ZERO = Decimal(1), Decimal(0)


@dataclass(frozen=True)
class Row:
    """A quantity and what it costs; `change` against the row before."""

    quantity: Decimal
    amount: Decimal
    change: Decimal | None
    is_bound: bool


@dataclass(frozen=True)
class Bound:
    """One bound of a line: what it costs there and just after, and the drawing around it."""

    line: Line
    bound: Decimal
    after: Decimal
    at_bound: Decimal
    beyond: Decimal
    #: Until which quantity one would pay less by asking for one unit more than the bound; None where it does not fall.
    dearer_from: Decimal | None
    before_points: str
    after_points: str
    cliff: tuple[str, str, str, str]
    rows: list[Row]
    lowest: Decimal
    highest: Decimal
    first: Decimal
    last: Decimal

    @property
    def label(self) -> str:
        """The words of the line."""
        return said(self.line.label)

    @property
    def falls(self) -> bool:
        """Does more cost less here?"""
        return self.beyond < self.at_bound

    @property
    def fall(self) -> Decimal:
        """By how much."""
        return self.at_bound - self.beyond

    @property
    def anchor(self) -> str:
        """Its place in the page."""
        return f"{self.line.code}-{self.bound.normalize():f}".replace(".", "-")


def bounds_of(version: GridVersion) -> list[Bound]:
    """Every bound of the lines whose price is that of the tier reached; those that fall first."""
    lines = [line for line in version.content.lines if line.mode in TIERED and line.mode is not Mode.GRADUATED]
    found = [_around(line, index) for line in lines if _is_sound(line) for index in range(len(line.tiers) - 1)]
    return sorted(found, key=lambda one: not one.falls)


def _is_sound(line: Line) -> bool:
    """Do the bounds increase up to a last tier without one? The linter says what is wrong with others."""
    bounds = [tier.up_to for tier in line.tiers[:-1]]
    known = [bound for bound in bounds if bound is not None]
    return (
        bool(line.tiers)
        and len(known) == len(bounds)
        and line.tiers[-1].up_to is None
        and all(one < other for one, other in pairwise([ZERO, *known]))
    )


def _around(line: Line, index: int) -> Bound:
    """The tier below the bound, and the one above it as far as twice the bound."""
    bound = line.tiers[index].up_to or ZERO
    start = (line.tiers[index - 1].up_to or ZERO) if index else ZERO
    is_whole = all(counts_whole(factor) for factor in line.quantity)
    step = ONE if is_whole else min(ONE, bound / 100)
    left = _priced(line, _spread(start + step, bound, step))
    right = _priced(line, _spread(bound + step, min(line.tiers[index + 1].up_to or bound * 2, bound * 2), step))
    every = [*left, *right]
    frame = _frame(every)
    at_bound, beyond = left[-1][1], right[0][1]
    return Bound(
        line=line,
        bound=bound,
        after=right[0][0],
        at_bound=at_bound,
        beyond=beyond,
        dearer_from=_dearer_from(line, index, beyond, start + step, is_whole) if beyond < at_bound else None,
        before_points=_points(left, frame),
        after_points=_points(right, frame),
        cliff=(*frame(*left[-1]), *frame(*right[0])),
        rows=_rows([*left[-4:], *right[:4]], bound),
        lowest=min(amount for _quantity, amount in every),
        highest=max(amount for _quantity, amount in every),
        first=every[0][0],
        last=every[-1][0],
    )


def _spread(first: Decimal, last: Decimal, step: Decimal) -> list[Decimal]:
    """Quantities from the first to the last, both included, at most a few."""
    last = max(first, last)
    stride = max(step, ((last - first) / SIDE / step).to_integral_value(ROUND_CEILING) * step)
    count = int((last - first) / stride)
    return [first, *(last - stride * place for place in range(count, -1, -1) if last - stride * place > first)]


def _dearer_from(line: Line, index: int, beyond: Decimal, first: Decimal, is_whole: bool) -> Decimal:
    """The smallest quantity of the tier below that costs more than the first one above the bound."""
    tier = line.tiers[index]
    if not tier.unit_amount:
        return first
    even = (beyond - tier.flat_amount) / tier.unit_amount
    return max(first, even.to_integral_value(ROUND_FLOOR) + ONE if is_whole else even.quantize(Decimal("0.01"), ROUND_CEILING))


def _priced(line: Line, quantities: list[Decimal]) -> list[tuple[Decimal, Decimal]]:
    return [(quantity, cents(amount_at(line, quantity))) for quantity in quantities]


def _frame(points: list[tuple[Decimal, Decimal]]) -> Any:
    """From a quantity and an amount to a place in the drawing, as texts that an SVG reads; amounts start at 0."""
    first, wide = points[0][0], points[-1][0] - points[0][0] or ONE
    high = max(amount for _quantity, amount in points) or ONE

    def place(quantity: Decimal, amount: Decimal) -> tuple[str, str]:
        across = MARGIN + (quantity - first) / wide * (WIDTH - 2 * MARGIN)
        down = HEIGHT - MARGIN - amount / high * (HEIGHT - 2 * MARGIN)
        return str(across.quantize(CENT)), str(down.quantize(CENT))

    return place


def _points(points: list[tuple[Decimal, Decimal]], frame: Any) -> str:
    return " ".join(",".join(frame(*point)) for point in points)


def _rows(points: list[tuple[Decimal, Decimal]], bound: Decimal) -> list[Row]:
    rows: list[Row] = []
    for quantity, amount in points:
        change = amount - rows[-1].amount if rows else None
        rows.append(Row(quantity, amount, change, quantity == bound))
    return rows
