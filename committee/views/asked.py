"""What holders remark, what the committee asks of the applicant, and what the applicant answers."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.policies import organisations_with
from accounts.roles import Role
from committee import reports_page as pages
from committee.forms.reports import AnswerForm, QuestionForm, RemarkForm
from committee.models import Question
from requests_app.policies import MAY
from requests_app.reading import dossier_for, frame, note_reading, roles_for
from requests_app.typed import forget_typed, keeping_typed_text
from ui.pagination import page_of

PER_PAGE = 25


@never_cache
@login_required
@require_safe
def consultations(request: HttpRequest) -> HttpResponse:
    """On which dossiers are my remarks awaited?"""
    if not organisations_with(request.user, Role.DATA_CONTROLLER_AGENT.value):
        raise Http404
    page = page_of(pages.my_consultations(request), request, PER_PAGE)
    return render(request, "committee/reports/consultations.html", {"page": page, "now": timezone.now()})


@never_cache
@login_required
@require_safe
def remarks(request: HttpRequest, reference: str) -> HttpResponse:
    """On which of my databases may I remark, and what was said?"""
    dossier = dossier_for(request, reference)
    found = pages.consultations_on(request, dossier)
    note_reading(request, dossier, "remarks")
    is_open = bool(roles_for(request, dossier) & MAY["file_remark"]) and found[0].examination.closed_at is None
    context = {"consultations": found, "is_open": is_open, "now": timezone.now()}
    return render(request, "committee/reports/remarks.html", frame(request, dossier) | context)


@never_cache
@partial(keeping_typed_text, place=pages.remark_place, known=pages.is_words_place)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remark(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What do I remark on this dossier for this database?"""
    dossier, consultation = pages.open_consultation(request, reference, pk)
    form = pages.words_form(request, RemarkForm, reference, pages.remark_place(pk))
    if form.is_valid() and form.file(consultation, by=request.user, at=timezone.now()):
        forget_typed(request, reference, pages.remark_place(pk))
        messages.success(request, _("Your remarks are filed: they join the papers of the committee."))
        return redirect("committee:remarks", reference)
    context = {"consultation": consultation, "form": form, "is_late": timezone.now() >= consultation.due_at}
    return render(request, "committee/reports/remark.html", frame(request, dossier) | context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def remark_file(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """Hand over a file that came with a remark."""
    found = pages.remark_file_for(request, reference, pk)
    file = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type)
    file.headers["X-Content-Type-Options"] = "nosniff"
    file.headers["Cache-Control"] = "private, no-store"
    return file


@never_cache
@partial(keeping_typed_text, place=pages.question_place, known=pages.is_words_place)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """What do we ask of the applicant before the session?"""
    dossier, examination = pages.examined(request, reference, "ask_applicant")
    form = pages.words_form(request, QuestionForm, reference, pages.question_place())
    if form.is_valid() and form.ask(examination, by=request.user, at=timezone.now()):
        forget_typed(request, reference, pages.question_place())
        messages.success(request, _("The question is put. The applicant is told by e-mail; the period for the opinion goes on."))
        return redirect("committee:dossier", reference)
    context = {"form": form, "asked": Question.objects.filter(examination=examination).order_by("asked_at", "pk")}
    return render(request, "committee/reports/ask.html", frame(request, dossier) | context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def answers(request: HttpRequest, reference: str) -> HttpResponse:
    """What does the committee ask us, and what did we answer?"""
    dossier, questions = pages.asked_of_team(request, reference)
    may_answer = bool(roles_for(request, dossier) & MAY["answer_committee"])
    return render(request, "committee/reports/answers.html", frame(request, dossier) | {"questions": questions, "may_answer": may_answer})


@never_cache
@partial(keeping_typed_text, place=pages.answer_place, known=pages.is_words_place)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """What do we answer to this question?"""
    dossier, question = pages.open_question(request, reference, pk)
    form = pages.words_form(request, AnswerForm, reference, pages.answer_place(pk))
    if form.is_valid() and form.answer(question, by=request.user, at=timezone.now()):
        forget_typed(request, reference, pages.answer_place(pk))
        messages.success(request, _("Your answer is sent: it joins the papers of the committee."))
        return redirect("committee:answers", reference)
    context = {"question": question, "form": form}
    return render(request, "committee/reports/answer.html", frame(request, dossier) | context, status=422 if form.is_bound else 200)
