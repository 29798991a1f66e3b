"""Which tickets a dossier calls for, from what it says: pure, so that it can be shown before anything is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extractions.states import EXTRACTING, Kind

#: The vocabulary of the dossier → the kind of matching; what is not stated, or done on another identifier, is asked of the indirect path.
MATCHING: Mapping[str, Kind] = {
    "direct_nir": Kind.DIRECT_MATCHING,
    "direct_triplet": Kind.DIRECT_MATCHING,
    "nir_reconstruction": Kind.RECONSTRUCTION_MATCHING,
    "indirect": Kind.INDIRECT_MATCHING,
}


@dataclass(frozen=True)
class Source:
    """A database that the dossier asks for, and the body that does the work on it."""

    database: int
    body: int
    is_main: bool


@dataclass(frozen=True)
class Asked:
    """What the dossier says of its data."""

    sources: tuple[Source, ...]
    matches: bool
    matching_kind: str
    aggregated: bool


@dataclass(frozen=True)
class Planned:
    """A ticket to open: its kind, the body that does it, the databases that it is about."""

    kind: Kind
    body: int
    databases: tuple[int, ...]


def plan_of(asked: Asked) -> tuple[Planned, ...]:
    """The tickets in the order of the work: targeting, matching, extraction at each body, delivery by each body."""
    bodies: dict[int, list[Source]] = {}
    for source in asked.sources:
        bodies.setdefault(source.body, []).append(source)
    found: list[Planned] = []
    main = next((body for body, held in bodies.items() if any(source.is_main for source in held)), None)
    if main is not None:
        named = tuple(source.database for source in bodies[main])
        found.append(Planned(Kind.TARGETING, main, named))
        if asked.matches:
            found.append(Planned(MATCHING.get(asked.matching_kind, Kind.INDIRECT_MATCHING), main, named))
    extraction = Kind.AGGREGATES if asked.aggregated else Kind.COHORT
    each = [(body, tuple(source.database for source in held)) for body, held in bodies.items()]
    found += [Planned(extraction, body, named) for body, named in each]
    found += [Planned(Kind.DELIVERY, body, named) for body, named in each]
    return tuple(found)


def links_of(planned: Iterable[Planned]) -> tuple[tuple[Planned, Planned], ...]:
    """What comes before what: targeting before matching, both before every extraction, an extraction before its own delivery."""
    tickets = tuple(planned)
    first = [one for one in tickets if one.kind == Kind.TARGETING]
    matching = [one for one in tickets if one.kind in MATCHING.values()]
    extraction = [one for one in tickets if one.kind in EXTRACTING]
    delivery = [one for one in tickets if one.kind == Kind.DELIVERY]
    pairs = [(before, after) for before in first for after in matching]
    pairs += [(before, after) for before in (matching or first) for after in extraction]
    pairs += [(before, after) for before in extraction for after in delivery if before.body == after.body]
    return tuple(pairs)
