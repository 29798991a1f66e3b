"""Between which amounts an indicative price lies, while an effort is only estimated."""

from __future__ import annotations

from dataclasses import dataclass

from fees.quotes.models import Quote
from fees.tariff.uncertain import calculate_range
from fees.words import fact_label, money


@dataclass(frozen=True)
class Range:
    """The lowest and the highest amount, and what makes the difference."""

    low: str
    high: str
    because: str


def range_of(quote: Quote) -> Range | None:
    """The bounds of what a snapshot says; None when nothing in it is uncertain."""
    kept = quote.kept
    found = calculate_range(kept.inputs, kept.versions, kept.vat)
    if found.low.gross == found.high.gross:
        return None
    names = ", ".join(fact_label(key.partition("@")[0]) for key in found.uncertain if not key.startswith("choice:"))
    return Range(money(found.low.gross), money(found.high.gross), names)
