"""Who states which right applies to a database, and who approves it: never the same person."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.policies import roles_of
from accounts.roles import SYSTEM
from catalogue.models import Database
from rights.policies import CONTROLLER, MAY_ON_SITE, controllers_of

#: A data protection officer who has not declared this very row.
APPROVER = "approver"

_APPROVING = MAY_ON_SITE["approve_rights"]
#: For any database; a controller only for those that it holds.
_DECLARING_ALL = _APPROVING | {SYSTEM}
_DECLARING = _DECLARING_ALL | {CONTROLLER}

#: Action on a statement → roles.
MAY: dict[str, frozenset[str]] = {
    "declare_right": _DECLARING,
    "discard_right": _DECLARING,
    "approve_right": frozenset({APPROVER}),
    "end_right": _APPROVING,
}


def roles_on(user: Any, row: Any) -> frozenset[str]:
    """Every role that somebody holds on one statement of a right."""
    held = roles_of(user)
    if row.database.holder_id is not None and row.database.holder_id in controllers_of(user):
        held |= {CONTROLLER}
    return held | {APPROVER} if approves(user) and row.declared_by_id != user.pk else held


def may(user: Any, action: str, row: Any) -> bool:
    """Does one of the person's roles on this statement allow the action?"""
    return bool(roles_on(user, row) & MAY[action])


def approves(user: Any) -> bool:
    """May the person approve what others have declared?"""
    return bool(roles_of(user) & _APPROVING)


def databases_of(user: Any) -> QuerySet[Database]:
    """The databases whose rights a person may declare."""
    mine = Q() if roles_of(user) & _DECLARING_ALL else Q(holder__in=controllers_of(user))
    rows: QuerySet[Database] = Database.objects.active().filter(mine).alphabetical()
    return rows


def declares(user: Any) -> bool:
    """Has the person a page on which rights are declared?"""
    return user.is_authenticated and bool(roles_of(user) & _DECLARING_ALL or controllers_of(user))
