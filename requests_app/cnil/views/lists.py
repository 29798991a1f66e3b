"""Lists of decisions: sent as a file, shown beside the dossiers that they mean, recorded line by line, their report kept."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.cnil.forms import ListForm, RecordForm
from requests_app.cnil.importing import preview
from requests_app.cnil.models import DecisionList
from requests_app.cnil.page import enter_desk, list_or_404, paper_or_404
from requests_app.cnil.papers import paper_of
from ui.pagination import page_of


@never_cache
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """Send a list, and find those that were sent."""
    enter_desk(request)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    if form.is_valid() and form.keep(by=request.user, at=timezone.now()):
        if not form.is_new:
            messages.info(request, _("You have sent this file already: here is what became of it."))
        return redirect(form.kept)
    page = page_of(DecisionList.objects.filter(sent_by=request.user.pk), request, 30)
    return render(request, "cnil/lists.html", {"form": form, "page": page}, status=422 if form.is_bound else 200)


@never_cache
@login_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What would each line record, and why would some not? Then record those that are ticked."""
    enter_desk(request)
    found, now = list_or_404(request, pk), timezone.now()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RecordForm(*sent, decisions=found, by=request.user)
    if form.is_valid() and form.record(at=now):
        messages.success(request, form.told.sentence)
        return redirect(found)
    shown = {"list": found, "form": form, "paper": paper_of(found)} | preview(found, by=request.user, at=now)
    return render(request, "cnil/list.html", shown, status=422 if form.is_bound else 200)


@login_required
@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand over the paper from which a list was transcribed, to whoever may open the list."""
    enter_desk(request)
    found = paper_or_404(list_or_404(request, pk))
    answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
