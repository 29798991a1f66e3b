"""VAT: how each line is taxed for this buyer on its day, and the tax of each payee, category and rate on the sum of its lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fees.tariff.conditions import Facts, Judge, compiled, keys_in
from fees.tariff.money import HUNDRED, cents
from fees.tariff.priced import LineResult, VatTotal
from fees.tariff.vocabulary import VatCategory
from fees.tariff.written import ZERO, Text, VatRate, VatTable, VatTreatment

#: The categories that bear a tax; all others have the rate 0.
TAXED = frozenset({VatCategory.STANDARD})


class Taxed(NamedTuple):
    """How a line is taxed."""

    category: VatCategory
    rate: Decimal
    exemption_code: str
    mention: Text


class _Ready(NamedTuple):
    treatment: VatTreatment
    judge: Judge | None
    facts: tuple[str, ...]


def _ready(table: VatTable) -> dict[str, tuple[_Ready, ...]]:
    """The treatments by profile, by position, with their conditions compiled: made once and kept with the table."""
    kept: dict[str, tuple[_Ready, ...]] | None = table.__dict__.get("_ready")
    if kept is None:
        rows: dict[str, list[_Ready]] = {}
        for one in sorted(table.treatments, key=lambda one: (one.profile, one.position, one.valid_from)):
            judge = None if one.condition is None else compiled(one.condition)
            rows.setdefault(one.profile, []).append(_Ready(one, judge, keys_in(one.condition)))
        kept = {profile: tuple(found) for profile, found in rows.items()}
        table.__dict__["_ready"] = kept
    return kept


def holds_on(period: VatRate | VatTreatment, day: date) -> bool:
    """Whether a period [from, to) holds a day."""
    return period.valid_from <= day and (period.valid_to is None or day < period.valid_to)


class Taxes:
    """The treatments of one calculation: each profile and day is judged once."""

    def __init__(self, table: VatTable, facts: Facts) -> None:
        self.table, self.facts = table, facts
        self.missing: set[str] = set()
        self._known: dict[tuple[str, date], Taxed | None] = {}

    def of(self, profile: str, day: date) -> Taxed | None:
        """How a profile is taxed on a day; None when nothing says it, or a fact is missing (then it is in `missing`)."""
        key = (profile, day)
        if key not in self._known:
            self._known[key] = self._found(profile, day)
        return self._known[key]

    def _found(self, profile: str, day: date) -> Taxed | None:
        for ready in _ready(self.table).get(profile, ()):
            if not holds_on(ready.treatment, day):
                continue
            verdict = True if ready.judge is None else ready.judge(self.facts)
            if verdict is None:
                self.missing.update(key for key in ready.facts if key not in self.facts)
                return None
            if verdict:
                return self._taxed(ready.treatment, day)
        return None

    def _taxed(self, treatment: VatTreatment, day: date) -> Taxed | None:
        rate: Decimal | None = ZERO
        if treatment.category in TAXED:
            rate = next((one.rate for one in self.table.rates if one.code == treatment.rate_code and holds_on(one, day)), None)
        return None if rate is None else Taxed(treatment.category, rate, treatment.exemption_code, treatment.mention)


def totals(lines: Iterable[LineResult]) -> tuple[VatTotal, ...]:
    """VAT per payee, category and rate, on the sum of the nets: not the sum of the VAT of the lines."""
    groups: dict[tuple[str, VatCategory, Decimal], list[LineResult]] = {}
    for line in lines:
        groups.setdefault((line.key.payee, line.vat_category, line.vat_rate), []).append(line)
    return tuple(_total(*key, members) for key, members in sorted(groups.items()))


def _total(payee: str, category: VatCategory, rate: Decimal, lines: list[LineResult]) -> VatTotal:
    taxable = sum((line.net for line in lines), ZERO)
    code, mention = min((line.vat_exemption_code, line.vat_mention) for line in lines)
    return VatTotal(payee, category, rate, taxable, cents(taxable * rate / HUNDRED), code, mention)
