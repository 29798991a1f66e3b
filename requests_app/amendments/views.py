"""The pages of the room: what is authorised today, the amendments of a dossier, and what an amendment changes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from requests_app.amendments import services
from requests_app.amendments.forms import BeginForm, ContestForm, QualifyForm, RegisterForm
from requests_app.amendments.hanging import may_begin
from requests_app.amendments.page import changes_shown, one_shown, require_amendable, require_contestable
from requests_app.amendments.reading import (
    TONES,
    amendment_of_draft,
    amendment_or_404,
    amendments_of,
    authorised_today,
    steps_of,
)
from requests_app.reading import dossier_for, frame


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@never_cache
@login_required
@require_safe
def authorised(request: HttpRequest, reference: str) -> HttpResponse:
    """What is authorised today, and by what?"""
    dossier = dossier_for(request, reference)
    require_amendable(dossier)
    context = {"chapters": authorised_today(dossier), "steps": steps_of(dossier), "today": timezone.now()}
    return render(request, "amendments/authorised.html", frame(request, dossier) | context)


@never_cache
@login_required
@require_safe
def index(request: HttpRequest, reference: str) -> HttpResponse:
    """What changed or is to change since the authorisation, and by which road?"""
    dossier = dossier_for(request, reference)
    require_amendable(dossier)
    rows = [(one, TONES[one.stage]) for one in amendments_of(request, dossier)]
    context = {"rows": rows, "may_begin": may_begin(request, dossier)}
    return render(request, "amendments/index.html", frame(request, dossier) | context)


@never_cache
@login_required
def begin(request: HttpRequest, reference: str) -> HttpResponse:
    """Modification or renewal? Then the draft is there."""
    dossier = dossier_for(request, reference)
    require_amendable(dossier)
    form = BeginForm(_sent(request), dossier=dossier)
    if form.is_valid() and form.begin(by=request.user, at=timezone.now()) and form.begun and form.begun.draft:
        messages.success(request, _("The draft is ready: it says what is authorised today. Change what changes."))
        return redirect("amendments:changes", form.begun.draft.reference)
    return render(request, "amendments/begin.html", {"dossier": dossier, "form": form}, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def one(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What did this amendment change, on which ground, and what became of it?"""
    dossier = dossier_for(request, reference)
    amendment = amendment_or_404(request, dossier, number)
    return render(request, "amendments/one.html", frame(request, dossier) | one_shown(request, dossier, amendment))


@never_cache
@login_required
def contest(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A registered change that the secretariat finds substantial is set aside, with a reason."""
    dossier = dossier_for(request, reference)
    amendment = amendment_or_404(request, dossier, number)
    require_contestable(request, dossier, amendment)
    form = ContestForm(_sent(request))
    if form.is_valid() and form.contest(amendment, by=request.user, at=timezone.now()):
        messages.success(request, _("The amendment is set aside; the applicant is asked to file it for authorisation."))
        return redirect(amendment)
    context = {"dossier": dossier, "amendment": amendment, "form": form}
    return render(request, "amendments/contest.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_safe
def changes(request: HttpRequest, reference: str) -> HttpResponse:
    """What does this amendment change, and what comes next?"""
    dossier = dossier_for(request, reference)
    return render(request, "amendments/changes.html", frame(request, dossier) | changes_shown(request, dossier))


@never_cache
@login_required
def qualify(request: HttpRequest, reference: str) -> HttpResponse:
    """Is the change substantial? The table of questions decides the road."""
    dossier = dossier_for(request, reference)
    amendment, now = amendment_of_draft(dossier), timezone.now()
    services.require_preparing(amendment, request.user)
    form = QualifyForm(_sent(request), amendment=amendment, now=now)
    if form.is_valid() and form.qualify(by=request.user, at=now):
        return redirect("amendments:changes", reference)
    context = {"dossier": dossier, "amendment": amendment, "form": form}
    return render(request, "amendments/qualify.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
def register(request: HttpRequest, reference: str) -> HttpResponse:
    """The signatory signs and so registers a change that is not substantial; everybody else on the team reads who has to sign."""
    dossier = dossier_for(request, reference)
    amendment = amendment_of_draft(dossier)
    services.require_preparing(amendment, request.user, "see_team")
    form = RegisterForm(_sent(request), amendment=amendment, user=request.user)
    if form.is_valid() and form.register(by=request.user, at=timezone.now()):
        messages.success(request, _("The amendment is registered: it applies from now on."))
        return redirect(amendment)
    context = changes_shown(request, dossier) | {"dossier": dossier, "form": form}
    return render(request, "amendments/register.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def update(request: HttpRequest, reference: str) -> HttpResponse:
    """Begin anew from what is authorised today, and keep the draft's own changes."""
    dossier = dossier_for(request, reference)
    services.bring_up_to_date(amendment_of_draft(dossier), by=request.user, at=timezone.now())
    messages.success(request, _("The draft now starts from what is authorised today. Read what changes once more."))
    return redirect("amendments:changes", reference)
