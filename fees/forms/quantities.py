"""Rows of a form for what a line counts and for its tiers; what is more intricate is left as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from fees.forms.conditions import fact_choices
from fees.forms.fields import ExactField, choices_of, one_of
from fees.line_words import factor_in_words
from fees.tariff.dto import ONE, ZERO, Factor, Line, Rounding, Tier
from fees.tariff.facts import FACTS, NUMERIC
from fees.words import ROUNDINGS

FACTORS, SPARE = 2, 3


class FactorRows:
    """Up to two factors whose product is the quantity of a line."""

    def __init__(self, form: forms.Form, line: Line | None) -> None:
        self.form, self.before = form, line.quantity if line else ()
        self.is_intricate = len(self.before) > FACTORS or any(_is_intricate(factor) for factor in self.before)
        if self.is_intricate:
            return
        for row in range(FACTORS):
            self._add(row, self.before[row] if row < len(self.before) else None)

    def _add(self, row: int, factor: Factor | None) -> None:
        numeric = [(key, label) for key, label in fact_choices() if not key or FACTS[key].type in NUMERIC]
        add = self.form.fields
        add[f"counts_{row}"] = one_of(
            numeric, label=_("What is counted") if row == 0 else _("Times"), required=False, help_text=_("Nothing: it counts once.")
        )
        add[f"less_{row}"] = one_of(numeric, label=_("Less"), required=False)
        add[f"included_{row}"] = ExactField(label=_("Included without charge"), required=False, decimals=4)
        add[f"per_{row}"] = one_of(numeric, label=_("Included for each"), required=False)
        add[f"rounding_{row}"] = one_of(choices_of(ROUNDINGS), label=_("How it is counted"))
        add[f"block_{row}"] = ExactField(label=_("Size of a block"), required=False, decimals=4)
        add[f"minimum_{row}"] = ExactField(label=_("Counts at least"), required=False, decimals=4)
        self.form.initial[f"rounding_{row}"] = Rounding.EXACT.value
        if factor is not None:
            self.form.initial.update(_initial(row, factor))

    @property
    def words(self) -> str:
        """What stands, in words, when the rows cannot say it."""
        return " × ".join(factor_in_words(factor) for factor in self.before)

    def rows(self) -> Iterator[list[BoundField]]:
        """The fields of each factor."""
        for row in range(0 if self.is_intricate else FACTORS):
            names = ("counts", "less", "included", "per", "rounding", "block", "minimum")
            yield [self.form[f"{name}_{row}"] for name in names]

    def read(self) -> tuple[Factor, ...]:
        """The factors that the rows say."""
        if self.is_intricate:
            return self.before
        return tuple(factor for row in range(FACTORS) if (factor := self._factor(row)) is not None)

    def _factor(self, row: int) -> Factor | None:
        told = {name.removesuffix(f"_{row}"): value for name, value in self.form.cleaned_data.items() if name.endswith(f"_{row}")}
        if not told.get("counts"):
            return None
        return Factor(
            fact=told["counts"],
            included=told.get("included") or ZERO,
            per=tuple(filter(None, [told.get("per")])),
            less=tuple(filter(None, [told.get("less")])),
            rounding=Rounding(told.get("rounding") or Rounding.EXACT),
            block=told.get("block") or ONE,
            minimum=told.get("minimum") or ZERO,
        )


def _is_intricate(factor: Factor) -> bool:
    return len(factor.per) > 1 or len(factor.less) > 1 or any(key.startswith("line:") for key in (factor.fact, *factor.per, *factor.less))


def _initial(row: int, factor: Factor) -> dict[str, Any]:
    said = {
        "counts": factor.fact,
        "less": "".join(factor.less),
        "included": factor.included or None,
        "per": "".join(factor.per),
        "rounding": factor.rounding.value,
        "block": factor.block if factor.rounding is Rounding.CEIL_BLOCK else None,
        "minimum": factor.minimum or None,
    }
    return {f"{name}_{row}": value for name, value in said.items()}


class TierRows:
    """The tiers of a line, with a few rows to spare; the last tier has no upper bound."""

    def __init__(self, form: forms.Form, line: Line | None) -> None:
        self.form = form
        tiers = line.tiers if line else ()
        self.count = len(tiers) + SPARE
        for row in range(self.count):
            number = {"number": row + 1}
            form.fields[f"up_to_{row}"] = ExactField(label=_("Tier %(number)d, up to") % number, required=False, decimals=4)
            form.fields[f"unit_{row}"] = ExactField(label=_("Tier %(number)d, price of a unit") % number, required=False)
            form.fields[f"flat_{row}"] = ExactField(label=_("Tier %(number)d, fixed part") % number, required=False)
        for row, tier in enumerate(tiers):
            form.initial.update({f"up_to_{row}": tier.up_to, f"unit_{row}": tier.unit_amount, f"flat_{row}": tier.flat_amount or None})

    def rows(self) -> Iterator[tuple[BoundField, BoundField, BoundField]]:
        """The fields of each tier."""
        for row in range(self.count):
            yield self.form[f"up_to_{row}"], self.form[f"unit_{row}"], self.form[f"flat_{row}"]

    def read(self) -> tuple[Tier, ...]:
        """The tiers that the rows say; rows left empty do not count."""
        told = self.form.cleaned_data
        rows = [(told.get(f"up_to_{row}"), told.get(f"unit_{row}"), told.get(f"flat_{row}")) for row in range(self.count)]
        return tuple(Tier(up_to, unit or ZERO, flat or ZERO) for up_to, unit, flat in rows if (up_to, unit, flat) != (None, None, None))
