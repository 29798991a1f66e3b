"""The figures of one month as they are published and frozen: counts, shares, sizes of sets, steps of the form; small ones masked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings

from rights.envelopes.directory import moment
from rights.measures.delays import Spell, delays_of
from rights.measures.gathering import Ended, cells_of, ended_in, received_in, span_of
from rights.measures.masking import Cell, published
from rights.measures.steps import steps_in
from rights.oppositions.models import OppositionSet
from rights.oppositions.pages import masked as rounded

FORMAT = "guichet/rights-figures/1"
#: The columns of the two tables, in their order; an empty one stands for all.
RECEIVED, ENDED = ("right", "channel"), ("right", "outcome", "reason", "channel")


def document_of(month: date, before: datetime | None, at: datetime) -> dict[str, Any]:
    """Everything that is published of a month that is over."""
    threshold = settings.RIGHTS_THRESHOLD
    ended = ended_in(month)
    return {
        "type": FORMAT,
        "month": f"{month:%Y-%m}",
        "closed_at": moment(at),
        "threshold": threshold,
        "received": _rows(published(received_in(month, before), threshold), RECEIVED),
        "ended": _rows(published(cells_of(ended), threshold), ENDED),
        "delays": delays_of([_spell(one) for one in ended], threshold),
        "sets": _sets(month),
        "steps": steps_in(month),
    }


def _rows(cells: dict[Cell, int | None], names: tuple[str, ...]) -> list[dict[str, Any]]:
    """One row for each published number; a masked one is left out below another masked one, where it would say nothing."""
    return [
        {"database": row, **_columns(path, names), "count": count}
        for (row, path), count in sorted(cells.items(), key=lambda one: (one[0][0], one[0][1]))
        if count is not None or not path or cells[row, path[:-1]] is not None
    ]


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
