"""State × role × move of a request: one hand-typed line per move; everything else must be refused, and then nothing is journalled."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from rights.models import Routing
from rights.states import ENDED, OPEN, RoutingState
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.fees.quoting import set_columns
from tests.moving import tried
from tests.rights.factories import a_controller, a_request, person_of
from tests.rights.systems import a_system
from workflow.engine import moves_of

pytestmark = pytest.mark.django_db

#: move: (states, roles, what goes with it) — typed by hand, never derived from the code.
ALLOWED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "transmit": ("deposited", "agent machine", {}),
    "take_up": ("transmitted", "agent machine", {}),
    "ask_complement": ("taken_up extended", "agent machine", {"kind": "precision"}),
    "give_complement": ("complement_asked", "agent machine person", {}),
    "extend": ("taken_up extended", "agent machine", {"reason": "complexity"}),
    "accept": ("taken_up extended complement_asked", "agent machine", {}),
    "accept_in_part": ("taken_up extended complement_asked", "agent machine", {"reason": "others"}),
    "refuse": ("taken_up extended complement_asked", "agent machine", {"reason": "others"}),
    "find_nothing": ("taken_up extended complement_asked", "agent machine", {}),
    "withdraw": ("deposited transmitted taken_up complement_asked extended", "person", {}),
    "expire": ("deposited transmitted complement_asked", "system", {}),
}
#: What each ended state cannot stand without.
ENDS = {"refused": {"reason": "others"}, "partly_accepted": {"reason": "others"}, "expired": {"lapse": "unopened"}}


def standing(routing: Routing, state: str) -> Routing:
    empty = {"reason": "", "lapse": "", "complement": "precision" if state == "complement_asked" else ""}
    set_columns(routing, state=state, ended_at=timezone.now() if state in ENDED else None, **empty | ENDS.get(state, {}))
    return Routing.objects.get(pk=routing.pk)


def test_every_move_has_its_line() -> None:
    assert set(ALLOWED) == set(moves_of(Routing)) and set(RoutingState) == OPEN | ENDED


def test_each_move_is_for_its_roles_and_from_its_states_only() -> None:
    there, other = a_controller(), a_controller("BNY")
    taken, stranger = a_request(there), a_request(other)
    routing = taken.routings[0]
    people: dict[str, Any] = {"agent": there.agent, "person": person_of(taken), "system": User.objects.system()}
    people |= {"machine": a_system(there).client.user, "other machine": a_system(other).client.user}
    people |= {"other agent": other.agent, "other person": person_of(stranger)}
    for role in (Role.DPO, Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR):
        people[role] = UserFactory()
        RoleGrantFactory(user=people[role], role=role)
    for move, (states, roles, told) in ALLOWED.items():
        for name, somebody in people.items():
            found = tried(standing(routing, states.split()[0]), move, somebody, told)
            assert (found in ("done", "held")) == (name in roles.split()), f"{move} by {name}: {found}"
        for state in RoutingState:
            found = tried(standing(routing, state), move, people[roles.split()[0]], told)
            expected = ("done", "held") if state in states.split() else ("state",)
            assert found in expected, f"{move} from {state}: {found}"
