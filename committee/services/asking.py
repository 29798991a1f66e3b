"""What the committee asks the applicant before the session, and the answers, which join the papers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Examination, Question
from committee.services.telling import tell_answered, tell_asked
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, RuleBroken, WrongState

LONGEST = 10_000


@transaction.atomic
def ask(examination: Examination, words: str, *, by: User, at: datetime) -> Question:
    """Put a question to the applicant, in the committee's name. Raises NotAllowed, RuleBroken, WrongState once the opinion is given."""
    dossier = examination.dossier
    lock_and_reread(dossier)
    said = _checked(words, _("Write the question first."))
    _require_under_way(examination)
    question: Question = Question.objects.create(examination=examination, words=said, asked_at=at, asked_by=by)
    record(dossier, "ask_applicant", by=by, at=at, facts={"question": question.pk})
    tell_asked(question)
    return question


@transaction.atomic
def answer(question: Question, words: str, *, by: User, at: datetime) -> Question:
    """Answer a question, once and for all. Raises NotAllowed, RuleBroken, WrongState."""
    dossier = question.examination.dossier
    lock_and_reread(dossier)
    said = _checked(words, _("Write the answer first."))
    _require_under_way(question.examination)
    held: Question = Question.objects.select_related("examination__dossier").get(pk=question.pk)
    if held.answered_at is not None:
        raise WrongState(_("This question was answered meanwhile."))
    record(dossier, "answer_committee", by=by, at=at, facts={"question": held.pk})
    held.answer, held.answered_at, held.answered_by = said, at, by
    held.save(update_fields=["answer", "answered_at", "answered_by"])
    tell_answered(held)
    return held


def _checked(words: str, empty: object) -> str:
    said = words.strip()
    if not said:
        raise RuleBroken(Broken(empty, where="words"))
    if len(said) > LONGEST:
        raise RuleBroken(Broken(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST}, where="words"))
    return said


def _require_under_way(examination: Examination) -> None:
    if Examination.objects.filter(pk=examination.pk, closed_at__isnull=False).exists():
        raise WrongState(_("The committee has given its opinion: nothing is asked or answered any more."))
