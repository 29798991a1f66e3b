"""What stands around the rows of a work-list: the lists with their counts, the saved ones, the filters, the load, what can be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from requests_app.desks import worklist
from requests_app.desks.forms import BulkForm, SaveListForm
from requests_app.desks.models import Absence
from requests_app.desks.queries import away_on, lists_offered_to, replaced_by
from requests_app.desks.tally import Load, Tally, current_tally
from requests_app.policies import may_on_site
from requests_app.states import Procedure, State


@dataclass(frozen=True)
class ListLink:
    """One list of the person's, with how many dossiers it holds."""

    code: str
    label: Any
    count: int
    current: bool


@dataclass(frozen=True)
class OfficersLoad:
    """What one officer has, beside what the busiest has, and until when they are away."""

    load: Load
    most: int
    absence: Absence | None


def frame(user: Any, asked: worklist.Asked, today: date) -> dict[str, Any]:
    """What the page of a work-list shows beside its rows."""
    tally, instructs = current_tally(user, today), may_on_site(user, "instruct")
    away = away_on(today, user) if instructs else {}
    return {
        "asked": asked,
        "lists": [ListLink(code, worklist.LABELS[code], count, code == asked.list) for code, count in tally.counts.items()],
        "saved_lists": lists_offered_to(user, with_shared=instructs),
        "save_form": SaveListForm(initial={"query": asked.query}),
        "empty": worklist.EMPTY[asked.list],
        "procedures": Procedure.choices,
        "states": [choice for choice in State.choices if choice[0] != State.DRAFT],
        "instructs": instructs,
        "replaced": list(replaced_by(user, today).values()),
        "tally": tally,
        "my_load": tally.load_of(user),
        "loads": _loads(tally, away) if instructs else [],
        "bulk_form": BulkForm(away=away) if instructs else None,
        "sees_messages": may_on_site(user, "see_messages"),
    }


def _loads(tally: Tally, away: dict[int, Absence]) -> list[OfficersLoad]:
    most = max((load.under_way for load in tally.loads), default=0) or 1
    return [OfficersLoad(load, most, away.get(load.officer or 0)) for load in tally.loads]
