"""The opinion, as the applicant reads and answers it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from committee.answering_page import opinion_shown
from committee.forms.answering import AnswersForm
from requests_app.reading import dossier_for, frame


@never_cache
@login_required
def opinion(request: HttpRequest, reference: str) -> HttpResponse:
    """What does the committee say, what do you answer, and what next?"""
    dossier = dossier_for(request, reference)
    shown = opinion_shown(request, dossier)
    sent = request.POST if request.method == "POST" else None
    form = AnswersForm(sent, dossier=dossier, recommendations=shown.recommendations)
    if form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.add_message(request, *form.told)
        return redirect("committee:opinion", reference)
    context = frame(request, dossier) | {"shown": shown, "form": form}
    return render(request, "committee/answering/page.html", context, status=422 if form.is_bound else 200)
