"""Who may do what on a convention: roles of the site, the team of its dossier, and those who act for its parties."""

from __future__ import annotations

from typing import Any

from accounts.policies import organisations_of, organisations_with
from accounts.roles import SYSTEM, Role
from requests_app.policies import EDITOR, MAY_ON_SITE, OWNER, SIGNATORY, TEAM_ROLES, site_roles
from requests_app.policies import roles_on as roles_on_dossier

#: What somebody is who acts for a party, and who may commit it.
PARTY, REPRESENTATIVE = "party", "representative"
#: What a legal officer is who has had no hand in the text.
APPROVER = "approver"

_KEEPERS = MAY_ON_SITE["keep_conventions"]
_LEGAL = frozenset({Role.LEGAL_OFFICER.value})
_APPROVER = frozenset({APPROVER})
_SYSTEM = frozenset({SYSTEM})
_READERS = MAY_ON_SITE["see_conventions"]
_STAFF = _KEEPERS | _READERS | {Role.HEAD_OF_SECRETARIAT.value}
#: Of the applicant's side, who speaks about the text.
_SPEAKERS = frozenset({OWNER, EDITOR, SIGNATORY})
_SIGNING = frozenset({REPRESENTATIVE})

#: Action on a convention → roles.
MAY: dict[str, frozenset[str]] = {
    # moves
    "send_to_review": _KEEPERS,
    "send_back": _LEGAL,
    "open_negotiation": _KEEPERS,
    "approve": _APPROVER,
    "send_for_signature": _KEEPERS,
    "refuse_signature": _SIGNING | _SYSTEM,
    "recall": _KEEPERS | _SYSTEM,
    "complete_signature": _SIGNING | _KEEPERS | _SYSTEM,
    "enter_force": _KEEPERS | _SYSTEM,
    "suspend": _KEEPERS | _SYSTEM,
    "resume": _KEEPERS | _SYSTEM,
    "terminate": _LEGAL | _SYSTEM,  # the system, an amendment with what it amends
    "expire": _SYSTEM,
    "renew": _KEEPERS | _SYSTEM,
    "abandon": _KEEPERS | _SYSTEM,
    "note_destruction": _KEEPERS,
    # what is not a move
    "prepare": _KEEPERS | _SYSTEM,
    "edit": _KEEPERS,
    "make_document": _SYSTEM,
    "make_again": _KEEPERS,
    "propose": _SPEAKERS | _KEEPERS | {PARTY, REPRESENTATIVE},
    "comment": _SPEAKERS | _KEEPERS | {PARTY, REPRESENTATIVE},
    "withdraw_proposal": _SPEAKERS | _KEEPERS | {PARTY, REPRESENTATIVE},
    "settle_proposal": _KEEPERS,
    "import_text": _SPEAKERS | _KEEPERS | {PARTY, REPRESENTATIVE},
    "sign": _SIGNING,
    "delegate": _SIGNING | _KEEPERS,
    "check_scan": _KEEPERS,
    "amend": _KEEPERS,
    "waive_payment": _LEGAL,
    "see": TEAM_ROLES | _READERS | {PARTY, REPRESENTATIVE},
    "see_work": _READERS,
}


def roles_on(user: Any, convention: Any, on_dossier: frozenset[str] | None = None) -> frozenset[str]:
    """Every role that a person holds on a convention.

    Nobody prepares or approves a convention in which their own organisation is a party beside the operator. Who has asked for the
    roles on its dossier already gives them.
    """
    if getattr(user, "is_system", False):
        return _SYSTEM
    if not user.is_authenticated:
        return frozenset()
    held = on_dossier
    if held is None:
        held = roles_on_dossier(user, convention.dossier) if convention.dossier_id else site_roles(user)
    if _stands_on_another_side(user, convention):
        held -= _STAFF
    held |= _for_a_party(user, convention)
    if held & _LEGAL and user.pk not in convention.preparers():
        held |= _APPROVER
    return held


def may(user: Any, action: str, convention: Any, on_dossier: frozenset[str] | None = None) -> bool:
    """Does one of the person's roles on this convention allow the action? The team and the parties see it once it is shared."""
    roles = roles_on(user, convention, on_dossier)
    if action == "see" and not convention.is_shared():
        return bool(roles & _READERS)
    return bool(roles & MAY[action])


def _stands_on_another_side(user: Any, convention: Any) -> bool:
    """Does the person act for a body that is party beside the operator?"""
    mine = organisations_of(user) if site_roles(user) & _STAFF else frozenset()
    return any(party.organisation_id in mine and not party.organisation.is_operator for party in convention.parties_read())


def _for_a_party(user: Any, convention: Any) -> frozenset[str]:
    """What a person is for the parties: somebody who acts for one, or who may commit it."""
    parties = {party.organisation_id for party in convention.parties_read()} | convention.joined_since
    found: frozenset[str] = frozenset()
    if parties & organisations_with(user, Role.SIGNATORY.value):
        found |= {PARTY, REPRESENTATIVE}
    if parties & organisations_with(user, Role.DATA_CONTROLLER_AGENT.value):
        found |= {PARTY}
    return found
