"""The board as a file for a spreadsheet: what a request is about stands there for its own controller only."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from requests_app.desks.sheets import disarmed
from rights.answering import queries
from rights.answering.queries import Asked, Row
from workflow.periods import paris_day

PER_READ = 500


def csv_of(user: Any, asked: Asked, turns: dict[str, Any], now: datetime) -> Iterator[str]:
    """The requests that somebody looks at, with semicolons, in blocks; read through a cursor, in the transaction around it."""
    yield "\ufeff" + _line(headings())
    found = queries.on_board(user, asked, paris_day(now)).iterator(chunk_size=PER_READ)
    block: list[Any] = []
    for routing in found:
        block.append(routing)
        if len(block) == PER_READ:
            yield _lines(block, user, turns, now)
            block = []
    yield _lines(block, user, turns, now)


def headings() -> list[str]:
    """The names of the columns, in the reader's language."""
    first = [_("Number"), _("Controller"), _("State"), _("Whose turn"), _("Received on"), _("Due on"), _("Days left"), _("Taken by")]
    return [*first, _("Database"), _("Right"), _("How far"), pgettext("request", "Ended on")]


def _lines(block: list[Any], user: Any, turns: dict[str, Any], now: datetime) -> str:
    return "".join(_line(_cells(row, turns)) for row in queries.rows_of(block, user, now))


def _cells(row: Row, turns: dict[str, Any]) -> list[str]:
    routing = row.routing
    dates = [paris_day(routing.received_at).isoformat(), row.due_on.isoformat() if row.due_on else ""]
    left = "" if row.days_left is None else str(row.days_left)
    stands = [routing.number, str(routing.organisation), str(routing.get_state_display()), str(turns.get(row.turn, "")), *dates, left]
    own = [routing.database.acronym, str(routing.get_right_display()), str(routing.get_level_display())] if row.is_own else [""] * 3
    ended = paris_day(routing.ended_at).isoformat() if routing.ended_at else ""
    return [*stands, str(routing.agent or "") if row.is_own else "", *own, ended]


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=";").writerow([disarmed(cell) if not cell.lstrip("-").isdigit() else cell for cell in cells])
    return written.getvalue()
