"""A questionnaire being written: its sections and questions, what holds for each, its title. Every button works without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from questionnaires import drafting, services
from questionnaires.definitions import label_of, questions_of, section_named, title_of
from questionnaires.editing import listed_rows, sections_shown
from questionnaires.forms.conditions import ConditionForm
from questionnaires.forms.editor import AddQuestionForm, SectionForm, SettingsForm
from questionnaires.models import Question, Questionnaire
from questionnaires.policies import for_editors
from questionnaires.queries import draft_definition
from ui.pagination import page_of

Change = Callable[[drafting.Draft], drafting.Draft]


@for_editors
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which questionnaires are there, where are they asked, and what waits to be published?"""
    page = page_of(listed_rows(), request, per_page=25)
    return render(request, "questionnaires/index.html", {"page": page})


@for_editors
def create(request: HttpRequest) -> HttpResponse:
    """Begin a questionnaire."""
    form = SettingsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        begun: list[Questionnaire] = []
        said = {**form.cleaned_data, "by": request.user, "at": timezone.now()}
        if form.attempt(lambda: begun.append(services.begin_questionnaire(**said))):
            return redirect("questionnaires:edit", begun[0].code)
    return render(request, "questionnaires/settings.html", {"form": form, "title": _("New questionnaire"), "questionnaire": None})


@for_editors
@require_safe
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """What does it ask, in which order, and what is still wrong with it?"""
    questionnaire = get_object_or_404(Questionnaire.objects.prefetch_related("uses"), code=code)
    return render(request, "questionnaires/edit.html", sections_shown(questionnaire))


@for_editors
def settings(request: HttpRequest, code: str) -> HttpResponse:
    """The title, and what the questionnaire is asked for."""
    found = get_object_or_404(Questionnaire, code=code)
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=SettingsForm.initial_of(found))
    if form.is_valid():
        said = {**form.cleaned_data, "by": request.user, "at": timezone.now()}
        if form.attempt(lambda: services.keep_settings(found, **said)):
            messages.success(request, _("The questionnaire is saved."))
            return redirect("questionnaires:edit", code)
    return render(request, "questionnaires/settings.html", {"form": form, "title": _("Title and use"), "questionnaire": found})


@for_editors
def new_section(request: HttpRequest, code: str) -> HttpResponse:
    """Add a section at the end."""
    found = get_object_or_404(Questionnaire, code=code)
    form = SectionForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        added = services.add_section(found, *form.words, by=request.user, at=timezone.now())
        return redirect(f"{_page_of(found)}#section-{added}")
    return render(request, "questionnaires/section.html", {"form": form, "title": _("New section"), "questionnaire": found})


@for_editors
def section(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """The words over a section."""
    found = get_object_or_404(Questionnaire, code=code)
    shown = section_named(found.draft, section) or _absent()
    form = SectionForm(request.POST if request.method == "POST" else None, initial=SectionForm.initial_of(shown))
    if form.is_valid():
        _change(request, found, lambda draft: drafting.with_section_named(draft, section, *form.words))
        return redirect(f"{_page_of(found)}#section-{section}")
    return render(request, "questionnaires/section.html", {"form": form, "title": title_of(shown), "questionnaire": found})


@for_editors
def place(request: HttpRequest, code: str, question: str) -> HttpResponse:
    """What holds for a question in this questionnaire: is it required, and when is it put?"""
    found = get_object_or_404(Questionnaire, code=code)
    asked = list(questions_of(draft_definition(found)))
    shown = next((one for one in asked if one["code"] == question), None) or _absent()
    form = ConditionForm(request.POST if request.method == "POST" else None, place=shown, earlier=asked[: asked.index(shown)])
    if form.is_valid():
        required, condition = form.cleaned_data["required"], form.condition
        _change(request, found, lambda draft: drafting.with_question_set(draft, question, required=required, condition=condition))
        return redirect(f"{_page_of(found)}#question-{question}")
    return render(request, "questionnaires/place.html", {"form": form, "title": label_of(shown), "question": shown, "questionnaire": found})


@for_editors
@require_POST
def arrange(request: HttpRequest, code: str) -> HttpResponse:
    """One press of a button of the editor: move, remove."""
    found = get_object_or_404(Questionnaire, code=code)
    change, anchor = _asked_for(request.POST.get("act", ""))
    _change(request, found, change)
    return redirect(f"{_page_of(found)}#{anchor}")


@for_editors
@require_POST
def add(request: HttpRequest, code: str, section: str) -> HttpResponse:
    """Put a question of the bank at the end of a section."""
    found = get_object_or_404(Questionnaire, code=code)
    form = AddQuestionForm(request.POST, offered=Question.objects.offered().values_list("code", flat=True))
    if not form.is_valid():
        messages.error(request, _("Choose a question of the bank."))
        return redirect(f"{_page_of(found)}#section-{section}")
    chosen = form.cleaned_data["question"]
    _change(request, found, lambda draft: drafting.with_question(draft, section, chosen))
    return redirect("questionnaires:place", code, chosen)


#: What the buttons of the editor do: the word of the button, then the code of the section or the question.
ACTS: dict[str, Callable[[str], Change]] = {
    "section_up": lambda code: lambda draft: drafting.with_section_moved(draft, code, -1),
    "section_down": lambda code: lambda draft: drafting.with_section_moved(draft, code, 1),
    "section_remove": lambda code: lambda draft: drafting.without_section(draft, code),
    "question_up": lambda code: lambda draft: drafting.with_question_moved(draft, code, -1),
    "question_down": lambda code: lambda draft: drafting.with_question_moved(draft, code, 1),
    "question_remove": lambda code: lambda draft: drafting.without_question(draft, code),
}


def _asked_for(act: str) -> tuple[Change, str]:
    word, _colon, code = act.partition(":")
    if word not in ACTS:
        raise Http404
    kind = word.partition("_")[0]
    return ACTS[word](code), "content" if word.endswith("remove") else f"{kind}-{code}"


def _change(request: HttpRequest, questionnaire: Questionnaire, change: Change) -> None:
    services.change_draft(questionnaire, change, by=request.user, at=timezone.now())


def _page_of(questionnaire: Questionnaire) -> str:
    return questionnaire.get_absolute_url()


def _absent() -> Any:
    raise Http404
