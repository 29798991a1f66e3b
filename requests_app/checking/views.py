"""The screens of the check: the officer's list and message, the applicant's points, the secretariat's reasons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.checking import screens, services
from requests_app.checking.forms import AskForm, CompleteForm, ReasonForm, reasons_listed
from requests_app.checking.models import ReusableReason
from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES
from requests_app.reading import dossier_for, frame, require_on_site, roles_for
from ui.navigation import stand_under

Shown = Callable[[HttpRequest, Dossier, Any], dict[str, Any]]
READ_OR_SEND = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(READ_OR_SEND)
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Is it complete, and if not, what exactly? One item at a time, and the message as it grows."""
    dossier = screens.dossier_to_check(request, reference)
    shown = screens.screen_of(request, dossier)
    sent = request.method == "POST"
    if sent and shown.form.is_valid() and shown.form.keep(dossier, by=request.user, at=timezone.now()):
        messages.success(request, _("“%(item)s”: your verdict is kept.") % {"item": shown.standing.item.label})
        return redirect(screens.next_address(dossier, shown.standing.item.code))
    status = 409 if shown.form.kept else 422 if sent else 200
    return render(request, "checking/check.html", frame(request, dossier) | shown.context(dossier), status=status)


@login_required
@require_POST
def rest(request: HttpRequest, reference: str) -> HttpResponse:
    """Find fine all that was not looked at yet."""
    dossier = screens.dossier_to_check(request, reference)
    count = services.find_the_rest_fine(dossier, by=request.user, at=timezone.now())
    sentence = ngettext("%(count)d item found fine.", "%(count)d items found fine.", count)
    messages.success(request, sentence % {"count": count})
    return redirect("checking:check", reference)


@never_cache
@login_required
@require_http_methods(READ_OR_SEND)
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """The one message as it will be sent, then sending it."""
    return _conclusion(request, reference, AskForm, screens.asking)


@never_cache
@login_required
@require_http_methods(READ_OR_SEND)
def complete(request: HttpRequest, reference: str) -> HttpResponse:
    """What declaring complete means, and what still stands against it."""
    return _conclusion(request, reference, CompleteForm, screens.concluding)


def _conclusion(request: HttpRequest, reference: str, form_of: type[AskForm] | type[CompleteForm], shown: Shown) -> HttpResponse:
    """One of the two ways in which a check ends: what it means, then the move."""
    dossier = screens.dossier_to_check(request, reference)
    form = form_of(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.conclude(dossier, by=request.user, at=timezone.now()):
        messages.success(request, str(form.done))
        return redirect(dossier)
    return render(request, form.template, shown(request, dossier, form), status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def asked(request: HttpRequest, reference: str) -> HttpResponse:
    """For the applicant: what is asked, point by point, and what was changed since."""
    dossier = dossier_for(request, reference)
    if not roles_for(request, dossier) & TEAM_ROLES:
        raise Http404
    return render(request, "checking/asked.html", frame(request, dossier) | screens.asked_of(dossier))


@never_cache
@login_required
@require_safe
def reasons(request: HttpRequest) -> HttpResponse:
    """The reasons that the secretariat reuses."""
    require_on_site(request.user, "instruct")
    stand_under(request, "work")
    return render(request, "checking/reasons.html", {"reasons": reasons_listed()})


@never_cache
@login_required
@require_http_methods(READ_OR_SEND)
def reason(request: HttpRequest, code: str = "") -> HttpResponse:
    """Write a reason, or change one."""
    require_on_site(request.user, "instruct")
    stand_under(request, "work")
    found = get_object_or_404(ReusableReason, code=code) if code else None
    form = ReasonForm(request.POST if request.method == "POST" else None, instance=found)
    if form.is_valid():
        form.save()
        messages.success(request, _("The reason is kept."))
        return redirect("checking:reasons")
    return render(request, "checking/reason.html", {"form": form, "reason": found}, status=422 if form.errors else 200)
