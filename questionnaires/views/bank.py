"""The question bank: finding a question, writing one, changing one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from questionnaires import drafting, services
from questionnaires.forms.editor import QuestionForm, SearchForm, both_valid, choices_of
from questionnaires.kinds import Kind
from questionnaires.models import Question, Questionnaire
from questionnaires.policies import for_editors
from questionnaires.queries import has_been_asked, used_in
from ui.pagination import page_of


@for_editors
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Is there a question already that asks this?"""
    asked = SearchForm(request.GET).understood()
    found = Question.objects.matching(asked["q"]).filter(withdrawn=bool(asked["withdrawn"]))
    page = page_of(found.filter(kind=asked["kind"]) if asked["kind"] else found, request, per_page=25)
    return render(request, "questionnaires/bank.html", {"asked": asked, "page": page, "kinds": Kind.choices})


@for_editors
def create(request: HttpRequest) -> HttpResponse:
    """Write a question; from a questionnaire's page, it is put there at once."""
    question = Question()
    form, rows = _forms(request, question)
    if request.method == "POST" and both_valid(form, rows):
        services.keep_question(form.instance, by=request.user, at=timezone.now())
        messages.success(request, _("The question is in the bank."))
        return redirect(_back_with(request, form.instance))
    context = {"form": form, "rows": rows, "title": _("New question")}
    return render(request, "questionnaires/question.html", context, status=422 if form.is_bound else 200)


@for_editors
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change a question; drafts follow at once, published versions never."""
    question = get_object_or_404(Question, code=code)
    form, rows = _forms(request, question)
    if request.method == "POST" and both_valid(form, rows):
        services.keep_question(form.instance, by=request.user, at=timezone.now())
        messages.success(request, _("The question is saved. Questionnaires that ask it say it this way once they are published again."))
        return redirect("questionnaires:question", code)
    context = {"form": form, "rows": rows, "title": question.label, "question": question}
    context |= {"used_in": used_in(question), "has_been_asked": has_been_asked(question)}
    return render(request, "questionnaires/question.html", context, status=422 if form.is_bound else 200)


def _forms(request: HttpRequest, question: Question) -> tuple[QuestionForm, Any]:
    sent = request.POST if request.method == "POST" else None
    return QuestionForm(sent, instance=question), choices_of(sent, question)


def _back_with(request: HttpRequest, question: Question) -> str:
    """The page from which the question was written: a section of a questionnaire, which then asks it, or the bank."""
    questionnaire = Questionnaire.objects.filter(code=request.GET.get("for", "")).first()
    if questionnaire is None:
        return reverse("questionnaires:bank")
    section = request.GET.get("section", "")
    services.change_draft(
        questionnaire, lambda draft: drafting.with_question(draft, section, question.code), by=request.user, at=timezone.now()
    )
    return reverse("questionnaires:place", args=[questionnaire.code, question.code])
