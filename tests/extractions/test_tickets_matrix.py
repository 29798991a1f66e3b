"""State × role × move of a ticket: one hand-typed line per move; everything else must be refused, and then nothing is journalled."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from extractions.models import Ticket
from extractions.states import OPEN, Kind, TicketState
from tests.extractions.factories import Scene, a_scene, a_ticket
from tests.fees.quoting import set_columns
from tests.moving import tried
from workflow.engine import moves_of

pytestmark = pytest.mark.django_db

ANY = " ".join(sorted(OPEN))
WHY = {"because": "Motif de l’essai."}
#: move: (kind, states, roles, what goes with it) — typed by hand, never derived from the code.
ALLOWED: dict[str, tuple[Kind, str, str, dict[str, Any]]] = {
    "ask_need": (Kind.COHORT, "created need_agreed", "cnam officer head", WHY),
    "specify_need": (Kind.COHORT, "need_to_specify", "owner editor signatory", {"version": 1}),
    "agree_need": (Kind.COHORT, "created need_to_specify need_agreed", "cnam owner signatory", {"version": 1, "sha256": "0" * 64}),
    "begin_targeting": (Kind.TARGETING, "need_agreed", "cnam", {}),
    "open_deposit": (Kind.DIRECT_MATCHING, "need_agreed", "cnam officer head", {}),
    "receive_deposit": (Kind.DIRECT_MATCHING, "awaiting_deposit", "", {}),
    "begin_format_check": (Kind.DIRECT_MATCHING, "deposited", "cnam", {}),
    "refuse_table": (Kind.DIRECT_MATCHING, "deposited format_check pseudonymisation", "cnam", WHY),
    "begin_pseudonymisation": (Kind.DIRECT_MATCHING, "format_check", "cnam", {}),
    "validate_table": (Kind.DIRECT_MATCHING, "pseudonymisation", "cnam", {}),
    "begin_matching": (Kind.INDIRECT_MATCHING, "need_agreed table_validated", "cnam", {}),
    "go": (Kind.INDIRECT_MATCHING, "matching", "cnam officer head", WHY | {"result": 1}),
    "no_go": (Kind.INDIRECT_MATCHING, "matching", "cnam officer head", WHY | {"result": 1}),
    "begin_extraction": (Kind.COHORT, "need_agreed", "cnam", {}),
    "begin_quality_check": (Kind.COHORT, "extraction targeting", "cnam", {}),
    "fail_quality": (Kind.COHORT, "quality_check", "cnam", WHY),
    "pass_quality": (Kind.COHORT, "quality_check", "cnam", {}),
    "begin_delivery": (Kind.DELIVERY, "created", "cnam", {}),
    "announce": (Kind.DELIVERY, "delivery", "cnam", {"package": 1}),
    "accept_part": (Kind.DELIVERY, "acceptance", "owner signatory", {"package": 1}),
    "accept": (Kind.DELIVERY, "acceptance", "owner signatory", {"package": 1}),
    "refuse": (Kind.DELIVERY, "acceptance", "owner signatory", WHY | {"package": 1}),
    "conclude": (Kind.DELIVERY, "acceptance", "officer head", {"package": 1}),
    "conclude_part": (Kind.DELIVERY, "acceptance", "officer head", {"package": 1}),
    "reject": (Kind.COHORT, ANY, "cnam officer head", WHY),
    "cancel": (Kind.COHORT, ANY, "officer head", WHY),
}
PEOPLE = ("owner", "editor", "reader", "signatory", "officer", "head", "cnam", "holder_agent", "lawyer", "auditor")


def standing(scene: Scene, kind: Kind, state: str, tickets: dict[Kind, Ticket]) -> Ticket:
    ticket = tickets.setdefault(kind, a_ticket(scene, kind) if kind not in tickets else tickets[kind])
    ended = timezone.now() if state in ("closed", "rejected", "cancelled") else None
    set_columns(ticket, state=state, ended_at=ended)
    return Ticket.objects.for_reading().get(pk=ticket.pk)


def test_every_move_has_its_line() -> None:
    assert set(ALLOWED) == set(moves_of(Ticket))


def test_each_move_is_for_its_roles_and_from_its_states_only() -> None:
    scene, tickets = a_scene(), dict[Kind, Ticket]()
    for move, (kind, states, roles, told) in ALLOWED.items():
        first = states.split()[0]
        for name in (one for one in PEOPLE if one in scene.people):
            found = tried(standing(scene, kind, first, tickets), move, scene[name], told)
            assert (found in ("done", "held")) == (name in roles.split()), f"{move} by {name}: {found}"
        somebody = scene[(roles.split() or ["owner"])[0]]
        for state in TicketState:
            found = tried(standing(scene, kind, state, tickets), move, somebody, told)
            expected = ("done", "held") if state in states.split() and roles else ("state", "role")
            assert found in expected, f"{move} from {state}: {found}"
