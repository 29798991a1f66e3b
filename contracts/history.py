"""The journal of a convention in words: what happened, who did it, under which role, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models import Convention
from contracts.policies import APPROVER, PARTY, REPRESENTATIVE
from requests_app.journal_words import role_in_words
from ui.registries import Registry
from workflow.models import JournalLine

HAPPENED: dict[str, Any] = {
    "prepare": _("Text prepared"),
    "edit": _("Text or parties changed by the operator"),
    "send_to_review": _("Sent to the legal check"),
    "send_back": _("Sent back to be mended"),
    "open_negotiation": _("Negotiation opened"),
    "approve": _("Text approved"),
    "send_for_signature": _("Sent for signature"),
    "refuse_signature": _("A signature was refused"),
    "recall": _("Taken back from signature"),
    "complete_signature": _("Signed by everybody"),
    "enter_force": _("Came into force"),
    "suspend": _("Suspended"),
    "resume": _("Resumed"),
    "terminate": _("Terminated"),
    "expire": _("Expired"),
    "renew": _("Renewed"),
    "abandon": _("Abandoned"),
    "make_document": _("Files of a version made"),
    "make_again": _("Files that could not be made asked for again"),
    "propose": _("Change proposed"),
    "comment": _("Comment written"),
    "settle_proposal": _("Proposal answered"),
    "withdraw_proposal": _("Proposal taken back"),
    "import_text": _("Text of a counterparty taken in"),
    "sign": _("Signed by a party"),
    "delegate": _("Right to sign given to somebody"),
    "check_scan": _("Signature on paper checked"),
    "amend": _("Amendment begun"),
}
#: What a role is on a convention that it is on nothing else.
_STANDING: Mapping[str, Any] = {
    PARTY: _("for a party"),
    REPRESENTATIVE: _("for a party, with the right to sign"),
    APPROVER: _("Legal officer"),
}


@dataclass(frozen=True)
class HistoryWords:
    """A room's words for an act of its own, where the base has none."""

    code: str
    order: int
    label: Any

    @property
    def key(self) -> str:
        """The name of the act."""
        return self.code


WORDS: Registry[HistoryWords] = Registry()


@dataclass(frozen=True)
class Told:
    """One line of the journal in words."""

    action: str
    what: Any
    who: str
    role: Any
    at: datetime
    hash: str
    actor: int
    version: int | None


def history_of(convention: Convention) -> list[Told]:
    """What happened to a convention, in its order; one query."""
    lines = JournalLine.objects.filter(subject_type=Convention.subject_type, subject_id=convention.pk)
    words = HAPPENED | {one.code: one.label for one in WORDS}
    return [_told(line, words) for line in lines.select_related("actor").order_by("seq")]


def _told(line: JournalLine, words: Mapping[str, Any]) -> Told:
    role = _STANDING.get(line.actor_role) or role_in_words(line.actor_role)
    what = words.get(line.action, line.action)
    return Told(line.action, what, str(line.actor), role, line.at, line.hash, line.actor_id, line.facts.get("version"))
