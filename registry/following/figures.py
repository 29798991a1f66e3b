"""The registry in figures: how many projects by year, domain, controller…, and how long the data take to come. Counted, never sampled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import caches
from django.db import connection
from django.utils.translation import gettext_lazy as _

from registry.finding.orders import Ordered
from registry.search import Facet, Query, counted, found, version

#: The charts that count projects: filter → title, in the order of the page.
COUNTED: dict[str, Any] = {
    "year": _("Projects by year of authorisation"),
    "domain": _("Projects by medical domain"),
    "controller": _("Projects by type of controller"),
    "database": _("Projects by database used"),
    "status": _("Where the projects stand"),
    "procedure": _("Projects by procedure"),
    "objective": _("Projects by objective"),
    "results": _("Results"),
}
DELAY = "delay"
MOST_ROWS = 30
#: Median of the days between filing and the opening of the data, by year of opening; a median of fewer projects says nothing.
FEWEST = 3
DELAYS = f"""
    SELECT extract(year FROM opened_on)::int, percentile_disc(0.5) WITHIN GROUP (ORDER BY opened_on - (said ->> 'filed_on')::date), count(*)
    FROM registry_fiche
    WHERE live AND opened_on IS NOT NULL AND said ->> 'filed_on' IS NOT NULL AND opened_on >= (said ->> 'filed_on')::date
        AND NOT (said -> 'generated' ?| array['opened_on', 'filed_on']) {{among}}
    GROUP BY 1 HAVING count(*) >= {FEWEST} ORDER BY 1
"""
KEPT = 3600
#: Of more projects the database is given a set of bits instead of a list.
MOST_PLACES = 2_000


@dataclass(frozen=True)
class Bar:
    """One row of a chart: what it counts, the number, its length in hundredths of the longest, and the search that shows it."""

    code: str
    label: str
    number: int
    length: float
    address: str = ""
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart that is also a table."""

    code: str
    title: Any
    #: What the numbers are: projects, or days.
    unit: Any
    bars: list[Bar]


def charts(query: Query, *, on: date) -> list[Chart]:
    """Every chart of the projects that a search finds; one that would say nothing is left out."""
    facets = counted(query, on=on)
    made = [_counting(facets[code], query) for code in COUNTED]
    return [chart for chart in (*made, delays(query, on=on)) if chart.bars]


def chart_of(code: str, query: Query, *, on: date) -> Chart | None:
    """One chart by its code; None for none."""
    return next((chart for chart in charts(query, on=on) if chart.code == code), None)


def _counting(facet: Facet, query: Query) -> Chart:
    code, rows = facet.code, [(one.code, one.label, one.count) for one in facet.values if one.count]
    if code == "year":
        rows = sorted(rows)
    elif code != "status":
        rows = sorted(rows, key=lambda one: -one[2])[:MOST_ROWS]
    longest = max((number for _code, _label, number in rows), default=1)
    bars = [
        Bar(value, label, number, 100 * number / longest, query.address(filters={**query.filters, code: (value,)}))
        for value, label, number in rows
    ]
    return Chart(code, COUNTED[code], _("projects"), bars)


def delays(query: Query, *, on: date) -> Chart:
    """How many days passed between filing and data, in the middle of the projects of each year; days that were imagined do not count."""
    key = f"registry:delays:{version()}:{query.address()}"
    rows = caches["shared"].get(key)
    if rows is None:
        rows = _delays_among(query, on)
        caches["shared"].set(key, rows, KEPT)
    longest = max((days for _year, days, _count in rows), default=1) or 1
    bars = [Bar(str(year), str(year), days, 100 * days / longest, note=str(count)) for year, days, count in rows]
    return Chart(DELAY, _("Days between filing and data, median by year"), _("days"), bars)


def _delays_among(query: Query, on: date) -> list[tuple[int, int, int]]:
    among, params = "", list[Any]()
    if query.text or query.filters:
        among, params = _among(found(query, on=on).places)
    with connection.cursor() as cursor:
        cursor.execute(DELAYS.format(among=among), params)
        return [(int(year), int(days), int(count)) for year, days, count in cursor.fetchall()]


def _among(places: Ordered) -> tuple[str, list[Any]]:
    """The condition that a project is among those found: few by their places, more by their bits, which are a few kilobytes."""
    if len(places) <= MOST_PLACES:
        return "AND pos = ANY(%s)", [list(places)]
    bits = places.found.tobytes()
    return "AND CASE WHEN pos < %s THEN get_bit(%s::bytea, pos) = 1 ELSE false END", [8 * len(bits), bits]
