"""How long each step really took: median and middle half of the durations told by the journals of past dossiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: Fewer dossiers than this tell nothing, and might be recognised.
FEWEST = 5
KEPT_FOR_SECONDS = 3600

_STEP_OF = """CASE WHEN {state} IN ('submitted', 'incomplete') THEN 'completeness'
    WHEN {state} = 'complete' AND d.procedure = 'mr004' THEN 'authority'
    WHEN {state} IN ('complete', 'with_committee') THEN 'committee'
    WHEN {state} IN ('opinion_given', 'with_cnil', 'cnil_incomplete') THEN 'authority'
    WHEN {state} IN ('authorised', 'contracting') THEN 'convention'
    WHEN {state} = 'in_preparation' THEN 'data' END"""

#: The time that each dossier spent in the states of a step, once it has left the step otherwise than by giving up.
SQL = f"""
WITH stays AS (
    SELECT subject_id, from_state, to_state, at - lag(at) OVER (PARTITION BY subject_id ORDER BY seq) AS stay
    FROM workflow_journalline
    WHERE subject_type = 'dossier' AND from_state <> to_state
), placed AS (
    SELECT d.id, d.procedure, s.to_state, s.stay, {_STEP_OF.format(state="s.from_state")} AS step, {_STEP_OF.format(state="d.state")} AS now
    FROM stays s JOIN requests_app_dossier d ON d.id = s.subject_id
    WHERE %(demonstration)s OR NOT d.is_demonstration
), took AS (
    SELECT procedure, step, extract(epoch FROM sum(stay)) / 86400 AS days
    FROM placed
    WHERE step IS NOT NULL AND step IS DISTINCT FROM now
    GROUP BY id, procedure, step
    HAVING bool_and(to_state NOT IN ('withdrawn', 'abandoned'))
)
SELECT procedure, step, count(*), percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY days)
FROM took GROUP BY procedure, step HAVING count(*) >= %(fewest)s
"""


@dataclass(frozen=True)
class Usual:
    """What a step usually takes, in days: first quartile, median, third quartile, and on how many dossiers that rests."""

    low: float
    median: float
    high: float
    dossiers: int

    @property
    def sentence(self) -> str:
        """The median and the spread, in the unit in which people think of such a time."""
        if self.median <= 20:
            return self._said(1, ngettext("usually %(median)d day", "usually %(median)d days", round(self.median)))
        if self.median <= 90:
            return self._said(7, ngettext("usually %(median)d week", "usually %(median)d weeks", round(self.median / 7)))
        return self._said(30.44, ngettext("usually %(median)d month", "usually %(median)d months", round(self.median / 30.44)))

    def _said(self, unit: float, sentence: str) -> str:
        low, high = int(self.low // unit), -int(-self.high // unit)
        words = sentence % {"median": round(self.median / unit)}
        # Translators: the middle half of the durations seen, after “usually 5 weeks”.
        return words if high - low <= 1 else words + _(", most often %(low)d to %(high)d") % {"low": low, "high": high}


def usual(procedure: str) -> Mapping[str, Usual]:
    """What each step of a procedure usually takes; steps that fewer than five dossiers have been through are left out.

    Demonstration dossiers count only on a site that says on every page that it runs on demonstration data.
    """
    found: dict[str, dict[str, Usual]] | None = cache.get("usual-durations")
    if found is None:
        found = measure()
        cache.set("usual-durations", found, KEPT_FOR_SECONDS)
    return found.get(procedure, {})


def measure() -> dict[str, dict[str, Usual]]:
    """Read the durations from the journals of the whole site."""
    found: dict[str, dict[str, Usual]] = {}
    with connection.cursor() as cursor:
        cursor.execute(SQL, {"demonstration": settings.DEMO_DATA, "fewest": FEWEST})
        for procedure, step, dossiers, (low, median, high) in cursor.fetchall():
            found.setdefault(procedure, {})[step] = Usual(low, median, high, dossiers)
    return found
