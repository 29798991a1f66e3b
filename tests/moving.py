"""A move of any machine, tried and taken back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from workflow.engine import Subject
from workflow.models import JournalLine
from workflow.refusals import NotAllowed, RuleBroken, WrongState


def tried(subject: Subject, move: str, by: Any, told: dict[str, Any]) -> str:
    """What came of the attempt, which is taken back: done, held back by a rule, or refused for the role or the state."""
    lines, before = JournalLine.objects.filter(subject_type=subject.subject_type, subject_id=subject.pk), JournalLine.objects.count()
    of_subject = lines.count()
    try:
        with transaction.atomic():
            getattr(subject, move)(by=by, at=timezone.now(), **told)
            written = lines.order_by("seq").values_list("action", flat=True)[of_subject:]
            assert list(written) == [move]
            transaction.set_rollback(True)
            return "done"
    except RuleBroken:
        return "held"
    except NotAllowed:
        return "role"
    except WrongState:
        return "state"
    finally:
        assert JournalLine.objects.count() == before
