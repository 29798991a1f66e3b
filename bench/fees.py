"""Quotes per second of the pure calculator, on one core and a grid of thirty lines: every mode, categories, a cap, an exemption, VAT."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from fees.tariff.asked import Inputs
from fees.tariff.calculate import calculate
from fees.tariff.canonical import priced
from fees.tariff.facts import facts_from
from fees.tariff.seeds import seed_vat
from fees.tariff.vocabulary import CostBasis, Group, Kind, Mode, Operator, Rounding, Stage, Unit
from fees.tariff.written import Check, Content, Factor, Grid, GridVersion, Line, Modifier, Payee, Text, Tier

LINES = 30
GOAL = 2_000
CATEGORIES = ("industrial", "sme", "academic", "association")
COUNTED = ("data.sources", "data.patients", "estimate.prep_days", "data.refreshes", "project.duration_months")
TIERS = tuple(
    Tier(None if bound is None else Decimal(bound), Decimal(price), Decimal(price)) for bound, price in ((1, 80), (5, 50), (None, 30))
)
MODES = (Mode.UNIT, Mode.GRADUATED, Mode.BAND, Mode.VOLUME, Mode.FLAT)
GROUPS = (Group.PROCEDURE, Group.DATA, Group.WORK, Group.SPE, Group.DATA)


def lines() -> Iterator[Line]:
    """Thirty lines, six of each mode, a third of them under a condition."""
    for index in range(LINES):
        mode = MODES[index % len(MODES)]
        asked = Check("project.snds_matching", Operator.IS_TRUE) if index % 3 == 0 else None
        factors = [Factor(COUNTED[index % len(COUNTED)], included=Decimal(index % 2), rounding=Rounding.CEIL)]
        if index % 7 == 0:
            factors.append(Factor("project.users", included=Decimal(3)))
        yield Line(
            f"L{index:02}",
            Text(f"Ligne {index}", f"Line {index}"),
            GROUPS[index % len(GROUPS)],
            CostBasis.PREPARATION,
            "service" if index % 4 else "public_authority",
            payee=f"payee-{index % 3}",
            mode=mode,
            unit=Unit.DAY,
            quantity=() if mode is Mode.FLAT else tuple(factors),
            unit_amount=Decimal("12.345"),
            tiers=() if mode in {Mode.FLAT, Mode.UNIT} else TIERS,
            condition=asked,
            max_amount=Decimal(50_000) if index % 5 == 0 else None,
        )


def grid() -> GridVersion:
    """The grid that is measured."""
    about = (Group.PROCEDURE, Group.DATA)
    reductions = [
        Modifier(
            f"CAT-{name.upper()}",
            Text(name, name),
            Stage.LINE,
            Kind.COEFFICIENT,
            Decimal(share),
            groups=about,
            exclusive="category",
            condition=Check("requester.category", Operator.EQ, (name,)),
        )
        for name, share in zip(CATEGORIES[1:], ("0.5", "0.2", "0.1"), strict=True)
    ]
    cap = Modifier(
        "THESIS", Text("thèse", "thesis"), Stage.TOTAL, Kind.CAP, Decimal(250), groups=about, condition=_true("requester.thesis")
    )
    free = Modifier("URGENT", Text("urgence", "emergency"), Stage.TOTAL, Kind.EXEMPT, condition=_true("project.emergency"))
    content = Content(tuple(lines()), (*reductions, cap, free), tuple(Payee(f"payee-{at}", f"Payee {at}") for at in range(3)))
    return GridVersion(Grid("BENCH", Text("Banc", "Bench"), "payee-0", "Payee 0"), 1, content)


def _true(fact: str) -> Check:
    return Check(fact, Operator.IS_TRUE)


def requests(number: int) -> list[Inputs]:
    """Different requests of every category."""
    return [_request(index) for index in range(number)]


def _request(index: int) -> Inputs:
    facts = {
        "requester.category": CATEGORIES[index % len(CATEGORIES)],
        "requester.thesis": index % 10 == 0,
        "requester.vat_zone": "fr",
        "project.emergency": False,
        "project.snds_matching": index % 2 == 0,
        "data.sources": index % 9 + 1,
        "data.patients": index * 37 + 2,
        "estimate.prep_days": Decimal(index % 40 + 3) / 2,
        "data.refreshes": index % 4 + 1,
        "project.duration_months": index % 36 + 2,
        "project.users": index % 12 + 1,
    }
    return Inputs(facts_from(facts), date(2026, 3, 1))


def run(number: int) -> None:
    """Measure and print."""
    version, table, asked = grid(), seed_vat(), requests(number)
    calculate(asked[0], (version,), table)
    began = time.process_time()
    for inputs in asked:
        calculate(inputs, (version,), table)
    alone = number / (time.process_time() - began)
    with_snapshot = asked[: max(number // 10, 1)]
    began = time.process_time()
    for inputs in with_snapshot:
        priced(inputs, (version,), table)
    whole = len(with_snapshot) / (time.process_time() - began)
    print(f"{alone:,.0f} quotes of {LINES} lines per second on one core (goal {GOAL:,}); {whole:,.0f} with snapshot and hash", flush=True)


if __name__ == "__main__":
    run(4_000)
