"""A rapporteur's report: saved as it is written, told when another tab has written meanwhile, sealed by its filing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Allocation, Examination, InterestAnswer, Report
from committee.queries.reports import are_open, live_allocations
from committee.rules import RULES_OF_PROCEDURE
from committee.services.telling import tell_reports_open
from committee.states import Answer
from requests_app.policies import may
from requests_app.services import Saved
from requests_app.states import Opinion
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState

#: What a rapporteur writes.
WRITTEN = (*Report.SECTIONS, "proposal", "recommendations")
#: What the rules of procedure ask of every report; ethics where there is something to say, questions where there are any.
REQUIRED = ("public_interest", "relevance", "method", "need", "information", "proposal")
LONGEST = 20_000


@transaction.atomic
def save_report(allocation: Allocation, values: Mapping[str, str], *, by: User, at: datetime, revision: int, page: str = "") -> Saved:
    """Save what is written, if nobody has since `revision`; else change nothing and show what stands there.

    `page` names the open page that saves: it never conflicts with its own last save. Raises NotAllowed, RuleBroken, WrongState.
    """
    report = _to_write(allocation, by)
    values = {name: value for name, value in values.items() if name in WRITTEN}
    if revision != report.revision and not (page and page == report.saved_page):
        return Saved(report.revision, conflict=True, theirs={name: getattr(report, name) for name in values})
    _require_plausible(values)
    for name, value in values.items():
        setattr(report, name, value)
    report.revision, report.saved_at, report.saved_page = report.revision + 1, at, page
    report.save()
    return Saved(report.revision, saved_at=at)


@transaction.atomic
def file_report(allocation: Allocation, *, by: User, at: datetime, revision: int) -> Report:
    """File the report as it stands: it is sealed, and opens with the other once all are filed.

    `revision` is the one that its author has read. Raises NotAllowed, RuleBroken, WrongState.
    """
    report = _to_write(allocation, by)
    if report.revision != revision:
        raise WrongState(_("The report was changed in another tab since you read it here: read it again, then file it."))
    broken = missing_in(report)
    if broken:
        raise RuleBroken(*broken)
    dossier = allocation.examination.dossier
    seal = seal_of(report, at)
    record(dossier, "file_report", by=by, at=at, law=RULES_OF_PROCEDURE, facts={"report": report.pk, "sha256": seal})
    report.filed_at, report.sha256 = at, seal
    report.save(update_fields=["filed_at", "sha256"])
    examination = Examination.objects.get(pk=allocation.examination_id)
    allocations = live_allocations(examination)
    if are_open(examination, allocations):
        tell_reports_open(dossier, allocations, at)
    return report


def _to_write(allocation: Allocation, by: User) -> Report:
    """The report, locked, for its author who may still write in it."""
    dossier = allocation.examination.dossier
    lock_and_reread(dossier)
    held = Allocation.objects.select_related("member", "examination").get(pk=allocation.pk)
    if held.member.user_id != by.pk or held.ended_at is not None or not may(by, "write_report", dossier):
        raise NotAllowed(_("This report is not entrusted to you."))
    if held.examination.closed_at is not None:
        raise WrongState(_("The committee's work on this dossier is over: its report can no longer be changed."))
    report, _new = Report.objects.select_for_update().get_or_create(allocation=held)
    if report.filed_at is not None:
        raise WrongState(_("The report is filed: it can no longer be changed."))
    return report


def _require_plausible(values: Mapping[str, str]) -> None:
    long = [name for name, value in values.items() if len(value) > LONGEST]
    broken = [Broken(_("This text is too long: the most is %(most)s characters.") % {"most": LONGEST}, where=name) for name in long]
    if values.get("proposal") and values["proposal"] not in Opinion.values:
        broken.append(Broken(_("Choose one of the opinions offered."), where="proposal"))
    if broken:
        raise RuleBroken(*broken)


def missing_in(report: Report) -> list[Broken]:
    """What keeps a report from being filed."""
    empty = [name for name in REQUIRED if not getattr(report, name).strip()]
    labels = {name: label for name, label, _said in report.parts}
    broken = [Broken(_("“%(part)s” is empty.") % {"part": labels[name]}, RULES_OF_PROCEDURE, name) for name in empty]
    if report.proposal and report.proposal != Opinion.FAVOURABLE and not report.recommendations.strip():
        sentence = _("An opinion that is not plainly favourable gives its reasons or its recommendations.")
        broken.append(Broken(sentence, "décret 2019-536, art. 90", "recommendations"))
    if not has_declared(report.allocation):
        broken.append(Broken(_("Declare first whether you have an interest in this dossier."), RULES_OF_PROCEDURE, "interest"))
    return broken


def has_declared(allocation: Allocation) -> bool:
    """Has the rapporteur declared, for this dossier, no interest, or one on which the president has decided?"""
    said = InterestAnswer.objects.filter(examination=allocation.examination_id, member=allocation.member_id).order_by("-at", "-pk").first()
    return said is not None and (said.answer == Answer.NONE or (said.answer == Answer.DOUBT and said.settled_at is not None))


def seal_of(report: Report, at: datetime) -> str:
    """SHA-256 of a report as it is filed, over JSON with sorted keys."""
    allocation = report.allocation
    told: dict[str, Any] = {name: getattr(report, name) for name in WRITTEN}
    told |= {"dossier": allocation.examination.dossier_id, "member": allocation.member_id, "filed_at": at.isoformat()}
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


__all__ = ["LONGEST", "REQUIRED", "WRITTEN", "file_report", "has_declared", "missing_in", "save_report", "seal_of"]
