"""Who may do what on a dossier: one table of roles, and the one reader of the roles that a person holds on it."""

from __future__ import annotations

from typing import Any

from accounts.policies import organisations_of, organisations_with, roles_of
from accounts.roles import INSTRUCTING, SYSTEM, Role
from requests_app.states import AFTER_AUTHORISATION, State

OWNER, EDITOR, READER, SIGNATORY = "owner", "editor", "reader", "signatory"
TEAM_ROLES = frozenset({OWNER, EDITOR, READER, SIGNATORY})
#: Relations that the committee gives: who reports on a dossier; who withdrew from it, and sees nothing of it.
RAPPORTEUR, RECUSED = "rapporteur", "recused"
RELATIONS = sorted(TEAM_ROLES | {RAPPORTEUR, RECUSED})

_OFFICER = frozenset({Role.OFFICER.value})
_OWNER = frozenset({OWNER})
_SIGNATORY = frozenset({SIGNATORY})
_CNIL = frozenset({Role.OFFICER.value, Role.CNIL_LIAISON.value})
_PRESIDENT = frozenset({Role.COMMITTEE_PRESIDENT.value})
_DELEGATE = frozenset({Role.COMMITTEE_DELEGATE.value})
_COMMITTEE = _PRESIDENT | _DELEGATE | {Role.OFFICER.value}
_SITTING = frozenset({Role.COMMITTEE_MEMBER.value, Role.COMMITTEE_PRESIDENT.value, Role.COMMITTEE_DELEGATE.value})
_HOLDER = frozenset({Role.DATA_CONTROLLER_AGENT.value})
_ACCESS_DESK = frozenset({Role.OFFICER.value, Role.CNAM_AGENT.value})
#: Who speaks about a dossier: the team but its readers, and the secretariat.
_WRITERS = frozenset({OWNER, EDITOR, SIGNATORY, Role.OFFICER.value})

#: Action → roles. The officer stands beside president and CNIL liaison because he transcribes what reaches him on paper.
MAY: dict[str, frozenset[str]] = {
    # moves, in the order of the procedure
    "submit": _SIGNATORY,
    "ask_for_complement": _OFFICER,
    "resubmit": frozenset({OWNER, SIGNATORY}),
    "abandon": _OFFICER,
    "declare_complete": _OFFICER,
    "send_to_committee": _OFFICER,
    "extend_committee": _PRESIDENT | _DELEGATE,  # the delegate where the president withdrew
    "record_opinion": _COMMITTEE,
    "deem_favourable": frozenset({SYSTEM}),
    "revise": _SIGNATORY,
    "seize_cnil": _OFFICER,
    "cnil_finds_incomplete": _CNIL,
    "complete_for_cnil": _OFFICER,
    "cnil_extends": _CNIL,
    "authorise": _CNIL,
    "refuse": _CNIL,
    "close_without_action": _CNIL,
    "confirm_tacit_authorisation": frozenset({Role.HEAD_OF_SECRETARIAT.value}),
    "verify_commitment": _OFFICER,
    "begin_contracting": frozenset({Role.OFFICER.value, SYSTEM}),
    "start_without_extraction": _OFFICER,
    "enter_convention": frozenset({Role.OFFICER.value, Role.LEGAL_OFFICER.value, SYSTEM}),  # the system, once it is in force
    "open_data": frozenset({Role.OFFICER.value, Role.CNAM_AGENT.value, SYSTEM}),  # the system, once the last delivery is accepted
    "end": frozenset({OWNER, Role.OFFICER.value, SYSTEM}),
    "certify_destruction": _OFFICER,
    "close": _OFFICER,
    "withdraw": _OWNER,
    "conclude_amendment": frozenset({SYSTEM}),
    # what is not a move
    "edit": frozenset({OWNER, EDITOR}),
    "change_procedure": _OWNER,
    "attach": frozenset({OWNER, EDITOR}),
    "check": _OFFICER,
    "state_wish": _OWNER,
    "assign": _OFFICER,
    "remind": _OFFICER,
    "suspend": _CNIL | {Role.CNAM_AGENT.value},
    "lift_suspension": _CNIL | {Role.CNAM_AGENT.value, SYSTEM},  # the system, once the last day of a suspension has passed
    "publish_results": frozenset({OWNER, Role.OFFICER.value}),
    # what changes after the authorisation
    "begin_amendment": _OWNER,
    "register_amendment": _SIGNATORY,
    "contest_amendment": _OFFICER,
    "amendment_applied": frozenset({SYSTEM}),
    # the team, and the signature that it asks for
    "see_team": TEAM_ROLES | {Role.OFFICER.value, Role.AUDITOR.value, Role.DPO.value},
    "invite": _OWNER,
    "revoke_invitation": _OWNER,
    "accept_invitation": TEAM_ROLES,  # asked once the role is given: the person may not have had any before
    "change_role": _OWNER,
    "remove_member": _OWNER,
    "leave_team": TEAM_ROLES,
    "hand_over": _OWNER,
    "declare_entitled": _OWNER,
    "ask_signature": _OWNER,
    "withdraw_signature_request": _OWNER,
    "refuse_signature": _SIGNATORY,
    # what is said: between applicant and secretariat, then within the secretariat
    "read_talk": TEAM_ROLES | {Role.OFFICER.value, Role.AUDITOR.value, Role.DPO.value},
    "open_thread": _WRITERS,
    "write_message": _WRITERS,
    "close_thread": _WRITERS,
    "read_notes": frozenset({Role.OFFICER.value, Role.AUDITOR.value}),
    "write_note": _OFFICER,
    "find_virus": frozenset({SYSTEM}),
    "issue_letter": _OFFICER,
    "read_letters": TEAM_ROLES | {Role.OFFICER.value, Role.AUDITOR.value, Role.DPO.value},
    # the committee's own work on a dossier
    "see_committee_work": _SITTING | {RAPPORTEUR, Role.OFFICER.value, Role.AUDITOR.value},
    "allocate": _PRESIDENT | _DELEGATE,  # the delegate where the president withdrew
    "end_allocation": _PRESIDENT | _DELEGATE | {SYSTEM},  # the system, once the mandate of the rapporteur is over
    "declare_interest": _SITTING | {RAPPORTEUR},
    "note_interests": _PRESIDENT | _DELEGATE | {Role.OFFICER.value},
    "settle_interest": _PRESIDENT | _DELEGATE,  # the delegate for the president's own interests only
    "recuse": _PRESIDENT | _DELEGATE | {SYSTEM},
    "lift_recusal": _PRESIDENT | _DELEGATE,
    "write_report": frozenset({RAPPORTEUR}),
    "file_report": frozenset({RAPPORTEUR}),
    "consult_holder": _OFFICER | {SYSTEM},
    "file_remark": _HOLDER,
    "read_remarks": _SITTING | _HOLDER | {RAPPORTEUR, Role.OFFICER.value, Role.AUDITOR.value},
    "ask_applicant": _SITTING | {RAPPORTEUR, Role.OFFICER.value},
    "answer_committee": frozenset({OWNER, EDITOR}),
    "put_on_agenda": _PRESIDENT | _DELEGATE | {Role.OFFICER.value},
    "take_off_agenda": _PRESIDENT | _DELEGATE | {Role.OFFICER.value, SYSTEM},  # the system, when a session is cancelled
    "defer": _PRESIDENT | _DELEGATE | {Role.OFFICER.value},
    "vote_opinion": _PRESIDENT | _DELEGATE | {Role.OFFICER.value},
    "sign_opinion": _PRESIDENT | _DELEGATE,
    "issue_paper": frozenset({SYSTEM}),
    "answer_recommendation": frozenset({OWNER, EDITOR}),
    # what passes between the dossier and the CNIL
    "note_cnil_receipt": _CNIL,
    "read_cnil_package": _CNIL,
    "pack_for_cnil": _CNIL | {SYSTEM},
    "attest_silence": frozenset({SYSTEM}),
    "add_obligation": _CNIL,
    "meet_obligation": _CNIL | {OWNER, EDITOR},
    "withdraw_obligation": _CNIL,
    # who has access to the data: the named users, trained and bound by the terms, until the account is closed
    "see_access": TEAM_ROLES | {Role.OFFICER.value, Role.CNAM_AGENT.value, Role.AUDITOR.value, Role.DPO.value},
    "list_access": _ACCESS_DESK | {SYSTEM},
    "note_access": _ACCESS_DESK,
    "accept_terms": _ACCESS_DESK | {SYSTEM},  # the system notes what a named person accepts, who may hold no role on the dossier
    "open_access": _ACCESS_DESK,
    "close_access": _ACCESS_DESK,
    "purge_access": frozenset({SYSTEM}),
    "see_journal": TEAM_ROLES | {Role.OFFICER.value, Role.AUDITOR.value, Role.DPO.value},
}

SENT_TO_COMMITTEE = _SITTING
#: What a report to write makes of somebody on a dossier.
ENTRUSTED = frozenset({RAPPORTEUR, Role.EXTERNAL_EXPERT.value})
#: Who may be given one.
REPORTING = _SITTING | {Role.EXTERNAL_EXPERT.value}
#: While holders of the databases see a dossier: they remark while the committee examines it, and deliver once it is authorised.
OPEN_TO_HOLDERS = frozenset({State.WITH_COMMITTEE, *AFTER_AUTHORISATION})
#: Roles that see a dossier from the moment it is filed.
SECRETARIAT_READERS = frozenset({Role.OFFICER.value, Role.AUDITOR.value, Role.DPO.value})
#: Roles that see a dossier once it is authorised.
LATE_READERS = frozenset({Role.CNAM_AGENT.value, Role.LEGAL_OFFICER.value, Role.FEE_MANAGER.value})
#: Of these, who sees it as soon as it is complete: the applicant knows what it costs before the decision.
FEE_READERS = frozenset({Role.FEE_MANAGER.value})

#: What the journal notes of the team and of the signature asked for; no step of the procedure.
ABOUT_TEAM = frozenset(
    {
        *("invite", "revoke_invitation", "accept_invitation", "change_role", "remove_member", "leave_team", "hand_over"),
        *("declare_entitled", "ask_signature", "withdraw_signature_request", "refuse_signature"),
    }
)
#: The committee's own work: who does not see it reads in the journal that it took place, and neither who did it nor what came of it.
COMMITTEE_WORK = frozenset(
    {
        *("allocate", "end_allocation", "declare_interest", "settle_interest", "recuse", "lift_recusal", "write_report", "file_report"),
        *("note_interests", "consult_holder", "file_remark", "ask_applicant", "vote_opinion", "issue_paper"),
    }
)
#: What the journal notes of what was said; no step of the procedure.
ABOUT_TALK = frozenset({"open_thread", "write_message", "close_thread"})

#: Decisions of the CNIL that its liaison records directly; anybody else transcribes them from the paper that says them.
TRANSCRIBED = frozenset({"cnil_extends", "authorise", "refuse", "close_without_action"})

#: What is done on the whole site and not on one dossier.
MAY_ON_SITE: dict[str, frozenset[str]] = {
    "see_messages": frozenset({Role.ADMINISTRATOR.value, Role.HEAD_OF_SECRETARIAT.value}),
    "instruct": _OFFICER,
    "keep_templates": _OFFICER,
    "see_cnil_desk": _CNIL,
    "decide_for_cnil": frozenset({Role.CNIL_LIAISON.value}),  # whoever else records its decisions shows the paper
    "keep_commitments": _OFFICER,
    "edit_registry": _OFFICER,
    "withdraw_fiche": frozenset({Role.HEAD_OF_SECRETARIAT.value}),
    "lead_work": frozenset({Role.HEAD_OF_SECRETARIAT.value}),
    # tariff grids: a fee manager draws up, another one or who leads the secretariat approves
    "keep_grids": frozenset({Role.FEE_MANAGER.value}),
    "approve_grid": frozenset({Role.FEE_MANAGER.value, Role.HEAD_OF_SECRETARIAT.value}),
    "make_quote": frozenset({Role.FEE_MANAGER.value}),
    "see_quotes": frozenset({Role.FEE_MANAGER.value, Role.OFFICER.value, Role.AUDITOR.value, Role.LEGAL_OFFICER.value}),
    "see_grids": frozenset({Role.FEE_MANAGER.value, Role.HEAD_OF_SECRETARIAT.value, Role.LEGAL_OFFICER.value, Role.AUDITOR.value}),
    "make_invoice": frozenset({Role.FEE_MANAGER.value}),
    "record_payment": frozenset({Role.FEE_MANAGER.value}),
    "see_invoices": frozenset({Role.FEE_MANAGER.value, Role.AUDITOR.value, Role.LEGAL_OFFICER.value}),
    # clauses and templates: a legal officer writes, another one or who leads the secretariat approves; conventions
    "keep_clauses": frozenset({Role.LEGAL_OFFICER.value}),
    "approve_clause": frozenset({Role.LEGAL_OFFICER.value, Role.HEAD_OF_SECRETARIAT.value}),
    "see_clauses": frozenset({Role.LEGAL_OFFICER.value, Role.OFFICER.value, Role.HEAD_OF_SECRETARIAT.value, Role.AUDITOR.value}),
    "keep_conventions": frozenset({Role.LEGAL_OFFICER.value, Role.OFFICER.value}),
    "see_conventions": frozenset(
        {Role.LEGAL_OFFICER.value, Role.OFFICER.value, Role.FEE_MANAGER.value, Role.AUDITOR.value, Role.DPO.value, Role.CNAM_AGENT.value}
    ),
    "see_work": SECRETARIAT_READERS | SENT_TO_COMMITTEE | LATE_READERS | {Role.HEAD_OF_SECRETARIAT.value, Role.CNIL_LIAISON.value},
}


def site_roles(user: Any) -> frozenset[str]:
    """The roles of a person on the whole site; who leads the secretariat is an officer too."""
    roles = roles_of(user)
    return roles | _OFFICER if Role.HEAD_OF_SECRETARIAT.value in roles else roles


def roles_on(user: Any, dossier: Any) -> frozenset[str]:
    """Every role that a person holds on a dossier: those of its team, and those of the site as far as they reach it.

    Nobody instructs a dossier of their own organisation; for the operator's own projects, nobody of its team does.
    """
    if getattr(user, "is_system", False):
        return frozenset({SYSTEM})
    if not user.is_authenticated:
        return frozenset()
    held = _relations(user, dossier)
    team = held & TEAM_ROLES
    if RECUSED in held:
        return team
    reach = frozenset(role for role in site_roles(user) & INSTRUCTING if _reaches(role, dossier))
    reach |= _entrusted(user, dossier, held)
    return team if reach and is_interested(user, dossier, team) else team | reach


def transcribes(user: Any, dossier: Any, action: str) -> bool:
    """Would this person transcribe a decision of the CNIL, which its liaison records directly?"""
    return action in TRANSCRIBED and Role.CNIL_LIAISON.value not in roles_on(user, dossier)


def _relations(user: Any, dossier: Any) -> frozenset[str]:
    """What the person was given on the dossier, read from guardian's table alone: its own reader joins one more."""
    if not user.is_active:
        return frozenset()
    held = dossier.dossieruserobjectpermission_set.filter(user=user.pk, permission__codename__in=RELATIONS)
    return frozenset(held.values_list("permission__codename", flat=True))


def _entrusted(user: Any, dossier: Any, held: frozenset[str]) -> frozenset[str]:
    """What was given on this very dossier: a report to write, or a database that one answers for."""
    found: frozenset[str] = frozenset()
    if dossier.state == State.DRAFT:
        return found
    if RAPPORTEUR in held and site_roles(user) & REPORTING:
        found |= {RAPPORTEUR} | (site_roles(user) & {Role.EXTERNAL_EXPERT.value})
    holders = organisations_with(user, Role.DATA_CONTROLLER_AGENT.value)
    if holders and dossier.state in OPEN_TO_HOLDERS and dossier.content.sources.filter(database__holder__in=holders).exists():
        found |= _HOLDER
    return found


def team_of(dossier: Any) -> dict[Any, frozenset[str]]:
    """Who is on the team of a dossier, by name, and under which roles; one query."""
    rows = dossier.dossieruserobjectpermission_set.filter(permission__codename__in=sorted(TEAM_ROLES)).select_related("user", "permission")
    held: dict[Any, set[str]] = {}
    for row in rows.order_by("user__last_name", "user__first_name", "user_id", "pk"):
        held.setdefault(row.user, set()).add(row.permission.codename)
    return {person: frozenset(roles) for person, roles in held.items()}


def is_interested(user: Any, dossier: Any, team: frozenset[str]) -> bool:
    """Does the person stand on the applicant's side of this dossier?"""
    if team:
        return True
    mine = organisations_of(user)
    return bool(mine and mine & dossier.organisation_ids) and not dossier.is_operators_own


def is_shut_out(user: Any, dossier: Any) -> bool:
    """Has the person withdrawn from the dossier, or do they stand on the applicant's side of it?"""
    held = _relations(user, dossier)
    return RECUSED in held or is_interested(user, dossier, held & TEAM_ROLES)


def _reaches(role: str, dossier: Any) -> bool:
    """Has the dossier come to the desk of this role?"""
    if dossier.state == State.DRAFT:
        return False
    if role in SECRETARIAT_READERS or role == Role.HEAD_OF_SECRETARIAT:
        return True
    if role in SENT_TO_COMMITTEE:
        return dossier.sent_to_committee_at is not None
    if role == Role.CNIL_LIAISON:
        return dossier.cnil_received_on is not None
    if role in FEE_READERS and dossier.completed_at is not None:
        return True
    return role in LATE_READERS and dossier.state in AFTER_AUTHORISATION


def may(user: Any, action: str, dossier: Any) -> bool:
    """Does one of the person's roles on this dossier allow the action?"""
    return bool(roles_on(user, dossier) & MAY[action])


def may_on_site(user: Any, action: str) -> bool:
    """Does one of the person's roles on the whole site allow the action?"""
    return bool(site_roles(user) & MAY_ON_SITE[action])
