"""Worked examples: one project asked for by several kinds of requester, each with its amount and its address."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from fees.simulator.pricing import likely, outcome_of
from fees.simulator.questions import Asked
from fees.simulator.simulation import Simulation
from fees.tariff import dto
from fees.tariff.facts import parsed
from fees.words import money, said

FILE = Path(__file__).parent / "data" / "examples.toml"


@dataclass(frozen=True)
class Example:
    """An example: whose, how much, and the address that shows it."""

    code: str
    label: str
    amount: str
    address: str


@functools.cache
def _written() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def project() -> Mapping[str, str]:
    """The project that every example is about: fact → text."""
    found: Mapping[str, str] = _written()["project"]
    return found


def simulations(asked: Asked, on: date) -> list[tuple[Mapping[str, Any], Simulation]]:
    """The examples that this version can price; two that come to the same answers are one."""
    found: list[tuple[Mapping[str, Any], Simulation]] = []
    for one in _written()["example"]:
        simulation = _simulation(one, asked, on)
        if all(simulation != other for _one, other in found):
            found.append((one, simulation))
    return found


def _simulation(one: Mapping[str, Any], asked: Asked, on: date) -> Simulation:
    texts, bounds = {**project(), **one["facts"]}, one.get("bounds", {})
    facts = {key: dto.Fact(parsed(key, texts[key])) for key in asked.keys if key in texts}
    facts = {key: _bounded(fact, bounds.get(key)) for key, fact in facts.items()}
    return Simulation(asked.versions[0], on, facts, frozenset(asked.options), dict.fromkeys(asked.dimensions, 1))


def _bounded(fact: dto.Fact, bounds: tuple[str, str] | None) -> dto.Fact:
    return fact._replace(low=Decimal(bounds[0]), high=Decimal(bounds[1])) if bounds else fact


def examples_of(asked: Asked, vat: dto.VatTable, on: date) -> list[Example]:
    """The examples with their amounts; one that cannot be priced is left out."""
    return [example for one, simulation in simulations(asked, on) if (example := _example(one, simulation, vat))]


def _example(one: Mapping[str, Any], simulation: Simulation, vat: dto.VatTable) -> Example | None:
    amount = _amount(simulation, vat)
    return Example(one["code"], said(dto.Text(one["label_fr"], one["label_en"])), amount, simulation.address) if amount else None


def _amount(simulation: Simulation, vat: dto.VatTable) -> str:
    if not simulation.is_uncertain:
        result = likely(simulation, vat)
        return money(result.net) if result else ""
    found = outcome_of(simulation, vat).range
    return f"{money(found.low.net)} – {money(found.high.net)}" if found else ""
