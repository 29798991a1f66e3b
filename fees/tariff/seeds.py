"""The grids, VAT table and golden cases that the project ships, read from its data files."""

from __future__ import annotations

import functools
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from fees.tariff.asked import Inputs
from fees.tariff.codec import decode
from fees.tariff.exchange import plain_yaml, read_vat_yaml, read_yaml
from fees.tariff.facts import FACTS
from fees.tariff.written import GridVersion, VatTable

DATA = Path(__file__).resolve().parent.parent / "data"


class GoldenCase(NamedTuple):
    """A price that was worked out by hand, or read in a law: it holds for ever."""

    name: str
    grids: tuple[str, ...]  # names of seed files
    inputs: Inputs
    net: Decimal
    vat: Decimal
    gross: Decimal
    lines: dict[str, Decimal]


@functools.cache
def seed_grid(name: str) -> GridVersion:
    """A grid version shipped with the project, by the name of its file (`eds-ill-v1`)."""
    return read_yaml((DATA / "grids" / f"{name}.yaml").read_text(encoding="utf-8"))


@functools.cache
def seed_grids() -> tuple[GridVersion, ...]:
    """Every grid version shipped with the project."""
    return tuple(seed_grid(path.stem) for path in sorted((DATA / "grids").glob("*.yaml")))


@functools.cache
def seed_vat() -> VatTable:
    """The VAT table shipped with the project."""
    return read_vat_yaml((DATA / "vat.yaml").read_text(encoding="utf-8"))


def golden_cases() -> tuple[GoldenCase, ...]:
    """The golden cases of every grid shipped with the project."""
    files = sorted((DATA / "golden").glob("*.yaml"))
    return tuple(_case(one) for path in files for one in plain_yaml(path.read_text(encoding="utf-8")))


def _case(document: dict[str, Any]) -> GoldenCase:
    own = {"name", "grids", "net", "vat", "gross", "lines"}
    facts = {key: {"value": value, "source": FACTS[key].source.value} for key, value in document["facts"].items()}
    inputs = decode(Inputs, {**{name: part for name, part in document.items() if name not in own}, "facts": facts})
    net, vat, gross = (Decimal(document[name]) for name in ("net", "vat", "gross"))
    lines = {code: Decimal(amount) for code, amount in document.get("lines", {}).items()}
    return GoldenCase(document["name"], tuple(document["grids"]), inputs, net, vat, gross, lines)
