"""What follows from codes of the catalogue and of countries for the price: which type of controller is which category of requester."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "data" / "requesters.toml"


@dataclass(frozen=True)
class Requesters:
    """The category of each type of controller, and the territories of VAT."""

    categories: dict[str, str]
    never_sme: frozenset[str]
    european_union: frozenset[str]
    economic_area: frozenset[str]


@functools.cache
def requesters() -> Requesters:
    """What the data file says; read once."""
    with SOURCE.open("rb") as source:
        told: dict[str, Any] = tomllib.load(source)
    union = frozenset(told["european_union"])
    return Requesters(told["categories"], frozenset(told["never_sme"]), union, union | frozenset(told["economic_area_beside_the_union"]))
