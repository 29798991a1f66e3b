"""Seeing a questionnaire as the applicant will, publishing it, and what its versions changed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from questionnaires import services
from questionnaires.checks import faults_of
from questionnaires.differences import changes
from questionnaires.editing import preview_shown, versions_shown
from questionnaires.forms.answers import TrialForm
from questionnaires.models import Questionnaire
from questionnaires.policies import for_editors
from questionnaires.queries import draft_definition, last_version, published_definition


@for_editors
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """The draft as the applicant meets it; what is typed is checked, and kept nowhere."""
    questionnaire = get_object_or_404(Questionnaire, code=code)
    definition = draft_definition(questionnaire)
    form = TrialForm(request.POST if request.method == "POST" else None, definition=definition)
    return render(request, "questionnaires/preview.html", preview_shown(questionnaire, definition, form))


@for_editors
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """What is still wrong, what changes for applicants, and publishing."""
    questionnaire = get_object_or_404(Questionnaire.objects.prefetch_related("uses"), code=code)
    if request.method == "POST":
        version = services.publish(questionnaire, by=request.user, at=timezone.now())
        messages.success(request, _("Version %(number)d is published: dossiers begun from now on get it.") % {"number": version.number})
        return redirect("questionnaires:versions", code)
    definition, last = draft_definition(questionnaire), last_version(questionnaire)
    found = changes(published_definition(questionnaire), definition)
    context = {"questionnaire": questionnaire, "faults": faults_of(definition, definition["title"]), "changes": found, "last": last}
    return render(request, "questionnaires/publish.html", context)


@for_editors
@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """Every version, and what each changed."""
    questionnaire = get_object_or_404(Questionnaire, code=code)
    return render(request, "questionnaires/versions.html", {"questionnaire": questionnaire, "versions": versions_shown(questionnaire)})


@for_editors
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version against the one before."""
    questionnaire = get_object_or_404(Questionnaire, code=code)
    shown = next((one for one in versions_shown(questionnaire) if one.version.number == number), None)
    if shown is None:
        raise Http404
    return render(request, "questionnaires/version.html", {"questionnaire": questionnaire, "shown": shown})
