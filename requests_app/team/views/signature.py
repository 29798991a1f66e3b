"""The signature of a filing: who signs, asking for it, declaring oneself entitled, withdrawing, refusing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from requests_app.models import Dossier
from requests_app.policies import MAY
from requests_app.possible import is_possible
from requests_app.reading import frame, roles_for
from requests_app.slots import signed_elsewhere
from requests_app.substance import labels_of
from requests_app.team import signing
from requests_app.team.forms import EntitledForm, PlainForm, RefusalForm
from requests_app.team.reading import managed, team_dossier
from ui.forms import DsfrForm


@never_cache
@login_required
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Who signs, was it asked for, and what can I do about it?"""
    dossier = _dossier(request, reference)
    return _show(request, dossier, EntitledForm())


@never_cache
@login_required
@require_POST
def declare(request: HttpRequest, reference: str) -> HttpResponse:
    """Declare oneself entitled to sign."""
    dossier, form = _dossier(request, reference), EntitledForm(request.POST)
    if form.is_valid() and form.declare(dossier, by=request.user, at=timezone.now()):
        messages.success(request, _("You are a signatory of this dossier: read it once more, then sign."))
        return redirect("dossiers:file", reference)
    return _show(request, dossier, form)


@never_cache
@login_required
@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask the signatories for their signature."""
    dossier, form = _dossier(request, reference), PlainForm(request.POST)
    if form.is_valid() and form.attempt(lambda: signing.ask(dossier, by=request.user, at=timezone.now())):
        messages.success(request, _("The signature is asked for: the signatories are told."))
        return redirect("team:signature", reference)
    return _show(request, dossier, EntitledForm(), refused=form)


@login_required
@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the request back."""
    signing.withdraw(_dossier(request, reference), by=request.user, at=timezone.now())
    messages.success(request, _("The request for a signature is withdrawn."))
    return redirect("team:signature", reference)


@never_cache
@login_required
def refuse(request: HttpRequest, reference: str) -> HttpResponse:
    """Say why one does not sign."""
    dossier = managed(request, _dossier(request, reference), "refuse_signature")
    form = RefusalForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.refuse(dossier, by=request.user, at=timezone.now()):
        messages.success(request, _("Your refusal is noted, and the person who asked is told."))
        return redirect("team:signature", reference)
    return render(request, "team/refuse.html", {"dossier": dossier, "form": form}, status=422 if form.errors else 200)


def _dossier(request: HttpRequest, reference: str) -> Dossier:
    """The dossier, for its team only."""
    return managed(request, team_dossier(request, reference), "leave_team")


def _show(request: HttpRequest, dossier: Dossier, entitled: EntitledForm, refused: DsfrForm | None = None) -> HttpResponse:
    """The page, with the forms that this person may send."""
    roles, asked = roles_for(request, dossier), signing.last_request(dossier)
    context: dict[str, Any] = {"asked": asked, "entitled": entitled, "refused": refused, "signatories": signing.signatories_of(dossier)}
    context |= {"may_ask": bool(roles & MAY["ask_signature"]), "may_sign": bool(roles & MAY["submit"])}
    context |= {"is_awaited": is_possible(dossier, "ask_signature"), "missing": len(signing.faults_of(dossier))}
    context["is_elsewhere"] = signed_elsewhere(dossier) is not None
    context["changed"] = signing.changed_since_asked(dossier, asked) if asked and not asked.outcome else []
    context["forced_by"] = labels_of(dossier, list(dossier.signed_points_changed)) if dossier.signed_points_changed else []
    status = 422 if entitled.errors or (refused and refused.errors) else 200
    return render(request, "team/signature.html", frame(request, dossier) | context, status=status)
