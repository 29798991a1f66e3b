"""From a simulation to an amount, or to what it lacks."""

from __future__ import annotations

from dataclasses import dataclass

from fees.simulator.simulation import Simulation
from fees.tariff import dto
from fees.tariff.calculate import calculate
from fees.tariff.canonical import priced
from fees.tariff.uncertain import calculate_range


@dataclass(frozen=True)
class Outcome:
    """What a simulation comes to; without a result, what it lacks or which lines nobody has laid down the VAT of."""

    simulation: Simulation
    result: dto.Result | None = None
    text: str = ""
    sha256: str = ""
    range: dto.RangeResult | None = None
    missing: tuple[str, ...] = ()
    untaxed: tuple[str, ...] = ()


def outcome_of(simulation: Simulation, vat: dto.VatTable) -> Outcome:
    """The likely amount with its snapshot, and the range when something is uncertain."""
    versions = simulation.versions
    try:
        result, text, digest = priced(simulation.assumed, versions, vat)
        both = calculate_range(simulation.inputs, versions, vat) if simulation.is_uncertain else None
    except dto.MissingFacts as refused:
        return Outcome(simulation, missing=tuple(dict.fromkeys(key.partition("@")[0] for key in refused.keys)))
    except dto.UnknownVat as refused:
        return Outcome(simulation, untaxed=tuple(line for line, _profile, _day in refused.lines))
    return Outcome(simulation, result, text, digest, both)


def missing_for(simulation: Simulation, vat: dto.VatTable) -> tuple[str, ...]:
    """The facts without which a simulation has no amount."""
    try:
        calculate(simulation.assumed, simulation.versions, vat)
    except dto.MissingFacts as refused:
        return tuple(dict.fromkeys(key.partition("@")[0] for key in refused.keys))
    except dto.UnknownVat:
        pass
    return ()


def likely(simulation: Simulation, vat: dto.VatTable) -> dto.Result | None:
    """The likely amount alone; None when it cannot be worked out."""
    try:
        return calculate(simulation.assumed, simulation.versions, vat)
    except (dto.MissingFacts, dto.UnknownVat):
        return None
