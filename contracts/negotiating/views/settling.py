"""Answering proposals, and taking in a counterparty's file."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contracts.negotiating import pages
from contracts.negotiating.forms.settling import SettleForm
from contracts.negotiating.policies import speaks_for
from contracts.negotiating.received_page import received_for, received_form, received_shown, taken
from contracts.negotiating.services.receiving import take

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def settle(request: HttpRequest, number: str) -> HttpResponse:
    """Which proposals do we accept, which not, and why?"""
    convention, version = pages.negotiable(request, number, "settle_proposal")
    first = {"proposals": request.GET.getlist("proposition")}
    form = SettleForm(request.POST if request.method == "POST" else None, choices=pages.answerable(request, convention), initial=first)
    if form.is_bound and form.is_valid() and form.save(convention, by=request.user, at=timezone.now()):
        messages.success(request, _("Your answer is kept; the parties are told by e-mail."))
        return redirect("negotiating:overview", number)
    context = pages.settle_shown(request, convention, version, form)
    return render(request, "negotiating/settle.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def receive(request: HttpRequest, number: str) -> HttpResponse:
    """Which file did the counterparty send back?"""
    convention, _version = pages.negotiable(request, number, "import_text")
    form = received_form(request, convention)
    speaks = speaks_for(request.user, convention)
    if form.is_bound and form.is_valid() and form.save(convention, speaks, by=request.user, at=timezone.now()) and form.made:
        return redirect("negotiating:received", number, form.made.pk)
    return render(
        request, "negotiating/receive.html", pages.around(request, convention) | {"form": form}, status=422 if form.is_bound else 200
    )


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def received(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What was found in the file, and do we make proposals of it?"""
    found = received_for(request, number, pk)
    if request.method == "POST":
        made = take(taken(request, found), by=request.user, at=timezone.now())
        sentence = ngettext("%(count)d proposal is made of this file.", "%(count)d proposals are made of this file.", len(made))
        messages.success(request, sentence % {"count": len(made)})
        return redirect("negotiating:overview", number)
    return render(request, "negotiating/received.html", received_shown(request, found))


@never_cache
@login_required
@require_safe
def received_file(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """Hand over the file as it came."""
    found = received_for(request, number, pk)
    if found.is_locked:
        raise Http404
    answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
