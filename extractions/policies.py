"""Who may do what on a ticket: the desk that does the work, the team of the dossier, and the secretariat."""

from __future__ import annotations

from typing import Any

from accounts.policies import organisations_with, roles_of, works_for
from accounts.roles import SYSTEM, Role
from extractions.states import Desk
from requests_app.policies import EDITOR, OWNER, RECUSED, SIGNATORY, TEAM_ROLES, is_shut_out
from requests_app.policies import roles_on as roles_on_dossier

#: Who does the work of a ticket, at its desk; who was named to deposit a linkage table of it.
WORKER, DEPOSITOR = "worker", "depositor"
#: The system of the body that does the work, through the API: it makes the plain moves, and decides nothing that is for a person.
MACHINE = "machine"
#: The system that sends what was attested of a delivery, by a right of its own.
ATTESTER = "attester"
#: The right that the system at work needs.
WRITE = "tickets:write"

_WORKER = frozenset({WORKER})
_AT_WORK = _WORKER | {MACHINE}
_OFFICER = frozenset({Role.OFFICER.value, Role.HEAD_OF_SECRETARIAT.value})
_SYSTEM = frozenset({SYSTEM})
#: Of the applicant's side, who answers and who accepts.
_ANSWERING = frozenset({OWNER, EDITOR, SIGNATORY})
_ACCEPTING = frozenset({OWNER, SIGNATORY})
_READERS = frozenset({Role.OFFICER.value, Role.HEAD_OF_SECRETARIAT.value, Role.AUDITOR.value, Role.DPO.value})

#: Action on a ticket → roles.
MAY: dict[str, frozenset[str]] = {
    # moves
    "ask_need": _WORKER | _OFFICER,
    "specify_need": _ANSWERING,
    "agree_need": _WORKER | _SYSTEM | _ACCEPTING,
    "begin_targeting": _AT_WORK,
    "open_deposit": _WORKER | _OFFICER,
    "receive_deposit": frozenset({DEPOSITOR}) | _SYSTEM,
    "begin_format_check": _AT_WORK,
    "refuse_table": _AT_WORK,
    "begin_pseudonymisation": _AT_WORK,
    "validate_table": _AT_WORK,
    "begin_matching": _AT_WORK,
    "go": _WORKER | _OFFICER,
    "no_go": _WORKER | _OFFICER,
    "begin_extraction": _AT_WORK,
    "begin_quality_check": _AT_WORK,
    "fail_quality": _AT_WORK,
    "pass_quality": _AT_WORK,
    "begin_delivery": _AT_WORK,
    "announce": _AT_WORK,
    "accept_part": _ACCEPTING,
    "accept": _ACCEPTING,
    "refuse": _ACCEPTING,
    "conclude": _OFFICER,
    "conclude_part": _OFFICER,
    "reject": _WORKER | _OFFICER,
    "cancel": _OFFICER | _SYSTEM,
    # what is not a move
    "open": _OFFICER | _SYSTEM | _WORKER,
    "link": _OFFICER | _WORKER | _SYSTEM,
    "unlink": _OFFICER | _WORKER,
    "claim": _AT_WORK,
    "assign": _WORKER,
    "expect": _AT_WORK,
    "ask": _AT_WORK | _OFFICER,
    "answer": _ANSWERING,
    "end_wait": _AT_WORK | _OFFICER,
    # the rooms of the needs, of the matching and of the delivery
    "see_need": TEAM_ROLES | _READERS | _WORKER,
    "draft_need": _ANSWERING | _WORKER,
    "propose_need": _ANSWERING | _WORKER,
    "agree_to_need": _ACCEPTING | _WORKER,
    "note_need": _WORKER,
    "record_result": _AT_WORK,
    "list_package": _AT_WORK,
    "state_destruction": _ACCEPTING,
    "check_destruction": _WORKER | _OFFICER,
    # the room of the linkage tables
    "ask_deposit": _WORKER | _OFFICER,
    "withdraw_deposit": _WORKER | _OFFICER,
    "deposit": frozenset({DEPOSITOR}),
    "fetch_deposit": _AT_WORK,
    "purge_deposit": _SYSTEM,
    # the room of the oppositions, on the floor of the rights
    "attest_oppositions": _WORKER | {ATTESTER},
    "see": TEAM_ROLES | _READERS | {WORKER, DEPOSITOR},
    "see_work": _READERS | {WORKER},
}
#: What rooms add to the roles that somebody holds on a ticket, such as being named its depositor.
MORE_ROLES: list[Any] = []
#: A right of systems → the role that it gives on the tickets of the body; upper floors add theirs.
ROLES_OF_SYSTEMS: dict[str, str] = {WRITE: MACHINE}


def roles_on(user: Any, ticket: Any) -> frozenset[str]:
    """Every role that a person holds on a ticket.

    A holder's agent works at the holder's tickets only, also where the holder is the applicant; nobody who withdrew from the dossier does.
    """
    if getattr(user, "is_system", False):
        return _SYSTEM
    if getattr(user, "is_machine", False):
        return frozenset(role for scope, role in ROLES_OF_SYSTEMS.items() if works_for(user, ticket.organisation_id, scope))
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    held = roles_on_dossier(user, ticket.dossier)
    if works_at(user, ticket.desk, ticket.organisation_id) and not _is_shut_out(user, ticket, held):
        held |= _WORKER
    for more in MORE_ROLES:
        held |= more(user, ticket)
    return held


def _is_shut_out(user: Any, ticket: Any, held: frozenset[str]) -> bool:
    """At a desk that serves everybody nobody works for their own side; a holder delivers its own data to itself, and says so."""
    if ticket.desk == Desk.HOLDER:
        return ticket.dossier.dossieruserobjectpermission_set.filter(user=user.pk, permission__codename=RECUSED).exists()
    return bool(held & TEAM_ROLES) or is_shut_out(user, ticket.dossier)


def works_at(user: Any, desk: str, organisation_id: int) -> bool:
    """Does the person work at this desk: an agent of the CNAM, of the holder, or of the secretariat?"""
    if organisation_id in organisations_with(user, Role.DATA_CONTROLLER_AGENT.value):
        return True
    if desk == Desk.CNAM:
        return Role.CNAM_AGENT.value in roles_of(user)
    return desk == Desk.OPERATOR and bool(roles_of(user) & _OFFICER)


def desks_of(user: Any) -> tuple[frozenset[str], frozenset[int]]:
    """The desks that serve everybody at which a person works, and the organisations for which they answer."""
    roles = roles_of(user)
    served = {Desk.CNAM.value} if Role.CNAM_AGENT.value in roles else set()
    served |= {Desk.OPERATOR.value} if roles & _OFFICER else set()
    return frozenset(served), organisations_with(user, Role.DATA_CONTROLLER_AGENT.value)


def reads_all(user: Any) -> bool:
    """Does the person read the tickets of every dossier that they see?"""
    return bool(roles_of(user) & _READERS)


def may(user: Any, action: str, ticket: Any) -> bool:
    """Does one of the person's roles on this ticket allow the action?"""
    return bool(roles_on(user, ticket) & MAY[action])
