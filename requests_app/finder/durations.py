"""How long a procedure really took, from filing to authorisation: the dossiers of the past, in classes of two months."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.conf import settings
from django.db import connection

#: Fewer dossiers than this tell nothing, and might be recognised.
FEWEST = 5
#: Bounds of the classes, in days; the last class is open.
BOUNDS = (0, 61, 122, 183, 365, 548, 100_000)

SQL = """
SELECT d.authorised_on - (d.submitted_at AT TIME ZONE 'Europe/Paris')::date AS days
FROM requests_app_dossier d
WHERE d.procedure = %(procedure)s AND d.authorised_on IS NOT NULL AND d.submitted_at IS NOT NULL AND d.amends_id IS NULL
  AND (%(demonstration)s OR NOT d.is_demonstration)
ORDER BY days
LIMIT 10000
"""


@dataclass(frozen=True)
class Class:
    """How many dossiers took so long: from `low` days, up to `high`, which is None for the last class."""

    low: int
    high: int | None
    count: int

    @property
    def months(self) -> tuple[int, int | None]:
        """The same in months."""
        return round(self.low / 30.44), None if self.high is None else round(self.high / 30.44)


@dataclass(frozen=True)
class Distribution:
    """The durations of a procedure, in days."""

    dossiers: int
    median: int
    ninth_decile: int
    classes: tuple[Class, ...]

    @property
    def most(self) -> int:
        """The count of the fullest class."""
        return max(one.count for one in self.classes)

    @property
    def median_months(self) -> int:
        """The median in months."""
        return round(self.median / 30.44)

    @property
    def ninth_decile_months(self) -> int:
        """The ninth decile in months."""
        return round(self.ninth_decile / 30.44)


def distribution_of(procedure: str) -> Distribution | None:
    """The durations of a procedure's dossiers; None while fewer than five have been authorised."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"procedure": procedure, "demonstration": settings.DEMO_DATA})
        days = [max(0, row[0]) for row in cursor.fetchall()]
    return distribution(days) if len(days) >= FEWEST else None


def distribution(days: list[int]) -> Distribution:
    """Put durations, sorted, into their classes; empty classes before the first and after the last are left out."""
    classes = [Class(low, None if high == BOUNDS[-1] else high, sum(low <= one < high for one in days)) for low, high in pairwise(BOUNDS)]
    full = [rank for rank, one in enumerate(classes) if one.count]
    return Distribution(
        len(days), days[len(days) // 2], days[min(len(days) - 1, len(days) * 9 // 10)], tuple(classes[full[0] : full[-1] + 1])
    )
