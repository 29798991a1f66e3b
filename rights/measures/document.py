"""The figures of one month as they are published and frozen: counts, shares, sizes of sets, steps of the form; small ones masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings

from rights.envelopes.directory import moment
from rights.measures.availability import health_in
from rights.measures.complaints import complaints_of
from rights.measures.delays import Spell, delays_of
from rights.measures.gathering import Ended, cells_of, ended_in, received_in, span_of
from rights.measures.masking import TOTAL, Cell, published
from rights.measures.steps import steps_in
from rights.oppositions.models import OppositionSet
from rights.oppositions.pages import masked as rounded
from rights.states import ANSWERED, GIVEN_UP

#: In the first one, delays were those of all requests that ended, and neither complaints nor the working of the form were told.
FORMAT = "guichet/rights-figures/2"
#: Whose delays they are: those of the requests that a controller answered.
OF_ANSWERED = "answered"
#: The columns of the two tables, in their order; an empty one stands for all.
RECEIVED, ENDED = ("right", "channel"), ("right", "outcome", "reason", "channel")


def document_of(month: date, before: datetime | None, at: datetime) -> dict[str, Any]:
    """Everything that is published of a month that is over."""
    threshold = settings.RIGHTS_THRESHOLD
    ended = ended_in(month)
    counted = published(cells_of(ended), threshold)
    answered = [_spell(one) for one in ended if one.outcome in ANSWERED]
    return {
        "type": FORMAT,
        "month": f"{month:%Y-%m}",
        "closed_at": moment(at),
        "threshold": threshold,
        "received": _rows(published(received_in(month, before), threshold), RECEIVED),
        "ended": _rows(counted, ENDED),
        "delays_of": OF_ANSWERED,
        "delays": delays_of(answered, threshold, least_answered(counted, _small(ended, threshold), threshold)),
        "given_up": given_up(counted),
        "sets": _sets(month),
        "steps": steps_in(month),
        "form": health_in(month),
        "complaints": complaints_of(month, at),
    }


def _rows(cells: dict[Cell, int | None], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """One row for each published number; a masked one is left out below another masked one, where it would say nothing."""
    return [
        {"database": row, **_columns(path, names), "count": count}
        for (row, path), count in sorted(cells.items(), key=lambda one: (one[0][0], one[0][1]))
        if count is not None or not path or cells[row, path[:-1]] is not None
    ]


def given_up(counted: Mapping[Cell, int | None]) -> dict[str, int | None]:
    """How many were withdrawn, and how many expired; None as soon as one of the counts that make it up is masked."""
    return {state: _sum([count for cell, count in _given_up(counted) if cell[1][1] == state]) for state in sorted(GIVEN_UP)}


def least_answered(counted: Mapping[Cell, int | None], small: Container[Cell], threshold: int) -> int | None:
    """The fewest answers that the published numbers allow; None where they tell how many there are.

    A masked count of what was given up may be anything below the threshold; where it only protects another one, all of its right.
    """
    masked = [cell for cell, count in _given_up(counted) if count is None]
    if not masked:
        return None
    told = sum(count for _cell, count in _given_up(counted) if count is not None)
    whole, hidden = counted[TOTAL], _sum(threshold - 1 if cell in small else counted["", cell[1][:1]] for cell in masked)
    return 0 if whole is None or hidden is None else max(0, whole - told - hidden)


def _given_up(counted: Mapping[Cell, int | None]) -> list[tuple[Cell, int | None]]:
    """What was withdrawn or expired, right by right, in all databases together."""
    return [(cell, count) for cell, count in counted.items() if not cell[0] and len(cell[1]) == 2 and cell[1][1] in GIVEN_UP]


def _small(ended: Iterable[Ended], threshold: int) -> set[Cell]:
    """The rights and outcomes of which there were few, in all databases together."""
    found: Counter[Cell] = Counter(("", (one.right, one.outcome)) for one in ended)
    return {cell for cell, count in found.items() if count < threshold}


def _sum(counts: Iterable[int | None]) -> int | None:
    """A sum; None as soon as one of its parts is masked."""
    told = list(counts)
    return None if None in told else sum(one for one in told if one is not None)


def _columns(path: tuple[str, ...], names: tuple[str, ...]) -> dict[str, Any]:
    """The columns of a row; null for all kinds together, and an empty reason where there is none."""
    return {name: path[place] if place < len(path) else None for place, name in enumerate(names)}


def _spell(one: Ended) -> Spell:
    return Spell(one.days, one.is_late, one.is_extended)


def _sets(month: date) -> list[dict[str, Any]]:
    """How large each set was at the end of the month, rounded down to ten, and nothing below the threshold."""
    found = OppositionSet.objects.filter(effective_at__lt=span_of(month)[1]).order_by("database__slug", "-version")
    newest: Iterable[OppositionSet] = found.distinct("database__slug").select_related("database")
    return [{"database": one.database.slug, "version": one.version, "size": rounded(one.count)} for one in newest]
