"""Exact money: one decimal context, cents by half-up rounding, and shares by largest remainder so that the parts make the whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

#: Every amount is computed in this context, whatever that of the caller.
CONTEXT = Context(prec=34, rounding=ROUND_HALF_UP)
CENT = Decimal("0.01")
HUNDRED = Decimal(100)
#: Digits alone: an exponent of three characters could stand for a number of a billion digits. What the calculator writes is shorter.
DIGITS = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,60})?")


def cents(amount: Decimal) -> Decimal:
    """The amount to the cent, half up (never `round`, which is half-even)."""
    return amount.quantize(CENT, ROUND_HALF_UP, CONTEXT)


def apportion(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share a total of whole cents in proportion to the weights by largest remainder; ties go to the earlier; the sum is the total.

    Weights are amounts ≥ 0; when all are 0, the shares are equal. The caller's order decides ties: give one that does not depend on chance.
    """
    whole = int(total.scaleb(2))
    parts = [int(weight.scaleb(6)) for weight in weights]
    everything = sum(parts)
    if not everything:
        parts, everything = [1] * len(parts), len(parts)
    shares = [divmod(whole * part, everything) for part in parts]
    left = whole - sum(share for share, _ in shares)
    first = sorted(range(len(parts)), key=lambda index: -shares[index][1])[:left]
    given = [share for share, _ in shares]
    for index in first:
        given[index] += 1
    return [Decimal(share).scaleb(-2) for share in given]


def number_in(text: str) -> Decimal:
    """The number that these digits say; ValueError for anything else (exponents, spaces, digits of other scripts)."""
    if not DIGITS.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not a number in digits")
    return Decimal(text)


def plain(number: Decimal) -> str:
    """The number in digits, without exponent or needless zeros: 3, not 3.00 nor 3E+0, however it was typed."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_cents(amount: Decimal) -> str:
    """An amount as it is exchanged: two decimals, more only if it has more."""
    text = plain(amount)
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"
