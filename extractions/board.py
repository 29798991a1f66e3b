"""The board of a desk: tickets in columns by state, with their age, who works at them, and what is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest

from extractions.models import Ticket
from extractions.pages import rows_of, works_somewhere
from extractions.queries import Asked, at_work
from extractions.standing_words import COLUMN_LABELS
from extractions.states import COLUMNS, Desk, Kind
from ui.navigation import stand_under
from ui.pagination import page_of

#: Tickets shown in one column; all of it is one click away.
IN_A_COLUMN = 12
PER_PAGE = 25


def board_shown(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """The board, or one of its columns whole as a list; 404 for who works at no desk."""
    if not works_somewhere(request):
        raise Http404
    stand_under(request, "tickets")
    asked = asked_by(request)
    counts = _counts(request.user, asked)
    told = {"asked": asked, "kinds": Kind.choices, "desks": Desk.choices, "all": sum(counts.values())}
    if asked.column:
        page = page_of(at_work(request.user, asked), request, PER_PAGE)
        return told | {
            "page": page,
            "rows": rows_of(list(page), now, reader=request.user),
            "column": COLUMN_LABELS[asked.column],
            "columns": None,
        }
    return told | {"columns": _columns(request.user, asked, counts, now)}


def asked_by(request: HttpRequest) -> Asked:
    """What the reader looks for; what nobody offers is left out."""
    said = {name: request.GET.get(name, "")[:200].replace("\x00", "") for name in ("nature", "guichet", "agent", "q", "colonne")}
    return Asked(
        kind=said["nature"] if said["nature"] in Kind.values else "",
        desk=said["guichet"] if said["guichet"] in Desk.values else "",
        agent=said["agent"] if said["agent"] in ("mine", "none") else "",
        words=said["q"],
        column=said["colonne"] if said["colonne"] in COLUMN_LABELS else "",
    )


def _counts(user: Any, asked: Asked) -> dict[str, int]:
    """How many tickets stand in each column; one query."""
    rows = at_work(user, Asked(asked.kind, asked.desk, asked.agent, asked.words)).order_by()
    states = dict(rows.values_list("state").annotate(found=Count("pk")))
    return {code: sum(states.get(state.value, 0) for state in held) for code, held in COLUMNS}


def _columns(user: Any, asked: Asked, counts: dict[str, int], now: datetime) -> list[dict[str, Any]]:
    """The columns but the last, each with its first tickets; one query for each that holds something."""
    found = []
    for code, _held in COLUMNS:
        if code == "ended":
            continue
        wanted = Asked(asked.kind, asked.desk, asked.agent, asked.words, code)
        tickets: list[Ticket] = list(at_work(user, wanted)[:IN_A_COLUMN]) if counts[code] else []
        found.append({"code": code, "label": COLUMN_LABELS[code], "count": counts[code], "tickets": tickets})
    rows = {row.ticket.pk: row for row in rows_of([ticket for one in found for ticket in one["tickets"]], now, reader=user)}
    for one in found:
        one["rows"] = [rows[ticket.pk] for ticket in one["tickets"]]
    return found
