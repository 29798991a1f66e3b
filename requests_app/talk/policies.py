"""Who speaks for which side of a dossier, and who reads what is said; the roles themselves stand in `requests_app.policies.MAY`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.models import User
from accounts.roles import Role
from requests_app.policies import EDITOR, MAY, OWNER, SIGNATORY, TEAM_ROLES
from requests_app.states import State
from requests_app.talk.models import Side

#: Who of the team is written to; who only reads looks for themselves.
_TOLD = (OWNER, EDITOR, SIGNATORY)


def side_of(roles: Iterable[str]) -> str:
    """The side on which these roles stand; empty for those who only look on (auditor, data protection officer)."""
    held = frozenset(roles)
    if held & TEAM_ROLES:
        return str(Side.APPLICANT)
    return str(Side.SECRETARIAT) if Role.OFFICER.value in held else ""


def is_open(dossier: Any) -> bool:
    """Can one talk about the dossier? From its filing on: nobody but its team sees a draft."""
    return bool(dossier.state != State.DRAFT)


def may_write(roles: frozenset[str], dossier: Any) -> bool:
    """May these roles write a message about the dossier now?"""
    return is_open(dossier) and bool(roles & MAY["write_message"])


def reads_notes(roles: frozenset[str]) -> bool:
    """Do these roles read the secretariat's notes? Never those of the team, whatever else they hold."""
    return not roles & TEAM_ROLES and bool(roles & MAY["read_notes"])


def team_told(dossier: Any) -> list[User]:
    """Those of the team who are written to about a new message."""
    from guardian.shortcuts import get_users_with_perms

    team: Any = get_users_with_perms(dossier, only_with_perms_in=list(_TOLD), with_group_users=False)
    return list(team.filter(is_active=True).order_by("pk"))
