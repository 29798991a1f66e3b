"""Questions to the applicant: while one is open the clock of the ticket stands still, and the time runs on the applicant's side."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from extractions import rules
from extractions.models import Ticket, Wait
from extractions.policies import MACHINE, roles_on
from extractions.states import WITH_APPLICANT
from workflow.engine import lock_and_reread, record
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, WrongState
from workflow.seals import text_digest


@transaction.atomic
def ask(ticket: Ticket, question: str, *, by: Any, at: datetime) -> Wait:
    """Ask the applicant something; the work waits for the answer. Raises NotAllowed, RuleBroken, WrongState."""
    lock_and_reread(ticket)
    said = rules.require_said(question, _("Write your question."), "question")
    if not ticket.is_open:
        raise WrongState(_("This ticket has ended: nothing is asked any more."))
    if ticket.state in WITH_APPLICANT or ticket.open_wait is not None:
        raise WrongState(_("The applicant has the next word already."))
    salt = secrets.token_hex(16)
    wait: Wait = ticket.waits.create(asked_at=at, asked_by=by, question=said, salt=salt)
    record(ticket, "ask", by=by, at=at, facts={"wait": wait.pk, "text_sha256": text_digest(salt, said)})
    return wait


@transaction.atomic
def answer(ticket: Ticket, words: str, *, by: Any, at: datetime) -> Wait:
    """Answer the open question; the work goes on. Raises NotAllowed, RuleBroken, WrongState."""
    wait = _open(ticket)
    wait.answer = rules.require_said(words, _("Write your answer."), "answer")
    wait.answered_at = wait.ended_at = at
    wait.answered_by = wait.ended_by = by
    wait.save(update_fields=["answer", "answered_at", "answered_by", "ended_at", "ended_by"])
    record(ticket, "answer", by=by, at=at, facts={"wait": wait.pk, "text_sha256": text_digest(wait.salt, wait.answer)})
    return wait


@transaction.atomic
def end_wait(ticket: Ticket, *, by: Any, at: datetime) -> Wait:
    """Take the question back: it was answered elsewhere, or has no object any more; a system takes back its own alone.

    Raises NotAllowed, WrongState.
    """
    wait = _open(ticket)
    if MACHINE in roles_on(by, ticket) and wait.asked_by_id != by.pk:
        raise NotAllowed(_("Somebody else has put this question: they take it back."))
    wait.ended_at, wait.ended_by = at, by
    wait.save(update_fields=["ended_at", "ended_by"])
    record(ticket, "end_wait", by=by, at=at, facts={"wait": wait.pk})
    return wait


def _open(ticket: Ticket) -> Wait:
    """The open question, under the lock of its ticket; raises WrongState when there is none."""
    lock_and_reread(ticket)
    wait = ticket.waits.filter(ended_at=None).first()
    if wait is None:
        raise WrongState(_("No question is open: it was answered or taken back meanwhile."))
    found: Wait = wait
    return found


def drop_with_ticket(ticket: Ticket, line: JournalLine) -> None:
    """Reaction to the end of a ticket: a question that is still open has no object any more."""
    Wait.objects.filter(ticket=ticket, ended_at=None).update(ended_at=ticket.ended_at, ended_by=line.actor_id)
