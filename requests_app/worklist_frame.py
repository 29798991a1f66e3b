"""What stands around the rows of a work-list: the lists with their counts, the filters, the load, the assignment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from requests_app import worklist
from requests_app.move_forms import BulkAssignForm
from requests_app.policies import may_on_site
from requests_app.states import Procedure, State


@dataclass(frozen=True)
class ListLink:
    """One list of the person's, with how many dossiers it holds."""

    code: str
    label: Any
    count: int
    current: bool


def frame(user: Any, asked: worklist.Asked, today: date) -> dict[str, Any]:
    """What the page of a work-list shows beside its rows."""
    tally, instructs = worklist.current_tally(user, today), may_on_site(user, "instruct")
    return {
        "asked": asked,
        "lists": [ListLink(code, worklist.LABELS[code], count, code == asked.list) for code, count in tally.counts.items()],
        "empty": worklist.EMPTY[asked.list],
        "procedures": Procedure.choices,
        "states": [choice for choice in State.choices if choice[0] != State.DRAFT],
        "instructs": instructs,
        "tally": tally,
        "my_load": tally.load_of(user),
        "assign_form": BulkAssignForm() if instructs else None,
        "sees_messages": may_on_site(user, "see_messages"),
    }
