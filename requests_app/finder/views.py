"""The procedure finder: one question a page, then the procedure, why, how long, and where to begin. Needs no account."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from requests_app.finder.models import Orientation
from requests_app.finder.pages import conclusion_page, evidence_page, question_page
from requests_app.finder.reference import current_table
from requests_app.finder.services import begin_from_answers
from requests_app.reading import dossier_for, frame


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The question that waits for an answer, or the conclusion."""
    context = question_page(request) or conclusion_page(request)
    return render(request, "finder/question.html" if "form" in context else "finder/conclusion.html", context)


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the dossier that the answers lead to."""
    dossier = begin_from_answers(current_table(), request.POST.dict(), by=request.user, at=timezone.now())
    messages.success(request, _("Your draft is begun, and your answers are kept with it. Nothing is sent before you file it."))
    return redirect("dossiers:form", dossier.reference)


@never_cache
@login_required
@require_safe
def evidence(request: HttpRequest, reference: str) -> HttpResponse:
    """How the procedure of a dossier was chosen."""
    dossier = dossier_for(request, reference)
    orientation = get_object_or_404(Orientation.objects.select_related("table", "by"), dossier=dossier)
    return render(request, "finder/evidence.html", frame(request, dossier) | evidence_page(orientation))
