"""The completeness of a fiche on a day, as PostgreSQL counts it for the files and the API from what it keeps beside the fiche.

The questions are those of `registry.completeness`; what does not depend on the day is counted when a fiche is written (`Fiche.scored`,
function `registry_scored`): its end is asked for once it has come, its results once they are due.
"""

from __future__ import annotations


def score_sql(day: str) -> str:
    """The percentage of the data asked for that are given, rounded down; `day` is the SQL of the day, `f` the fiche."""
    ended = f"(f.scored[3] = 1 AND coalesce(coalesce(f.ended_on, f.ends_on) <= {day}, false))"
    due = f"(f.results_on IS NOT NULL OR coalesce(f.results_due_on < {day}, false))"
    given = f"f.scored[2] + ({ended} AND f.ended_on IS NOT NULL)::int + ({due} AND f.scored[4] = 1)::int"
    return f"(({given}) * 100 / (f.scored[1] + {ended}::int + {due}::int))"
