"""The journal of a ticket in words: what happened, who did it, under which role, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.history import HistoryWords as HistoryWords
from extractions.models import Ticket
from extractions.policies import ATTESTER, DEPOSITOR, MACHINE, WORKER
from requests_app.journal_words import role_in_words
from ui.registries import Registry
from workflow.engine import moves_of
from workflow.models import JournalLine

HAPPENED: dict[str, Any] = {
    "open": _("Ticket opened"),
    "link": _("Another ticket comes before this one"),
    "unlink": _("Another ticket does not come before this one any more"),
    "claim": _("Taken by an agent"),
    "assign": _("Given to an agent"),
    "expect": _("Day of the work announced"),
    "ask": _("Question put to the applicant"),
    "answer": _("Question answered"),
    "end_wait": _("Question taken back"),
    "ask_need": _("Need to be specified"),
    "specify_need": _("Need specified by the applicant"),
    "agree_need": _("Need agreed by both sides"),
    "begin_targeting": _("Targeting begun"),
    "open_deposit": _("Linkage table asked for"),
    "receive_deposit": _("Linkage table received"),
    "begin_format_check": _("Format check begun"),
    "refuse_table": _("Linkage table refused"),
    "begin_pseudonymisation": _("Pseudonymisation begun"),
    "validate_table": _("Linkage table validated"),
    "begin_matching": _("Matching begun"),
    "go": _("Decided to go on with the matching"),
    "no_go": _("Decided not to go on with the matching"),
    "begin_extraction": _("Extraction begun"),
    "begin_quality_check": _("Quality check begun"),
    "fail_quality": _("Sent back by the quality check"),
    "pass_quality": _("Quality check passed"),
    "begin_delivery": _("Delivery begun"),
    "announce": _("Delivery announced"),
    "accept_part": _("Partial delivery accepted"),
    "accept": _("Delivery accepted"),
    "refuse": _("Delivery refused"),
    "conclude": _("Closed without an answer"),
    "conclude_part": _("A part stands without an answer"),
    "reject": _("Rejected"),
    "cancel": _("Cancelled"),
}
_STANDING: Mapping[str, Any] = {
    WORKER: _("at the desk of the ticket"),
    **dict.fromkeys((MACHINE, ATTESTER), _("system of the body that does the work")),
    DEPOSITOR: _("depositor"),
}


WORDS: Registry[HistoryWords] = Registry()


@dataclass(frozen=True)
class Told:
    """One line of the journal in words."""

    action: str
    what: Any
    who: str
    role: Any
    at: datetime
    is_move: bool


def history_of(ticket: Ticket) -> list[Told]:
    """What happened to a ticket, in its order; one query."""
    lines = JournalLine.objects.filter(subject_type=Ticket.subject_type, subject_id=ticket.pk).select_related("actor").order_by("seq")
    words, moves = HAPPENED | {one.code: one.label for one in WORDS}, moves_of(ticket)
    return [
        Told(
            line.action,
            words.get(line.action, line.action),
            str(line.actor),
            _STANDING.get(line.actor_role) or role_in_words(line.actor_role),
            line.at,
            line.action in moves,
        )
        for line in lines
    ]
