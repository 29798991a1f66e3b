"""Who may do what in the committee: one table for sessions, one for the whole room; roles on dossiers stand below."""

from __future__ import annotations

from typing import Any

from accounts.roles import SYSTEM, Role
from requests_app import policies as of_dossiers
from requests_app.policies import site_roles

_OFFICER = frozenset({Role.OFFICER.value})
_PRESIDENT = frozenset({Role.COMMITTEE_PRESIDENT.value})
#: Who may lead a session: the president, or who stands in.
_CHAIR = _PRESIDENT | {Role.COMMITTEE_DELEGATE.value}
_SITTING = frozenset({Role.COMMITTEE_MEMBER.value, Role.COMMITTEE_PRESIDENT.value, Role.COMMITTEE_DELEGATE.value})
_LEADS = _OFFICER | _CHAIR

#: Action on a session → roles. The officer keeps the pen in session, beside who is in the chair.
MAY: dict[str, frozenset[str]] = {
    # moves
    "convene": _LEADS,
    "open_session": _LEADS,
    "close_session": _LEADS,
    "approve_minutes": _LEADS,
    "cancel": _LEADS,
    # what is not a move
    "plan": _OFFICER | _PRESIDENT,
    "publish": _OFFICER,
    "reschedule": _LEADS,
    "set_agenda": _LEADS,
    "announce_absence": _SITTING,
    "note_presence": _LEADS,
    "deliberate": _LEADS,
    "take_vote": _LEADS,
    "make_papers": _LEADS | {SYSTEM},
    "read_papers": _LEADS | _SITTING,
}

MAY_ON_SITE: dict[str, frozenset[str]] = {
    "keep_members": frozenset({Role.HEAD_OF_SECRETARIAT.value, Role.ADMINISTRATOR.value}),
    "see_member_history": _OFFICER | {Role.HEAD_OF_SECRETARIAT.value, Role.ADMINISTRATOR.value, Role.AUDITOR.value},
    "see_members": _LEADS | _SITTING | {Role.HEAD_OF_SECRETARIAT.value, Role.ADMINISTRATOR.value, Role.AUDITOR.value},
    "name_delegates": _PRESIDENT,
    "plan_sessions": _OFFICER | _PRESIDENT,
    "see_sessions": _LEADS | _SITTING | {Role.AUDITOR.value},
    "see_allocation": _OFFICER | _CHAIR,
    "judge_interests": _PRESIDENT,
    "judge_president": frozenset({Role.COMMITTEE_DELEGATE.value}),
    "declare_interests": _SITTING | {Role.EXTERNAL_EXPERT.value},
    "report": _SITTING | {Role.EXTERNAL_EXPERT.value},
}

#: What somebody is to their own entry in the committee's list.
ONESELF = "oneself"
_KEEPERS = MAY_ON_SITE["keep_members"]
#: Action on a member or an expert → roles: what the journal keeps of the committee's list.
MAY_ON_MEMBER: dict[str, frozenset[str]] = {
    **dict.fromkeys(("enter_member", "change_member", "record_mandate", "end_mandate"), _KEEPERS),
    "name_to_office": _KEEPERS | MAY_ON_SITE["name_delegates"],
    "end_office": _KEEPERS | MAY_ON_SITE["name_delegates"] | {SYSTEM},
    "record_declaration": _KEEPERS | {ONESELF},
    "settle_access": frozenset({SYSTEM}),
}


def roles_on_member(user: Any, member: Any) -> frozenset[str]:
    """The roles that a person holds on an entry of the committee's list: those of the site, and whether it is their own."""
    found = roles_on(user, member)
    return found | {ONESELF} if user.pk == member.user_id else found


def roles_on(user: Any, session: Any) -> frozenset[str]:
    """The roles that a person holds on a session: those of the site."""
    if getattr(user, "is_system", False):
        return frozenset({SYSTEM})
    return site_roles(user) if user.is_authenticated else frozenset()


def may(user: Any, action: str, session: Any) -> bool:
    """Does one of the person's roles on this session allow the action?"""
    return bool(roles_on(user, session) & MAY[action])


def may_on_site(user: Any, action: str) -> bool:
    """Does one of the person's roles allow the action in the committee's room?"""
    return bool(site_roles(user) & MAY_ON_SITE[action])


#: Who downloads an opinion, or the attestation of a tacit one: the applicant, and everybody to whom the dossier goes on with it.
READS_OPINION = (
    of_dossiers.TEAM_ROLES | of_dossiers.MAY["see_committee_work"] | of_dossiers.LATE_READERS | {Role.DPO.value, Role.CNIL_LIAISON.value}
)


def closed_to(user: Any, dossiers: Any) -> frozenset[int]:
    """Of these dossiers (by id), those in which the person takes no part: they withdrew, or stand on the applicant's side.

    A dossier that left the committee since, to be revised, stays open to those who sat.
    """
    from requests_app.models import Dossier

    among = Dossier.objects.filter(pk__in=dossiers)
    open_to = set(among.with_role(user, of_dossiers.MAY["see_committee_work"]).values_list("pk", flat=True))
    others = among.exclude(pk__in=open_to).select_related("content", "content__controller")
    return frozenset(dossier.pk for dossier in others if dossier.sent_to_committee_at or of_dossiers.is_shut_out(user, dossier))
