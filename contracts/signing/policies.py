"""Who may do what on a request for signatures: the roles on its convention, and those whose signature is awaited."""

from __future__ import annotations

from typing import Any

from accounts.roles import SYSTEM
from contracts.policies import MAY as ON_CONVENTION
from contracts.policies import roles_on as roles_on_convention
from contracts.signing.states import Stage

#: What somebody is whose own signature this request names.
SIGNER = "signer"

_SIGNER = frozenset({SIGNER})
_SYSTEM = frozenset({SYSTEM})
_KEEPERS = ON_CONVENTION["send_for_signature"] - _SYSTEM

#: Action on a request → roles.
MAY: dict[str, frozenset[str]] = {
    # moves
    "send": _KEEPERS,
    "note_signature": _SIGNER | _KEEPERS,
    "complete": _SYSTEM,
    "refuse": _SIGNER | _KEEPERS,
    "expire": _SYSTEM,
    "cancel": _KEEPERS | _SYSTEM,
    # what is not a move
    "view": _SIGNER,
    "delegate": _SIGNER | _KEEPERS,
    "end_delegation": _SIGNER | _KEEPERS,
    "add_scan": _KEEPERS,
    "check_scan": _KEEPERS,
    "discard_scan": _KEEPERS,
    "remind": _KEEPERS | _SYSTEM,
    "see": ON_CONVENTION["see"] | _SIGNER,
    "see_work": ON_CONVENTION["see_work"],
}


def roles_on(user: Any, request: Any) -> frozenset[str]:
    """Every role that a person holds on a request: those on its convention, and that of who is to sign."""
    held = roles_on_convention(user, request.convention)
    if user.is_authenticated and any(one.person_id == user.pk and one.stage != Stage.REVOKED for one in request.signatories_read()):
        held |= _SIGNER
    return held


def may(user: Any, action: str, request: Any) -> bool:
    """Does one of the person's roles on this request allow the action?"""
    return bool(roles_on(user, request) & MAY[action])
