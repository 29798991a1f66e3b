"""A simulation: a version, a day and facts, nothing else; its address says all of it, and reading the address gives it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from fees.tariff import dto
from fees.tariff.money import plain

#: Names in the address.
GRID, DAY, OPTION, LOW, HIGH, EACH_OF = "grille", "jour", "option", ".min", ".max", "nombre."
#: The other grids that are counted too, each with its version.
ALSO = "aussi"
#: What the staff would decide: `decision=GRID/CODE`, or `decision.GRID/CODE=1.5` when there is a value to choose.
DECISION, VALUE_OF = "decision", "decision."


def decided_in(sent: Any) -> set[str]:
    """The decisions that an address tries out."""
    valued = {name.removeprefix(VALUE_OF) for name, value in sent.items() if name.startswith(VALUE_OF) and value}
    return {*sent.getlist(DECISION), *valued}


@dataclass(frozen=True)
class Simulation:
    """Everything that the amount depends on, besides the VAT table."""

    version: dto.GridVersion
    on: date
    facts: Mapping[str, dto.Fact] = field(default_factory=dict)
    options: frozenset[str] = frozenset()
    repeated: Mapping[str, int] = field(default_factory=dict)
    #: What the staff is supposed to decide: `GRID/MODIFIER` → the value chosen within its bounds, None where there is none to choose.
    decided: Mapping[str, Decimal | None] = field(default_factory=dict)
    #: The versions of the other grids that are counted too: a project is often charged by those of several holders.
    more: tuple[dto.GridVersion, ...] = ()

    @property
    def versions(self) -> tuple[dto.GridVersion, ...]:
        """Every version that is counted, that of the questions first."""
        return (self.version, *self.more)

    @property
    def inputs(self) -> dto.Inputs:
        """As the calculator takes it: pieces are assumed to be given later."""
        each: dict[str, dict[str, dict[str, dto.Fact]]] = {
            name: {f"{name}-{place + 1}": {} for place in range(number)} for name, number in self.repeated.items()
        }
        announced = self.on - timedelta(days=1)
        grants = {key: dto.Grant(True, dto.ASSUMED, notified_on=announced, value=value) for key, value in self.decided.items()}
        return dto.Inputs(facts=self.facts, on=self.on, each=each, options=self.options, grants=grants, assumes_evidence=True)

    @property
    def assumed(self) -> dto.Inputs:
        """The same with the middle of its bounds for each amount that an official has still to choose."""
        middle = {key: dto.Choice((low + high) / 2, dto.ASSUMED) for key, (low, high) in self.to_choose().items()}
        return replace(self.inputs, choices=middle)

    def to_choose(self) -> dict[str, tuple[Decimal, Decimal]]:
        """The lines whose amount an official chooses within bounds."""
        every = ((version.grid.code, line) for version in self.versions for line in version.content.lines)
        lines = ((f"{code}/{line.code}", line) for code, line in every if line.mode is dto.Mode.RANGE)
        kept = ((key, line) for key, line in lines if not line.optional or key in self.options)
        return {key: (line.range_min or dto.ZERO, line.range_max or dto.ZERO) for key, line in kept}

    @property
    def is_uncertain(self) -> bool:
        """Is there more than one amount?"""
        return bool(self.to_choose()) or any(fact.low is not None or fact.high is not None for fact in self.facts.values())

    @property
    def address(self) -> str:
        """What follows the question mark: the inputs, in one order whatever the order in which they were given."""
        pairs = [(GRID, self.version.key), *((ALSO, one.key) for one in self.more), (DAY, self.on.isoformat())]
        for key, fact in sorted(self.facts.items()):
            pairs.append((key, written(fact.value)))
            pairs += [(key + LOW, plain(fact.low))] if fact.low is not None else []
            pairs += [(key + HIGH, plain(fact.high))] if fact.high is not None else []
        pairs += [(EACH_OF + name, str(number)) for name, number in sorted(self.repeated.items())]
        pairs += [(OPTION, key) for key in sorted(self.options)]
        pairs += [(DECISION, key) for key, value in sorted(self.decided.items()) if value is None]
        pairs += [(VALUE_OF + key, plain(value)) for key, value in sorted(self.decided.items()) if value is not None]
        return urlencode(pairs, safe="/")

    def with_facts(self, values: Mapping[str, Any]) -> Simulation:
        """The same project with some other answers."""
        return replace(self, facts={**self.facts, **{key: dto.Fact(value) for key, value in values.items()}})


def written(value: dto.Value) -> str:
    """A value as the address holds it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value
