"""The pages of somebody who is asked to sign: read, then sign, refuse, or give the signature to somebody else."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contracts.signing import pages
from contracts.signing.forms.signing import DelegateForm, ReasonForm, SignForm
from contracts.signing.network import network_of
from contracts.signing.services.signing import open_document

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """Do I sign this convention?"""
    signatory = pages.signatory_for(request, number)
    open_document(signatory, by=request.user, at=timezone.now())
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SignForm(*sent, signatory=signatory, user=request.user, network=network_of(request))
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("You have signed convention %(number)s.") % {"number": number})
        return redirect("signing:sign", number)
    return render(request, "signing/sign.html", pages.signing_context(request, signatory, form), status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def refuse(request: HttpRequest, number: str) -> HttpResponse:
    """Why do I not sign?"""
    signatory = pages.signatory_for(request, number)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.refuse(signatory, by=request.user, at=timezone.now()):
        messages.success(request, _("Your refusal is noted; the operator is told why."))
        return redirect("signing:sign", number)
    context = pages.beside(request, signatory.request) | {"form": form, "signatory": signatory}
    return render(request, "signing/refuse.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def delegate(request: HttpRequest, number: str) -> HttpResponse:
    """Who signs in my place?"""
    signatory = pages.signatory_for(request, number)
    form = DelegateForm(*((request.POST, request.FILES) if request.method == "POST" else ()), signatory=signatory)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("Your signature is given to somebody else; they are written to."))
        return redirect("contracts:convention", number)
    context = pages.beside(request, signatory.request) | {"form": form, "signatory": signatory}
    return render(request, "signing/delegate.html", context, status=422 if form.is_bound else 200)
