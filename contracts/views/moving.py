"""The moves of a convention that the base has pages for."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contracts import pages
from contracts.forms.moves import ApproveForm, PlainMoveForm
from contracts.reading import standing

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """Is this what we do with the convention now?"""
    convention, spec = pages.moving(request, number, move)
    form = PlainMoveForm(request.POST if request.method == "POST" else None, convention=convention, move=move)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, str(form.plain.done))
        return redirect(convention)
    context = standing(request, convention) | {"form": form, "spec": spec}
    return render(request, "contracts/move.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def approve(request: HttpRequest, number: str) -> HttpResponse:
    """Do I approve this very text?"""
    version = pages.approval_for(request, number)
    form = ApproveForm(request.POST if request.method == "POST" else None, version=version, user=request.user)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The text is approved: from now on it does not change."))
        return redirect(version.convention)
    context = pages.approval_shown(request, version) | {"form": form}
    return render(request, "contracts/approve.html", context, status=422 if form.is_bound else 200)
