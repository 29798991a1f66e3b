"""Who may do what with tariff grids and VAT: nobody approves what they have written."""

from __future__ import annotations

from typing import Any

from accounts.roles import SYSTEM
from requests_app.policies import MAY_ON_SITE, site_roles
from requests_app.policies import may_on_site as may_on_the_site

#: What somebody is who may approve this very version: of the right role, and none of its writers.
APPROVER = "approver"

_KEEPERS = MAY_ON_SITE["keep_grids"]
_APPROVERS = MAY_ON_SITE["approve_grid"]
_THE_OTHER = frozenset({APPROVER})

#: Action on a version of a grid, on a grid, on a row of VAT → roles.
MAY: dict[str, frozenset[str]] = {
    # moves
    "ask_review": _KEEPERS,
    "send_back": _THE_OTHER,
    "publish": _THE_OTHER,
    "withdraw": _APPROVERS,
    "drop": _KEEPERS,
    # what is not a move
    "draw_up": _KEEPERS,
    "edit": _KEEPERS,
    "end_period": _THE_OTHER,
    "give_way": _APPROVERS,
    "see": MAY_ON_SITE["see_grids"],
    # a grid beside its versions
    "begin_grid": _KEEPERS,
    "change_grid": _KEEPERS,
    # rates and treatments of VAT
    "enter_vat": _KEEPERS,
    "approve_vat": _THE_OTHER,
    "end_vat": _APPROVERS,
    "discard_vat": _KEEPERS,
}


def roles_on(user: Any, version: Any) -> frozenset[str]:
    """The roles that a person holds on a version, a grid or a row of VAT: those of the site, and whether they may approve it."""
    if getattr(user, "is_system", False):
        return frozenset({SYSTEM})
    if not user.is_authenticated:
        return frozenset()
    held = site_roles(user)
    return held | _THE_OTHER if held & _APPROVERS and not version.is_written_by(user) else held


def may(user: Any, action: str, version: Any) -> bool:
    """Does one of the person's roles on this version allow the action?"""
    return bool(roles_on(user, version) & MAY[action])


def may_keep(user: Any) -> bool:
    """May the person draw up grids, rates of VAT and new versions?"""
    return may_on_the_site(user, "keep_grids")


def may_see(user: Any) -> bool:
    """May the person see what is not published yet?"""
    return may_on_the_site(user, "see_grids")


def may_approve(user: Any, written_by: Any) -> bool:
    """May the person approve what this other one has entered?"""
    return may_on_the_site(user, "approve_grid") and user.pk != written_by
