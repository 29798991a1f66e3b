"""Proposing: other words or values for a clause, its removal, a new clause; taking a proposal back; commenting."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contracts.negotiating import pages
from contracts.negotiating import proposing_page as forms
from contracts.negotiating.forms.proposing import CommentForm
from contracts.negotiating.services.proposing import withdraw as take_back

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def propose(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """How would I have this clause?"""
    convention, version = pages.negotiable(request, number)
    form = forms.form_for(request, convention, version, code)
    if form.is_bound and form.is_valid() and form.save(convention, by=request.user, at=timezone.now()):
        messages.success(request, _("Your proposal is sent; the other side is told by e-mail."))
        return redirect("negotiating:clause", number, code)
    context = forms.proposing_shown(request, convention, version, form)
    return render(request, "negotiating/propose.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def remove(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Why should this clause go?"""
    convention, version = pages.negotiable(request, number)
    form = forms.removal_form(request, version, code)
    if form.is_bound and form.is_valid() and form.save(convention, by=request.user, at=timezone.now()):
        messages.success(request, _("Your proposal is sent; the other side is told by e-mail."))
        return redirect("negotiating:clause", number, code)
    context = forms.proposing_shown(request, convention, version, form) | {"removes": True}
    return render(request, "negotiating/propose.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Which clause is missing, and where?"""
    convention, version = pages.negotiable(request, number)
    form = forms.addition_form(request, convention, version)
    if form.is_bound and form.is_valid() and form.save(convention, by=request.user, at=timezone.now()):
        messages.success(request, _("Your proposal is sent; the other side is told by e-mail."))
        return redirect("negotiating:overview", number)
    context = forms.proposing_shown(request, convention, version, form)
    return render(request, "negotiating/propose.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Do I take my proposal back?"""
    proposal = pages.own_proposal(request, number, pk)
    if request.method == "POST":
        take_back(proposal, by=request.user, at=timezone.now())
        messages.success(request, _("Your proposal is taken back."))
        return redirect("negotiating:overview", number)
    return render(request, "negotiating/withdraw.html", forms.withdrawal_shown(request, proposal))


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def comment(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What do I say about this clause?"""
    convention, proposal = forms.commented(request, number, code)
    form = CommentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.save(convention, code, proposal, by=request.user, at=timezone.now()):
        messages.success(request, _("Your comment is kept."))
        return redirect("negotiating:clause", number, code)
    context = pages.clause_shown(request, number, code) | {"form": form, "about": proposal}
    return render(request, "negotiating/comment.html", context, status=422 if form.is_bound else 200)
