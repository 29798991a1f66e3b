"""A price with its trace: lines, steps, modifiers granted and refused, VAT and sums. Values only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fees.tariff.vocabulary import Charged, Dropped, Group, Mode, Op, Refused, Source, TaxPoint, Unit, VatCategory
from fees.tariff.written import NO_WORDS, ZERO, Text, Value

ENGINE = "1.0"


class LineKey(NamedTuple):
    """What makes a line of a quote the same line in the next one."""

    grid: str
    line: str
    payee: str
    dimension: str = ""


class Used(NamedTuple):
    """A fact that a line used."""

    key: str
    value: Value
    source: Source


class Step(NamedTuple):
    """A step from the quantity to the net; `amount` is what the line costs after it (of a tier: what the tier costs)."""

    op: Op
    amount: Decimal
    code: str = ""  # of the modifier
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None  # the price, factor, per cent or bound used
    flat_amount: Decimal | None = None  # of a quantity: what is taken off besides what is included (`quantity`)
    start: Decimal | None = None  # of a tier; of a quantity: what was asked
    end: Decimal | None = None
    because: tuple[Used, ...] = ()
    reason: str = ""  # the official's words


class Rejected(NamedTuple):
    """A modifier that did not act on a line, and why."""

    code: str
    reason: Refused
    facts: tuple[Used, ...] = ()
    other: str = ""


class FundedPart(NamedTuple):
    """The part of a line that a third party pays."""

    code: str  # of the modifier
    funder: str
    amount: Decimal


class LineResult(NamedTuple):
    """A line of a quote with its trace; amounts exclude VAT."""

    key: LineKey
    version: int
    label: Text
    group: Group
    unit: Unit
    mode: Mode
    charged: Charged
    quantity: Decimal
    base: Decimal  # after the line's own minimum and maximum, before modifiers
    before_exemption: Decimal
    net: Decimal
    vat_profile: str
    vat_category: VatCategory
    vat_rate: Decimal
    vat_exemption_code: str
    vat_mention: Text
    tax_point: TaxPoint
    taxed_on: date
    funded: tuple[FundedPart, ...]
    facts: tuple[Used, ...]
    steps: tuple[Step, ...]
    rejected: tuple[Rejected, ...]
    subject_to: tuple[str, ...]  # modifiers granted on pieces that are still to come
    chargeable_on_withdrawal: bool = False

    @property
    def due(self) -> Decimal:
        """What the requester owes of the net, third parties' parts aside."""
        return self.net - sum((part.amount for part in self.funded), ZERO)


class VatTotal(NamedTuple):
    """VAT of one payee, category and rate, computed on the sum of its lines."""

    payee: str
    category: VatCategory
    rate: Decimal
    taxable: Decimal
    vat: Decimal
    exemption_code: str = ""
    mention: Text = NO_WORDS


class LeftOut(NamedTuple):
    """A line of the grid that the quote does not hold, and why."""

    grid: str
    line: str
    label: Text
    reason: Dropped
    facts: tuple[Used, ...] = ()
    dimension: str = ""


class Result(NamedTuple):
    """A price: lines sorted by grid and as the grid has them, VAT totals, sums. net + vat = gross."""

    engine: str
    versions: tuple[str, ...]
    lines: tuple[LineResult, ...]
    left_out: tuple[LeftOut, ...]
    vat_totals: tuple[VatTotal, ...]
    net: Decimal
    vat: Decimal
    gross: Decimal
    by_payee: tuple[tuple[str, Decimal], ...]  # net
    by_funder: tuple[tuple[str, Decimal], ...]  # net paid by third parties


class RangeResult(NamedTuple):
    """A price while an effort is uncertain."""

    low: Result
    likely: Result
    high: Result
    uncertain: tuple[str, ...]  # the facts and RANGE lines that make the difference
