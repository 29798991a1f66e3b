"""Who may do what with clauses and templates: nobody approves what they have written."""

from __future__ import annotations

from typing import Any

from accounts.roles import SYSTEM
from requests_app.policies import MAY_ON_SITE, site_roles
from requests_app.policies import may_on_site as may_on_the_site

#: What somebody is who may approve this very version: of the right role, and none of its writers.
APPROVER = "text_approver"

_KEEPERS = MAY_ON_SITE["keep_clauses"]
_APPROVERS = MAY_ON_SITE["approve_clause"]
_THE_OTHER = frozenset({APPROVER})
_SYSTEM = frozenset({SYSTEM})

#: Action on a version of a clause or of a template → roles.
MAY: dict[str, frozenset[str]] = {
    # moves
    "ask_review": _KEEPERS | _SYSTEM,
    "send_back": _THE_OTHER,
    "approve": _THE_OTHER,
    "retire": _APPROVERS,
    "drop": _KEEPERS,
    # what is not a move
    "draw_up": _KEEPERS | _SYSTEM,
    "edit": _KEEPERS,
    "give_way": _APPROVERS,
    "see": MAY_ON_SITE["see_clauses"],
}


def roles_on(user: Any, version: Any) -> frozenset[str]:
    """The roles that a person holds on a version: those of the site, and whether they may approve it."""
    if getattr(user, "is_system", False):
        return _SYSTEM
    if not user.is_authenticated:
        return frozenset()
    held = site_roles(user)
    return held | _THE_OTHER if held & _APPROVERS and not version.is_written_by(user) else held


def may(user: Any, action: str, version: Any) -> bool:
    """Does one of the person's roles on this version allow the action?"""
    return bool(roles_on(user, version) & MAY[action])


def may_keep(user: Any) -> bool:
    """May the person draw up clauses and templates?"""
    return may_on_the_site(user, "keep_clauses")


def may_see(user: Any) -> bool:
    """May the person read the library?"""
    return may_on_the_site(user, "see_clauses")
