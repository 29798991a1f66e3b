"""Small grids and requests for the tests of the calculator: no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from fees.tariff.calculate import calculate
from fees.tariff.dto import (
    Content,
    CostBasis,
    Factor,
    Grid,
    GridVersion,
    Group,
    Inputs,
    Line,
    Mode,
    Modifier,
    Payee,
    Result,
    Text,
    Tier,
    Unit,
    VatCategory,
    VatRate,
    VatTable,
    VatTreatment,
)
from fees.tariff.facts import facts_from

DAY = date(2026, 3, 1)
VAT = VatTable(
    (VatTreatment("service", 1, VatCategory.STANDARD, "NORMAL"), VatTreatment("authority", 1, VatCategory.OUT_OF_SCOPE)),
    (VatRate("NORMAL", Decimal(20), date(2014, 1, 1)),),
)
GRID = Grid("G", Text("Grille", "Grid"), "holder", "Holder")


def money(text: str | int) -> Decimal:
    return Decimal(text)


def tiers(*rows: tuple[Any, Any] | tuple[Any, Any, Any]) -> tuple[Tier, ...]:
    """(up to, unit amount, flat amount)."""
    return tuple(Tier(None if up is None else Decimal(up), *(Decimal(amount) for amount in amounts)) for up, *amounts in rows)


def line(code: str = "A", **fields: Any) -> Line:
    """A flat line of 100, unless told otherwise; `fact` is short for a quantity of that fact."""
    fact = fields.pop("fact", None)
    if fact:
        fields["quantity"] = (Factor(fact, **fields.pop("factor", {})),)
        fields.setdefault("mode", Mode.UNIT)
        fields.setdefault("unit", Unit.DAY)
    fields = {"unit_amount": Decimal(100), "group": Group.DATA, "cost_basis": CostBasis.PREPARATION, "vat_profile": "service", **fields}
    return Line(code, fields.pop("label", Text(f"Ligne {code}", f"Line {code}")), **fields)


def modifier(code: str, stage: Any, kind: Any, value: Any = 0, **fields: Any) -> Modifier:
    return Modifier(code, Text(f"modificateur {code}", f"modifier {code}"), stage, kind, Decimal(value), **fields)


def version(*lines: Line, modifiers: tuple[Modifier, ...] = (), grid: Grid = GRID, **fields: Any) -> GridVersion:
    payees = fields.pop("payees", (Payee("holder", "Holder"), Payee("other", "Other"), Payee("fund", "Fund")))
    content = Content(tuple(lines), modifiers, payees, fields.pop("policy_order", None))
    return GridVersion(grid, fields.pop("number", 1), content, valid_from=date(2025, 1, 1), **fields)


def inputs(facts: Mapping[str, Any] | None = None, **fields: Any) -> Inputs:
    return Inputs(facts_from(facts or {}), fields.pop("on", DAY), **fields)


def price(grid: GridVersion, facts: Mapping[str, Any] | None = None, **fields: Any) -> Result:
    return calculate(inputs(facts, **fields), (grid,), VAT)


def net(grid: GridVersion, facts: Mapping[str, Any] | None = None, **fields: Any) -> Decimal:
    return price(grid, facts, **fields).net


def of(result: Result, code: str) -> Any:
    """The line of a result by its code."""
    return next(one for one in result.lines if one.key.line == code)


__all__ = ["DAY", "GRID", "VAT", "inputs", "line", "modifier", "money", "net", "of", "price", "replace", "tiers", "version"]
