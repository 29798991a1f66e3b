"""What a price is asked for: facts, dates, choices and grants. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fees.tariff.vocabulary import Purpose, Source, TaxPoint
from fees.tariff.written import Value

#: The reason of what nobody has decided yet: a simulation supposes it.
ASSUMED = "—"


class Fact(NamedTuple):
    """A fact with its source; `low` and `high` when it is an estimate."""

    value: Value
    source: Source = Source.DECLARED
    low: Decimal | None = None
    high: Decimal | None = None


class Choice(NamedTuple):
    """What an official chose within the bounds of a RANGE line, and why."""

    amount: Decimal
    reason: str


class Grant(NamedTuple):
    """What was done for a modifier that asks for a formality."""

    decided: bool = False
    justification: str = ""
    notified_on: date | None = None
    work_began_on: date | None = None
    evidence: str = ""  # the reference of the piece
    value: Decimal | None = None  # another value within the bounds


@dataclass(frozen=True)
class Inputs:
    """Everything a price depends on besides the grids and the VAT table. Keys of lines and modifiers are `GRID/CODE`."""

    facts: Mapping[str, Fact]
    on: date
    each: Mapping[str, Mapping[str, Mapping[str, Fact]]] = field(default_factory=dict)  # dimension → key → facts of its own
    options: frozenset[str] = frozenset()
    choices: Mapping[str, Choice] = field(default_factory=dict)
    grants: Mapping[str, Grant] = field(default_factory=dict)
    tax_points: Mapping[TaxPoint, date] = field(default_factory=dict)
    assumes_evidence: bool = False  # a simulation: the pieces will be given, and the result says which
    purpose: Purpose = Purpose.QUOTE
    done: Mapping[str, Decimal] = field(default_factory=dict)  # WITHDRAWAL: quantity done by `GRID/CODE[/key]`
