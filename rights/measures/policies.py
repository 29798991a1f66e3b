"""Who sees the dashboard: the data protection officer and the auditor, who read no request; the first notes complaints."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.policies import roles_of
from accounts.roles import Role

#: Action on the site → roles.
MAY_ON_SITE: dict[str, frozenset[str]] = {
    "watch_rights": frozenset({Role.DPO.value, Role.AUDITOR.value}),
    "count_complaints": frozenset({Role.DPO.value}),
}


def watches(user: Any) -> bool:
    """Does the person watch over the delays of every controller?"""
    return user.is_authenticated and user.is_active and bool(roles_of(user) & MAY_ON_SITE["watch_rights"])


def counts_complaints(user: Any) -> bool:
    """May the person note how many complaints are known?"""
    return user.is_authenticated and user.is_active and bool(roles_of(user) & MAY_ON_SITE["count_complaints"])


def shown(request: HttpRequest) -> bool:
    """Is the dashboard one of the reader's pages?"""
    return watches(request.user)
