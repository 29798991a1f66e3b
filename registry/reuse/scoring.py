"""The completeness of a fiche as PostgreSQL counts it, for the files and the API: the same questions as those of the page.

The questions stand once, in `registry.completeness`; here is the SQL of when each is asked, and of whether it is answered.
"""

from __future__ import annotations

from registry import completeness as asking
from registry.frameworks import Elsewhere, FicheKind
from registry.mending import PARTING, PLACEHOLDERS, squeezed

#: What the row of the fiche (f) holds; everything else is read from what it says (s).
OF_THE_ROW = frozenset({"title", "lay_summary", "procedure", "starts_on", "ends_on", "ended_on"})
#: Of what it says, what is a list, and what is yes, no or a number; a JSON null is no value for PostgreSQL.
LISTS = frozenset({"objectives", "domains", "data_categories", "sources"})
ANSWERS = frozenset({"matching", "professionals", "retention_years", "retention_months", "transfers_outside_eu", "automated_decision"})
LONGEST_PLACEHOLDER = 40


def score_sql(texts: frozenset[str], day: str) -> str:
    """The percentage of the data asked for that are given, rounded down; `texts` are the data of `s` that are texts, `day` the day."""
    asked = [(_asked(asking.ASKED[name], day), _is_given(name, texts)) for name in asking.ASKED]
    always = sum(when == "true" for when, _given in asked)
    given = " + ".join(f"({is_given})::int" if when == "true" else f"({when} AND ({is_given}))::int" for when, is_given in asked)
    total = " + ".join([str(always), *(f"({when})::int" for when, _given in asked if when != "true")])
    return f"(({given}) * 100 / ({total}))"


def _asked(concerns: asking.Asked, day: str) -> str:
    """The SQL of when a datum is asked for; true or false, never unknown."""
    project = f"coalesce(s.kind, '{FicheKind.PROJECT.value}') = '{FicheKind.PROJECT.value}'"
    unnumbered = f"('', '{Elsewhere.SIMPLIFIED.value}', '{Elsewhere.PERMANENT_ACCESS.value}')"
    conditions: dict[asking.Asked, str] = {
        asking.always: "true",
        asking.project: project,
        asking.matched: "f.matching",
        asking.ended: f"({project} AND coalesce(coalesce(f.ended_on, f.ends_on) <= {day}, false))",
        asking.due: f"(f.results_on IS NOT NULL OR coalesce(f.results_due_on < {day}, false))",
        asking.numbered: f"(f.procedure NOT IN {unnumbered} AND coalesce(s.basis, '') <> 'tacit')",
        asking.outside: "coalesce(s.controller_outside_eu = 'true', false)",
    }
    return conditions[concerns]


def _is_given(name: str, texts: frozenset[str]) -> str:
    return " OR ".join(_one(part, texts) for part in asking.ALSO.get(name, (name,)))


def _one(name: str, texts: frozenset[str]) -> str:
    """“No” and zero are answers; “non renseigné” is none."""
    if name in OF_THE_ROW:
        return f"f.{name} IS NOT NULL" if name.endswith("_on") else _is_text(f"f.{name}")
    if name in texts:
        return _is_text(f"s.{name}")
    if name in ANSWERS:
        return f"s.{name} IS NOT NULL"
    return f"coalesce(s.{name} <> '{'[]' if name in LISTS else '{}'}', false)"


def _is_text(value: str) -> str:
    """A text that says something; only a short one is looked at closely."""
    parting = PARTING.replace("'", "''") + " \u00a0\u202f\t\r\n"
    nothing = ", ".join(f"'{word}'" for word in sorted({"", *map(squeezed, PLACEHOLDERS)}))
    return f"coalesce(length({value}) > {LONGEST_PLACEHOLDER} OR translate(lower({value}), '{parting}', '') NOT IN ({nothing}), false)"
