"""Who may do what with a request: the controller's agents and systems, the person who shows the code, and nobody else who could answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.models import Organisation
from accounts.policies import organisations_with, roles_of, roles_within, works_for
from accounts.roles import SYSTEM, Role

#: An agent of the controller; its system, through the API; whoever has shown the tracking code.
CONTROLLER, MACHINE, PERSON = "controller", "machine", "person"
#: The right that a controller's system needs.
ANSWER = "rights:answer"

_CONTROLLER = frozenset({CONTROLLER, MACHINE})
_PERSON = frozenset({PERSON})
_SYSTEM = frozenset({SYSTEM})
_DPO = frozenset({Role.DPO.value})
#: Who enters what came by letter or telephone.
_ASSISTING = frozenset({Role.OFFICER.value, Role.HEAD_OF_SECRETARIAT.value, Role.DPO.value})

#: Action on a routing → roles.
MAY: dict[str, frozenset[str]] = {
    # moves
    "transmit": _CONTROLLER,
    "take_up": _CONTROLLER,
    "ask_complement": _CONTROLLER,
    "give_complement": _PERSON | _CONTROLLER,
    "extend": _CONTROLLER,
    "accept": _CONTROLLER,
    "accept_in_part": _CONTROLLER,
    "refuse": _CONTROLLER,
    "find_nothing": _CONTROLLER,
    "withdraw": _PERSON,
    "expire": _SYSTEM,
    # what is not a move
    "deposit": _PERSON | _ASSISTING,
    "lift": _PERSON,
    "claim": frozenset({CONTROLLER}),
    "attach": _CONTROLLER,
    "see": _CONTROLLER | _DPO | {Role.AUDITOR.value},
    "see_sealed": _CONTROLLER,
    "purge": _SYSTEM,
}
#: Action on the whole site → roles.
MAY_ON_SITE: dict[str, frozenset[str]] = {
    "enter_request": _ASSISTING,
    "approve_rights": _DPO,
    "verify_key": _DPO,
    "see_dashboard": _DPO | {Role.AUDITOR.value, Role.HEAD_OF_SECRETARIAT.value},
}


@dataclass(frozen=True)
class Bearer:
    """Whoever has shown the tracking code of one request. In the journal the site itself stands for them: nobody is named."""

    request: int
    pk: int
    is_authenticated: bool = False
    is_active: bool = False


def roles_on(user: Any, routing: Any) -> frozenset[str]:
    """Every role that somebody holds on the part of a request that went to one controller."""
    if isinstance(user, Bearer):
        return _PERSON if user.request == routing.request_id else frozenset()
    if getattr(user, "is_system", False):
        return _SYSTEM
    if getattr(user, "is_machine", False):
        return frozenset({MACHINE}) if works_for(user, routing.organisation_id, ANSWER) else frozenset()
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    held = roles_of(user) | roles_within(user, routing.organisation_id) & _DPO
    return held | {CONTROLLER} if routing.organisation_id in controllers_of(user) else held


def controllers_of(user: Any) -> frozenset[int]:
    """The controllers for which a person answers: those that they were named for, and the national insurer for its own agents."""
    answers_for = organisations_with(user, Role.DATA_CONTROLLER_AGENT.value)
    if Role.CNAM_AGENT.value in roles_of(user):
        answers_for |= frozenset(Organisation.objects.filter(siren=settings.CNAM_SIREN).values_list("pk", flat=True))
    return answers_for


def watched_by(user: Any) -> frozenset[int]:
    """The controllers whose delays a person watches over: the data protection officer of a body, for that body."""
    return organisations_with(user, Role.DPO.value)


def reads_all(user: Any) -> bool:
    """Does the person see every request, without being able to read any?"""
    return bool(roles_of(user) & MAY["see"] - _CONTROLLER)


def may(user: Any, action: str, routing: Any) -> bool:
    """Does one of the person's roles on this part of a request allow the action?"""
    return bool(roles_on(user, routing) & MAY[action])


def may_on_site(user: Any, action: str) -> bool:
    """Does one of the person's roles on the site allow the action?"""
    return bool(roles_of(user) & MAY_ON_SITE[action])
