"""Who may do what on a quote and on a holder's estimate: the roles on the dossier, and those that follow from who pays and who holds."""

from __future__ import annotations

from typing import Any

from accounts.policies import organisations_with
from accounts.roles import SYSTEM, Role
from requests_app.policies import EDITOR, OWNER, SIGNATORY, TEAM_ROLES
from requests_app.policies import roles_on as roles_on_dossier

#: What somebody is who may accept a payer's part of this very quote.
ACCEPTOR = "acceptor"
#: What an agent is of the organisation whose estimate is asked for.
ASKED = "asked"

_FEES = frozenset({Role.FEE_MANAGER.value})
_ACCEPTOR = frozenset({ACCEPTOR})
#: Who checks that a paper was signed: another than who recorded it.
_CHECKERS = frozenset({Role.FEE_MANAGER.value, Role.HEAD_OF_SECRETARIAT.value})
_STAFF = frozenset({Role.OFFICER.value, Role.FEE_MANAGER.value, Role.AUDITOR.value, Role.LEGAL_OFFICER.value, Role.DPO.value})

#: Action on a quote, or on the fees of a dossier → roles.
MAY: dict[str, frozenset[str]] = {
    # moves of a quote
    "issue": _FEES,
    "accept": _ACCEPTOR,
    "accept_on_paper": _CHECKERS,
    "decline": _ACCEPTOR,
    "expire": frozenset({SYSTEM}),
    "supersede": frozenset({SYSTEM}),
    "cancel": _FEES | {SYSTEM},
    # what is not a move
    "draw_up": _FEES,
    "edit": _FEES,
    "accept_part": _ACCEPTOR,
    "record_paper": _FEES,
    "accept_part_on_paper": _CHECKERS,
    "discard_paper": _CHECKERS,
    "plan": _FEES,
    "suspend_installment": _FEES,
    "resume_installment": _FEES,
    "make_document": frozenset({SYSTEM}),
    "see": TEAM_ROLES | _STAFF | _ACCEPTOR,
    "see_drafts": _FEES | {Role.AUDITOR.value},
    # the facts that a price rests on
    "declare_fact": frozenset({OWNER, EDITOR}),
    "settle_fact": _FEES,
    "log_work": _FEES,
}

#: Action on a holder's estimate → roles.
ESTIMATE_MAY: dict[str, frozenset[str]] = {
    "ask": frozenset({SYSTEM}) | _FEES,
    "give": frozenset({ASKED}),
    "drop": frozenset({SYSTEM}) | _FEES,
    "see": TEAM_ROLES | _STAFF | {ASKED},
}


def roles_on(user: Any, quote: Any) -> frozenset[str]:
    """Every role that a person holds on a quote: those on its dossier, and that of accepting."""
    if getattr(user, "is_system", False):
        return frozenset({SYSTEM})
    if not user.is_authenticated:
        return frozenset()
    held = roles_on_dossier(user, quote.dossier)
    return held | _ACCEPTOR if any(accepts_for(user, payer, quote.dossier, held) for payer in quote.payers_read()) else held


def accepts_for(user: Any, payer: Any, dossier: Any, held: frozenset[str]) -> bool:
    """May the person commit this payer: as its signatory, or as the dossier's when the payer carries the project."""
    if payer.organisation_id in organisations_with(user, Role.SIGNATORY.value):
        return True
    return SIGNATORY in held and payer.organisation_id in dossier.organisation_ids


def roles_on_estimate(user: Any, request: Any) -> frozenset[str]:
    """Every role that a person holds on a holder's estimate: those on its dossier, and that of the agent who is asked."""
    if getattr(user, "is_system", False):
        return frozenset({SYSTEM})
    if not user.is_authenticated:
        return frozenset()
    asked = request.organisation_id in organisations_with(user, Role.DATA_CONTROLLER_AGENT.value)
    return roles_on_dossier(user, request.dossier) | (frozenset({ASKED}) if asked else frozenset())


def may(user: Any, action: str, quote: Any) -> bool:
    """Does one of the person's roles on this quote allow the action?"""
    return bool(roles_on(user, quote) & MAY[action])
