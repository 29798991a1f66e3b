"""Who is a ticket's depositor, and who keeps the public keys of the pseudonymisation services."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from accounts.policies import roles_of
from accounts.roles import Role
from extractions.deposits.models import DepositRequest
from extractions.policies import DEPOSITOR
from extractions.states import MATCHING_DIRECTLY

MAY_ON_SITE: dict[str, frozenset[str]] = {
    "keep_service_keys": frozenset({Role.ADMINISTRATOR.value}),
    "confirm_service_key": frozenset({Role.ADMINISTRATOR.value, Role.HEAD_OF_SECRETARIAT.value}),
}
_DEPOSITOR = frozenset({DEPOSITOR})


def may(user: Any, action: str) -> bool:
    """Does one of the person's roles on the site allow the action?"""
    return bool(roles_of(user) & MAY_ON_SITE[action])


def depositor_of(user: Any, ticket: Any) -> frozenset[str]:
    """The role of who was named to deposit a table of this ticket; one query, on tickets that take deposits."""
    if ticket.kind not in MATCHING_DIRECTLY:
        return frozenset()
    mine = DepositRequest.objects.filter(ticket=ticket.pk, depositor=user.pk)
    named = mine.filter(Q(ended_at=None) | Q(deposits__isnull=False)).exists()  # a receipt or certificate stays to be read
    return _DEPOSITOR if named else frozenset()
