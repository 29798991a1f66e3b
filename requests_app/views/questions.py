"""The secretariat's questions in the applicant's form: a section, its autosave, and moving on to a newer version."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from questionnaires.reading import report_shown
from requests_app.forms.questions import MoveOnForm
from requests_app.questions import move_on, prospect_of
from requests_app.rebased import PREFIX
from requests_app.typed import forget_typed, keeping_typed_text
from requests_app.views import question_page
from requests_app.views.section_page import may_write, menu, my_dossier, show_company


@never_cache
@keeping_typed_text
@login_required
def questions(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """One section of questions: what does the secretariat want to know?"""
    dossier = my_dossier(request, reference)
    asked = question_page.section_for(request, dossier, section)
    if asked is None:
        return question_page.show_gone(request, dossier)
    if not may_write(request.user, dossier):
        return question_page.show_frozen(request, dossier, asked)
    if "saved" in request.GET:
        forget_typed(request, reference, section)
    form = question_page.form_for(request, dossier, asked)
    return question_page.answer(request, form) if request.method == "POST" else question_page.show(request, form, put_back=form.is_bound)


@never_cache
@login_required
@require_POST
def autosave(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Save while the person types; the answer is a fragment."""
    dossier = my_dossier(request, reference)
    asked = question_page.section_for(request, dossier, section)
    if asked is None or not may_write(request.user, dossier):
        fragment = "dossiers/form/_frozen.html" if asked else "dossiers/form/_questions_gone.html"
        return render(request, fragment, {"dossier": dossier}, status=409)
    return question_page.answer_autosave(request, question_page.form_for(request, dossier, asked))


@never_cache
@login_required
@require_safe
def presence(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Who else is in the section now? A fragment that its open page asks for."""
    dossier = my_dossier(request, reference)
    return show_company(request, dossier, f"{PREFIX}{section}")


@never_cache
@login_required
def changes(request: HttpRequest, reference: str) -> HttpResponse:
    """What would the newer version change here, answer by answer; moving on to it."""
    dossier = my_dossier(request, reference)
    prospect = prospect_of(dossier, timezone.now()) if may_write(request.user, dossier) else None
    form = MoveOnForm(request.POST if request.method == "POST" else None, prospect=prospect)
    if form.is_valid():
        move_on(dossier, by=request.user, at=timezone.now(), to=form.cleaned_data["to"])
        messages.success(request, _("The dossier has the present questions. No answer was lost."))
        return redirect("dossiers:form", reference)
    shown = report_shown(prospect.report, prospect.known, prospect.answers) if prospect else None
    context = menu(request, dossier) | {"prospect": prospect, "form": form, "report": shown}
    return render(request, "dossiers/form/questions_changes.html", context)
