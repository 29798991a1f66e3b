"""The next number of a series: the last lock that is taken, held until the invoice stands, so that no number is ever left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from workflow.periods import paris_day

#: One statement makes the row of the year or moves it on; whoever comes second waits here for a few milliseconds.
NEXT = """
    INSERT INTO invoices_invoiceseries AS s (code, year, last, last_at) VALUES (%s, %s, 1, %s)
    ON CONFLICT (code, year) DO UPDATE SET last = s.last + 1, last_at = greatest(s.last_at, EXCLUDED.last_at)
    RETURNING s.last, s.last_at
"""


@dataclass(frozen=True)
class Numbered:
    """A number, and the instant of issue that goes with it: never before that of the number before."""

    series: str
    year: int
    sequence: int
    issued_at: datetime

    @property
    def number(self) -> str:
        """As it is written on the document."""
        return f"{self.series}-{self.year}-{self.sequence:05d}"


def next_number(series: str, at: datetime) -> Numbered:
    """The next number of the series in the year of issue; to be called last, in the transaction that writes the invoice."""
    year = paris_day(at).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [series, year, at])
        last, issued_at = cursor.fetchone()
    return Numbered(series, year, last, issued_at)
