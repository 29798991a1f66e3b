"""The page that answers an invitation: which dossier, which role, from whom; accept or decline."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.roles import INSTRUCTING
from requests_app.policies import site_roles
from requests_app.team.forms import AnswerForm
from requests_app.team.links import invitation_of
from requests_app.team.models import Invitation
from requests_app.team.roles import HINTS, LABELS


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Do I join this dossier?"""
    found = invitation_of(token)
    if found is None or not found.is_waiting(timezone.now()):
        return render(request, "team/invitation_void.html", status=410)
    if not request.user.is_authenticated:
        return render(request, "team/invitation_visitor.html", {"following": urlencode({"next": request.path})})
    form = AnswerForm(request.POST if request.method == "POST" else None, invitation=found, user=request.user)
    if form.is_valid() and form.answer(by=request.user, at=timezone.now()):
        return _way_on(request, found)
    return _show(request, found, form)


def _show(request: HttpRequest, found: Invitation, form: AnswerForm) -> HttpResponse:
    """The page, with what joining costs somebody who instructs."""
    instructs = bool(site_roles(request.user) & INSTRUCTING)
    context = {"invitation": found, "dossier": found.dossier, "form": form, "instructs": instructs}
    words = {"role": LABELS[found.role], "hint": HINTS[found.role]}
    return render(request, "team/invitation.html", context | words, status=422 if form.errors else 200)


def _way_on(request: HttpRequest, found: Invitation) -> HttpResponse:
    if "decline" in request.POST:
        messages.success(request, _("You have declined the invitation; the person who sent it is told."))
        return redirect("dossiers:index")
    messages.success(request, _("You are on the team of this dossier."))
    return redirect(reverse("dossiers:page", args=[found.dossier.reference]))
