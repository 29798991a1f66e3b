"""How much an anonymous visitor may ask: the greatest numbers, how many may be uncertain, how many PDF files in a while."""

from __future__ import annotations

from decimal import Decimal

#: The greatest value of each fact; of the others, MOST.
MOST = Decimal(10_000)
MOST_OF: dict[str, Decimal] = {
    "data.patients": Decimal(100_000_000),
    "data.variables": Decimal(1_000_000),
    "data.gigabytes": Decimal(10_000_000),
    "data.years": Decimal(100),
    "project.storage_gb": Decimal(10_000_000),
    "project.duration_months": Decimal(600),
    "project.paused_months": Decimal(600),
    "project.licence_years": Decimal(50),
    "estimate.amount": Decimal(100_000_000),
}
#: Facts with bounds in one simulation: each multiplies the prices to work out.
MOST_UNCERTAIN = 3
#: Repetitions of the lines that a grid repeats (for each holder, each source).
MOST_REPEATED = 20
#: Other grids that are counted in one simulation.
MOST_GRIDS = 10
#: PDF files for one visitor in so many seconds.
MOST_FILES, WHILE = 10, 60


def most_of(key: str) -> Decimal:
    """The greatest value that the simulator takes for a fact."""
    return MOST_OF.get(key, MOST)
