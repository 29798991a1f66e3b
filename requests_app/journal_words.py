"""The journal in words: what happened, who did it under which role, when it happened and when it was written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import SYSTEM, Role
from requests_app.policies import COMMITTEE_WORK, EDITOR, MAY, OWNER, READER, SIGNATORY
from requests_app.states import Basis, ClosingReason, Opinion, Procedure, State
from ui.words import day_in_words
from workflow.models import JournalLine
from workflow.periods import paris_day

#: What each action was, once it is done.
HAPPENED: dict[str, Any] = {
    "submit": _("Dossier filed"),
    "ask_for_complement": _("Complement asked for"),
    "resubmit": _("Completed dossier sent"),
    "abandon": _("Closed as abandoned"),
    "declare_complete": _("Declared complete"),
    "send_to_committee": _("Sent to the committee"),
    "extend_committee": _("Committee's period extended"),
    "record_opinion": _("Opinion of the committee"),
    "deem_favourable": _("Opinion deemed favourable"),
    "vote_opinion": _("Opinion put to the vote in session"),
    "sign_opinion": _("Opinion signed"),
    "defer": _("Put off to a later session"),
    "revise": _("Revised version filed"),
    "answer_recommendation": _("Recommendations answered"),
    "state_wish": _("The applicant asks for the CNIL to be seized"),
    "seize_cnil": _("Transmitted to the CNIL"),
    "cnil_finds_incomplete": _("File found incomplete by the CNIL"),
    "complete_for_cnil": _("Complements transmitted to the CNIL"),
    "cnil_extends": _("CNIL's period extended"),
    "authorise": _("Authorised by the CNIL"),
    "refuse": _("Refused by the CNIL"),
    "close_without_action": _("Closed without action by the CNIL"),
    "confirm_tacit_authorisation": _("Tacit authorisation confirmed"),
    "verify_commitment": _("Commitment verified"),
    "begin_contracting": _("Convention opened"),
    "start_without_extraction": _("Started without extraction"),
    "enter_convention": _("Convention signed"),
    "open_data": _("Data available"),
    "end": _("Project ended"),
    "certify_destruction": _("Data destroyed"),
    "close": _("Dossier closed"),
    "withdraw": _("Dossier withdrawn"),
    "conclude_amendment": _("Amendment applied, its dossier closed"),
    "issue_letter": _("Letter issued"),
    "begin_amendment": _("Amendment begun"),
    "register_amendment": _("Amendment registered"),
    "contest_amendment": _("Amendment contested by the secretariat"),
    "amendment_applied": _("Authorised amendment applied"),
    "change_procedure": _("Procedure changed"),
    "assign": _("Officer in charge changed"),
    "remind": _("Applicant reminded"),
    "suspend": _("Access to the data suspended"),
    "lift_suspension": _("Suspension lifted"),
    "publish_results": _("Results published"),
    "attach": _("Pieces changed"),
    "check": _("Completeness check begun"),
    "find_virus": _("Virus found in a piece"),
    "open_thread": _("Exchange opened"),
    "write_message": _("Message sent"),
    "close_thread": _("Exchange closed"),
    "invite": _("Person invited to the team"),
    "revoke_invitation": _("Invitation revoked"),
    "accept_invitation": _("Invitation accepted"),
    "change_role": _("Role on the team changed"),
    "remove_member": _("Person removed from the team"),
    "leave_team": _("Person left the team"),
    "hand_over": _("Dossier handed over"),
    "declare_entitled": _("Owner declared entitled to sign"),
    "ask_signature": _("Signature asked for"),
    "withdraw_signature_request": _("Request for a signature withdrawn"),
    "refuse_signature": _("Signature refused"),
    "issue_paper": _("Paper of the committee made"),
    "declare_interest": _("Interests in the dossier declared"),
    "note_interests": _("Interests declared in session noted"),
    "settle_interest": _("Declared link judged"),
    "recuse": _("Somebody taken out of the dossier for an interest"),
    "lift_recusal": _("Somebody let back into the dossier"),
    "allocate": _("Entrusted to a rapporteur"),
    "end_allocation": _("Taken back from a rapporteur"),
    "file_report": _("Report filed"),
    "consult_holder": _("Data holder consulted"),
    "file_remark": _("Remarks of a data holder filed"),
    "ask_applicant": _("Question of the committee to the applicant"),
    "answer_committee": _("Question of the committee answered"),
    "note_cnil_receipt": _("Day of receipt by the CNIL recorded"),
    "pack_for_cnil": _("File for the CNIL made"),
    "attest_silence": _("Attestation of tacit authorisation made"),
    "add_obligation": _("Obligation added"),
    "meet_obligation": _("Obligation met"),
    "withdraw_obligation": _("Obligation withdrawn"),
    "put_on_agenda": _("Put on the agenda of a session"),
    "take_off_agenda": _("Taken off the agenda of a session"),
    "list_access": _("Access list drawn up from the named users"),
    "note_access": _("Access list completed"),
    "accept_terms": _("Terms of access accepted by a named user"),
    "open_access": _("Account of a named user opened"),
    "close_access": _("Account of a named user closed"),
    "purge_access": _("Names of the access list deleted, their time to be kept being over"),
}

#: Under which role somebody acted, beside the roles of the whole site.
STANDING: dict[str, Any] = {
    OWNER: _("Owner of the dossier"),
    EDITOR: _("Editor of the dossier"),
    READER: _("Reader of the dossier"),
    SIGNATORY: _("Signatory of the dossier"),
    SYSTEM: _("The site itself"),
}

OUTCOMES: dict[str, Any] = {
    **dict(ClosingReason.choices),
    **{basis.value: basis.label for basis in Basis if basis != Basis.TACIT},
    **dict(Opinion.choices),
}
#: “tacit” is an opinion or a basis: the action says which.
_TACIT_BASIS = "confirm_tacit_authorisation"
#: What a change of procedure notes.
_PROCEDURES: dict[str, Any] = {"former_procedure": _("Former procedure"), "procedure": _("Procedure")}


@dataclass(frozen=True)
class Told:
    """One line of the journal as a person reads it."""

    seq: int
    sentence: Any
    details: tuple[tuple[Any, Any], ...]
    actor: str
    role: Any
    at: datetime
    recorded_at: datetime
    law: str
    moved_to: Any
    hash: str

    @property
    def was_recorded_later(self) -> bool:
        """It was written down on another day than the one on which it happened."""
        return paris_day(self.at) != paris_day(self.recorded_at)


def happened(action: str) -> Any:
    """What an action was, once done."""
    return HAPPENED.get(action, action)


def done(action: str) -> str:
    """The same, as the sentence said to whoever has just done it."""
    return f"{happened('assign' if action == 'take' else action)}."


def outcome_in_words(action: str, outcome: str) -> Any:
    """An outcome's code as a person reads it; a code that nobody knows any more is shown as it is."""
    if action == _TACIT_BASIS and outcome == Basis.TACIT:
        return Basis.TACIT.label
    return OUTCOMES.get(outcome, outcome)


def telling_outcome(action: str, outcome: str) -> str:
    """The outcome's code, where the name of the action does not already say it."""
    return outcome if action in ("record_opinion", "close_without_action") else ""


def role_in_words(role: str) -> Any:
    """The role under which somebody acted."""
    return STANDING.get(role) or dict(Role.choices).get(role, role)


def told(lines: Iterable[JournalLine], roles: frozenset[str]) -> list[Told]:
    """The lines in words, for a reader who holds these roles; the lines bring their actors, and the officers that they name cost one query
    in all."""
    written, sees_all = list(lines), bool(roles & MAY["see_committee_work"])
    officers = _officers_named(written)
    return [_told(line, officers) if sees_all or line.action not in COMMITTEE_WORK else _closed(line) for line in written]


def _closed(line: JournalLine) -> Told:
    """A line of the committee's own work, for somebody who does not see it: that it took place, with its fingerprint."""
    asked = line.action == "ask_applicant"
    words = happened(line.action) if asked else _("Work of the committee")
    return Told(line.seq, words, (), str(_("The committee")), "", line.at, line.recorded_at, line.law, "", line.hash)


def _told(line: JournalLine, officers: Mapping[int, str]) -> Told:
    moved = line.from_state != line.to_state
    return Told(
        line.seq,
        happened(line.action),
        tuple(_details(line, officers)),
        str(line.actor),
        role_in_words(line.actor_role),
        line.at,
        line.recorded_at,
        line.law,
        State(line.to_state).label if moved and line.to_state in State.values else "",
        line.hash,
    )


def _officers_named(lines: list[JournalLine]) -> dict[int, str]:
    named = {line.facts[key] for line in lines for key in ("officer", "user") if line.facts.get(key)}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=named)} if named else {}


def _details(line: JournalLine, officers: Mapping[int, str]) -> Iterable[tuple[Any, Any]]:
    facts = line.facts
    if facts.get("outcome"):
        yield _("Outcome"), outcome_in_words(line.action, facts["outcome"])
    if facts.get("on"):
        yield _("Date of the act"), day_in_words(date.fromisoformat(facts["on"]))
    if facts.get("reference"):
        yield _("Reference"), facts["reference"]
    if facts.get("urgent"):
        yield _("Period"), _("urgent: fifteen days")
    if facts.get("version"):
        yield _("Version of the content"), facts["version"]
    if facts.get("former_opinion"):
        yield _("Opinion on the former version"), outcome_in_words("", facts["former_opinion"])
    for key, label in _PROCEDURES.items():
        if facts.get(key):
            yield label, Procedure(facts[key]).label if facts[key] in Procedure.values else facts[key]
    if line.action == "assign":
        yield _("Officer in charge"), officers.get(facts.get("officer", 0), _("nobody"))
    if facts.get("until"):
        yield _("Until"), day_in_words(date.fromisoformat(facts["until"]))
    yield from _about_team(facts, officers)
    yield from _papers(facts)


def _about_team(facts: Mapping[str, Any], people: Mapping[int, str]) -> Iterable[tuple[Any, Any]]:
    """Of whom a change of the team speaks, and what they then are."""
    if facts.get("user"):
        yield _("Person"), people.get(facts["user"], "–")
    roles = facts.get("to") or [role for role in [facts.get("role")] if role in STANDING]
    if roles:
        yield _("Role"), ", ".join(str(role_in_words(role)) for role in roles)
    if facts.get("by_other_address"):
        yield _("Account"), _("bears another address than the one invited")
    if facts.get("second_factor"):
        yield _("Signature"), _("given with a second factor")


def _papers(facts: Mapping[str, Any]) -> Iterable[tuple[Any, Any]]:
    if facts.get("delegation_attested"):
        yield _("Delegation"), _("attested by the person who filed")
    if facts.get("document"):
        yield _("Document"), _("kept with the dossier")
    if facts.get("paper_number"):
        yield _("Paper"), facts["paper_number"]
    if facts.get("removed"):
        yield _("Piece"), _("withdrawn from the dossier, kept on file")
    if facts.get("text_sha256"):
        yield _("Text"), _("kept with the dossier, sealed by its fingerprint")
