"""Rapporteurs at work, for tests: allocated as rows with their role, a report written and filed through the real doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from guardian.shortcuts import assign_perm

from committee.models import Allocation, Examination, Member, Report
from committee.services.interests import declare
from committee.services.reporting import file_report, save_report
from committee.states import Answer
from requests_app.policies import RAPPORTEUR

WORDS = {
    "public_interest": "Intérêt public réel.",
    "relevance": "Question pertinente.",
    "method": "Cohorte bien conçue.",
    "need": "Données nécessaires.",
    "ethics": "",
    "information": "Information suffisante.",
    "questions": "",
    "proposal": "favourable",
    "recommendations": "",
}


def allocated(examination: Examination, *members: Member, due_at: datetime | None = None) -> list[Allocation]:
    """Members who report on a dossier, without the president's screen."""
    rows = []
    for member in members:
        assign_perm(RAPPORTEUR, member.user, examination.dossier)
        told = {"examination": examination, "member": member, "allocated_by": member.user, "due_at": due_at}
        row = Allocation.objects.create(allocated_at=timezone.now(), **told)
        Report.objects.create(allocation=row)
        rows.append(row)
    return rows


def written(allocation: Allocation, **said: str) -> int:
    """Write a whole report; the answer is its revision."""
    report = Report.objects.get(allocation=allocation)
    values = WORDS | said
    saved = save_report(allocation, values, by=allocation.member.user, at=timezone.now(), revision=report.revision)
    assert not saved.conflict
    return saved.revision


def filed(allocation: Allocation, **said: Any) -> Report:
    """Write a report and file it, interests declared."""
    declare(allocation.examination, allocation.member, answer=Answer.NONE, by=allocation.member.user, at=timezone.now())
    return file_report(allocation, by=allocation.member.user, at=timezone.now(), revision=written(allocation, **said))
