"""Past quotes priced again with another version, and the sums of what would change. No database: values in, sums out."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from fees.impact.models import ReplayRefusal, ReplayRow
from fees.impact.past import Past
from fees.quotes.states import QuoteState
from fees.tariff import dto
from fees.tariff.calculate import calculate

#: How many of the largest rises are kept.
MOST = 20
ZERO = Decimal(0)
ALL, CATEGORY, HOLDER = ReplayRow.Kind.ALL.value, ReplayRow.Kind.CATEGORY.value, ReplayRow.Kind.HOLDER.value
Cell = tuple[str, str]


@dataclass
class Sums:
    """What adds up in one row."""

    quotes: int = 0
    refused: int = 0
    former: Decimal = ZERO
    new: Decimal = ZERO
    risen: int = 0
    fallen: int = 0
    risen_by: Decimal = ZERO
    fallen_by: Decimal = ZERO

    def add(self, former: Decimal, new: Decimal) -> None:
        """One more quote."""
        self.quotes += 1
        self.former += former
        self.new += new
        if new > former:
            self.risen += 1
            self.risen_by += new - former
        elif new < former:
            self.fallen += 1
            self.fallen_by += former - new


@dataclass
class Tally:
    """The sums of a step: as many rows as there are categories and holders, however many quotes."""

    rows: dict[Cell, Sums] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    #: (rise, -quote, former, new), the smallest first.
    rises: list[tuple[Decimal, int, Decimal, Decimal]] = field(default_factory=list)
    refusals: Counter[Cell] = field(default_factory=Counter)
    replaced: int = 0
    seen: int = 0
    reached: int = 0

    def row(self, kind: str, code: str = "") -> Sums:
        """The sums of a row, begun when there are none."""
        return self.rows.setdefault((kind, code), Sums())

    def rise(self, pk: int, former: Decimal, new: Decimal) -> None:
        """Keep a quote that rises while it is one of those that rise most."""
        heapq.heappush(self.rises, (new - former, -pk, former, new))
        if len(self.rises) > MOST:
            heapq.heappop(self.rises)


def take(tally: Tally, past: Past, version: dto.GridVersion, vat: dto.VatTable) -> None:
    """Price one quote again, with this version in place of that of the same grid; a quote without this grid is passed over."""
    tally.seen, tally.reached = tally.seen + 1, past.pk
    if not past.uses(version.grid.code):
        return
    try:
        result = calculate(past.inputs, (*past.other_versions(version.grid.code), version), vat)
    except dto.TariffError as refusal:
        _refuse(tally, past, refusal)
        return
    tally.names |= past.names
    tally.replaced += past.state == QuoteState.SUPERSEDED
    _add(tally, past, dict(result.by_payee))


def _add(tally: Tally, past: Past, after: dict[str, Decimal]) -> None:
    before = past.by_payee
    former, new = sum(before.values(), ZERO), sum(after.values(), ZERO)
    tally.row(ALL).add(former, new)
    tally.row(CATEGORY, past.category).add(former, new)
    for payee in before.keys() | after.keys():
        tally.row(HOLDER, payee).add(before.get(payee, ZERO), after.get(payee, ZERO))
    if new > former:
        tally.rise(past.pk, former, new)


def _refuse(tally: Tally, past: Past, refusal: dto.TariffError) -> None:
    """It is no part of the sums: what lacks is counted for each fact, the quote once."""
    tally.row(ALL).refused += 1
    tally.row(CATEGORY, past.category).refused += 1
    kinds = ReplayRefusal.Kind
    if isinstance(refusal, dto.MissingFacts):
        tally.refusals.update((kinds.MISSING.value, key) for key in refusal.keys)
    elif isinstance(refusal, dto.UnknownVat):
        tally.refusals.update({(kinds.VAT.value, line) for line, _profile, _day in refusal.lines})
    elif isinstance(refusal, dto.BadFact):
        tally.refusals[(kinds.VALUE.value, refusal.key)] += 1
    else:
        raise refusal
