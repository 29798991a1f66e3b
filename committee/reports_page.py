"""What the pages of allocation, reports, remarks and questions show, and who is let in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.policies import organisations_with
from accounts.roles import Role
from committee.allocation_rules import is_short
from committee.forms.reports import AllocationForm, ReportForm, WordsForm
from committee.models import Allocation, Consultation, Examination, Question, RemarkFile, Report
from committee.policies import MAY_ON_SITE as MAY_IN_ROOM
from committee.policies import may_on_site
from committee.queries.dues import due_of, foreseen_session, opinion_due, roomy_session, sessions_of
from committee.queries.reports import live_allocations, report_of
from committee.reference import rules_on
from committee.services.access import MANDATE_OVER
from committee.services.examining import examination_of
from committee.services.reporting import has_declared, missing_in
from committee.services.standing_in import president_is_away, presides_over, stand_ins
from requests_app.forms.section import author_mark
from requests_app.models import Dossier
from requests_app.policies import MAY, RECUSED, TEAM_ROLES
from requests_app.reading import dossier_for, frame, note_reading, roles_for
from requests_app.typed import forget_typed, typed_before
from workflow.access_log import log_read
from workflow.models import Clock
from workflow.periods import paris_day
from workflow.refusals import WrongState


def require_in_room(request: HttpRequest, action: str) -> None:
    """Raise Http404 for somebody who may not see a page of the committee's room."""
    if action not in MAY_IN_ROOM or not may_on_site(request.user, action):
        raise Http404


def examined(request: HttpRequest, reference: str, action: str) -> tuple[Dossier, Examination]:
    """The dossier and its passage through the committee, for somebody whose roles allow the action there; 404 otherwise."""
    dossier = dossier_for(request, reference)
    if not roles_for(request, dossier) & MAY[action]:
        raise Http404
    examination = examination_of(dossier)
    if examination is None:
        raise Http404
    examination.dossier = dossier
    return dossier, examination


@dataclass(frozen=True)
class Rapporteur:
    """One rapporteur as a page shows them: whether the report is filed, and when it is due; never a word of it."""

    allocation: Allocation
    due: datetime | None
    report: Report | None

    @property
    def filed_at(self) -> datetime | None:
        """When the report was filed."""
        return self.report.filed_at if self.report else None


def rapporteurs_of(examination: Examination) -> list[Rapporteur]:
    """Those who report on the dossier now."""
    session = sessions_of([examination.pk]).get(examination.pk)
    return [Rapporteur(one, due_of(one, session), report_of(one)) for one in live_allocations(examination)]


#: Why an allocation ended without the president: the codes of the services that end one.
ENDED = {RECUSED: _("withdrew from the dossier"), MANDATE_OVER: _("the mandate is over")}


def former_of(examination: Examination) -> list[tuple[Allocation, Any]]:
    """Who reported on the dossier before, and why they no longer do."""
    rows = Allocation.objects.filter(examination=examination, ended_at__isnull=False).select_related("member__user")
    return [(one, ENDED.get(one.ended_because, one.ended_because)) for one in rows.order_by("ended_at", "pk")]


def timing(examination: Examination, at: datetime) -> dict[str, Any]:
    """When the dossier would be examined, and how long that leaves to report."""
    session, figures = foreseen_session(examination, at), rules_on(paris_day(at))
    due = due_of(Allocation(examination=examination), session)
    said: dict[str, Any] = {
        "session": session,
        "due": due,
        "figures": figures,
        "is_on_agenda": examination.pk in sessions_of([examination.pk]),
    }
    said |= {"opinion_due": opinion_due([examination.dossier_id]).get(examination.dossier_id)}
    short = due is not None and is_short(due, at, figures)
    said |= {"is_short": short, "roomy": roomy_session(at) if short or session is None else None}
    return said


def my_allocation(request: HttpRequest, reference: str) -> Allocation:
    """What is entrusted to the reader on this dossier; 404 for anybody else."""
    dossier, examination = examined(request, reference, "write_report")
    own = Allocation.objects.select_related("examination", "member__user").filter(examination=examination, ended_at=None)
    allocation: Allocation = get_object_or_404(own, member__user=request.user)
    allocation.examination.dossier = dossier
    return allocation


def my_report(request: HttpRequest, reference: str) -> Report:
    """The reader's own report on this dossier; one that has no line yet is begun here, unsaved."""
    allocation = my_allocation(request, reference)
    report = Report.objects.filter(allocation=allocation).first() or Report(allocation=allocation)
    report.allocation = allocation
    return report


REPORT_PLACE = "committee-report"


def report_place() -> str:
    """Under which name what a rapporteur types is kept, should the session end meanwhile."""
    return REPORT_PLACE


def is_report_place(reference: str, place: str) -> bool:
    """Is a report under way on this dossier?"""
    return place == REPORT_PLACE and Allocation.objects.filter(examination__dossier__reference=reference, ended_at=None).exists()


def report_form(request: HttpRequest, report: Report) -> ReportForm:
    """The report's form: sent, or with what was typed before the session ended, or as it is saved."""
    reference = report.allocation.examination.dossier.reference
    typed = request.POST if request.method == "POST" else typed_before(request, reference, REPORT_PLACE)
    return ReportForm(typed, report=report, user=request.user, reference=reference)


def report_context(request: HttpRequest, report: Report) -> dict[str, Any]:
    """What stands around the report while it is written: what it lacks, when it is due, whether its author has declared."""
    allocation = report.allocation
    dossier, examination = allocation.examination.dossier, allocation.examination
    session = sessions_of([examination.pk]).get(examination.pk)
    missing = missing_in(report) if report.filed_at is None else []
    return {
        "dossier": dossier,
        "report": report,
        "missing": missing,
        "due": due_of(allocation, session),
        "has_declared": has_declared(allocation),
        "others": [one for one in live_allocations(examination) if one.pk != allocation.pk],
        "is_over": examination.closed_at is not None,
        "autosave": reverse("committee:save_report", args=[dossier.reference]),
    }


def show_report(request: HttpRequest, form: ReportForm, **more: Any) -> HttpResponse:
    """The page on which the report is written; 409 when it met a conflict."""
    context = frame(request, form.report.allocation.examination.dossier) | report_context(request, form.report)
    context |= {"form": form, "conflict": None, "put_back": False} | more
    return render(request, "committee/reports/write.html", context, status=409 if context["conflict"] else 200)


def answer_report(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """Save what is valid, then stay or go to its filing; both versions are shown when another tab has written meanwhile."""
    valid = form.is_valid()
    conflict = form.conflict_with(form.save(by=request.user, at=timezone.now()))
    reference = form.report.allocation.examination.dossier.reference
    if conflict:
        return show_report(request, form, conflict=conflict)
    forget_typed(request, reference, REPORT_PLACE)
    if not valid:
        return show_report(request, form)
    messages.success(request, _("Your report is saved."))
    return redirect("committee:file_report" if "file" in request.POST else "committee:report", reference)


def answer_autosave(request: HttpRequest, form: ReportForm) -> HttpResponse:
    """Save in passing: 200, 422 when a part is refused (the others are saved), 409 with both versions on a conflict."""
    valid = form.is_valid()
    saved = form.save(by=request.user, at=timezone.now())
    conflict = form.conflict_with(saved)
    dossier = form.report.allocation.examination.dossier
    if conflict:
        return render(request, "committee/reports/_conflict.html", {"conflict": conflict, "dossier": dossier}, status=409)
    forget_typed(request, dossier.reference, REPORT_PLACE)
    report = my_report(request, dossier.reference)
    context = report_context(request, report) | {"form": form, "saved": saved}
    return render(request, "committee/reports/_saved.html", context, status=200 if valid else 422)


def allocation_context(request: HttpRequest, examination: Examination, form: AllocationForm, at: datetime) -> dict[str, Any]:
    """What the president sees: who reports already, who could and why, who cannot and why, and what time is left."""
    rated = form.proposals if examination.closed_at is None else []
    said: dict[str, Any] = {"examination": examination, "form": form, "rapporteurs": rapporteurs_of(examination)}
    said |= {"members": [one for one in rated if one.may_be_chosen and not one.member.is_expert]}
    said |= {"experts": [one for one in rated if one.may_be_chosen and one.member.is_expert]}
    said |= {"excluded": [one for one in rated if not one.may_be_chosen], "former": former_of(examination)}
    said |= {"may_allocate": examination.closed_at is None and presides_over(request.user, examination.dossier)}
    away = examination.closed_at is None and president_is_away(examination.dossier)
    said |= {"away": away, "stand_ins": stand_ins(examination.dossier) if away else []}
    when = timing(examination, at)
    has_time = when["is_on_agenda"] or (when["session"] is not None and not when["is_short"])
    proposed = {one.member.pk for one in rated if one.is_proposed and has_time}
    said |= {"may_extend": said["may_allocate"] and not has_time and may_be_extended(when["opinion_due"], at)}
    return said | {"proposed": proposed, "ticked": form.ticked if form.is_bound else proposed} | when


def may_be_extended(period: Clock | None, at: datetime) -> bool:
    """May the committee's period still be extended?"""
    return period is not None and period.may_be_extended(at)


def my_consultations(request: HttpRequest) -> Any:
    """What the reader's organisations are or were consulted on, the nearest last day first; of dossiers that they may see."""
    held = organisations_with(request.user, Role.DATA_CONTROLLER_AGENT.value)
    rows = Consultation.objects.filter(organisation__in=held, examination__dossier__in=Dossier.objects.visible_to(request.user))
    return rows.select_related("database", "examination__dossier__content").prefetch_related("remarks__files").order_by("-due_at", "pk")


def consultations_on(request: HttpRequest, dossier: Dossier) -> list[Consultation]:
    """Those of the reader on one dossier, the last passage only; 404 when there is none."""
    found = list(my_consultations(request).filter(examination=examination_of(dossier)))
    if not found:
        raise Http404
    return found


def open_consultation(request: HttpRequest, reference: str, pk: int) -> tuple[Dossier, Consultation]:
    """A consultation in which the reader may still remark; 404 otherwise."""
    dossier = dossier_for(request, reference)
    found = next((one for one in consultations_on(request, dossier) if one.pk == pk), None)
    if found is None or found.examination.closed_at is not None or not roles_for(request, dossier) & MAY["file_remark"]:
        raise Http404
    return dossier, found


def remark_file_for(request: HttpRequest, reference: str, pk: int) -> RemarkFile:
    """A file that came with a remark, for who reads the committee's work or answers for the holder that sent it; 404 otherwise.

    Raises WrongState while it may not be handed over.
    """
    dossier = dossier_for(request, reference)
    rows = RemarkFile.objects.filter(remark__consultation__examination__dossier=dossier)
    if not roles_for(request, dossier) & MAY["see_committee_work"]:
        rows = rows.filter(remark__consultation__in=my_consultations(request))
    found: RemarkFile = get_object_or_404(rows, pk=pk)
    if found.is_locked:
        raise WrongState(found.get_scan_state_display())
    note_reading(request, dossier, "remarks")
    return found


def remark_place(pk: int) -> str:
    """Under which name a remark is kept while its author signs in again."""
    return f"committee-remark-{pk}"


def question_place() -> str:
    """The same for a question to the applicant."""
    return "committee-question"


def answer_place(pk: int) -> str:
    """The same for an answer."""
    return f"committee-answer-{pk}"


def words_form(request: HttpRequest, kind: type[WordsForm], reference: str, place: str) -> Any:
    """A form for a text: sent, or with what was typed before the session ended, or empty."""
    typed = typed_before(request, reference, place)
    initial = {"words": typed.get("words", "") if typed else "", "author": author_mark(request.user.pk or 0, reference)}
    return kind(*((request.POST, request.FILES) if request.method == "POST" else ()), initial=initial)


def is_words_place(reference: str, place: str) -> bool:
    """Does the dossier have a page on which such a text is written?"""
    known = place.startswith(("committee-remark", "committee-question", "committee-answer")) and len(place) < 40
    return known and Examination.objects.filter(dossier__reference=reference, closed_at=None).exists()


def asked_of_team(request: HttpRequest, reference: str) -> tuple[Dossier, list[Question]]:
    """The questions that the committee has put to the team of this dossier, oldest first; 404 for anybody else, or without a question."""
    dossier = dossier_for(request, reference)
    if not roles_for(request, dossier) & TEAM_ROLES:
        raise Http404
    rows = Question.objects.filter(examination__dossier=dossier).select_related("examination", "answered_by").order_by("asked_at", "pk")
    found = list(rows)
    if not found:
        raise Http404
    for question in found:
        question.examination.dossier = dossier
    return dossier, found


def open_question(request: HttpRequest, reference: str, pk: int) -> tuple[Dossier, Question]:
    """A question that was not answered yet, for somebody who may answer; 404 otherwise."""
    dossier, asked = asked_of_team(request, reference)
    found = next((one for one in asked if one.pk == pk and one.answered_at is None), None)
    if found is None or not roles_for(request, dossier) & MAY["answer_committee"]:
        raise Http404
    return dossier, found


def note_committee_reading(request: HttpRequest, dossier: Dossier, page: str) -> None:
    """Who reads a report leaves a line in the access log."""
    log_read(request.user, page, Dossier.subject_type, dossier.pk)
