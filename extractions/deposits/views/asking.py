"""Asking for tables, taking one back, refusing one, fetching them: for the desk of the ticket and the secretariat."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from extractions.deposits import pages
from extractions.deposits.forms.asking import ExtendForm, OpenForm, RefuseForm, WithdrawForm
from extractions.deposits.services.fetching import fetch
from extractions.reading import standing, ticket_to

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def open_one(request: HttpRequest, number: str) -> HttpResponse:
    """Of whom do we ask a linkage table?"""
    ticket = pages.opening(request, number)
    form = OpenForm(request.POST if request.method == "POST" else None, ticket=ticket, now=timezone.now())
    if form.is_bound and form.is_valid() and form.open(by=request.user, at=timezone.now()):
        messages.success(request, _("The tables are asked for: each depositor is written to."))
        return redirect(ticket)
    context = standing(request, ticket) | {"form": form, "adds": False}
    return render(request, "deposits/open.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Who deposits one more table?"""
    ticket = ticket_to(request, number, "ask_deposit")
    form = OpenForm(request.POST if request.method == "POST" else None, ticket=ticket, now=timezone.now(), rows=1)
    if form.is_bound and form.is_valid() and form.add(by=request.user, at=timezone.now()):
        messages.success(request, _("One more table is asked for: its depositor is written to."))
        return redirect(ticket)
    context = standing(request, ticket) | {"form": form, "adds": True}
    return render(request, "deposits/open.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def extend(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Until when is this table awaited?"""
    asked = pages.one_of_ticket(request, number, pk, "ask_deposit")
    form = ExtendForm(request.POST if request.method == "POST" else None, initial={"expires_on": asked.expires_on})
    if form.is_bound and form.is_valid() and form.save(asked, by=request.user, at=timezone.now()):
        messages.success(request, _("The table has another last day: its depositor is written to."))
        return redirect(asked.ticket)
    context = standing(request, asked.ticket) | {"form": form, "heading": _("Give another last day")}
    return render(request, "extractions/act.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Is this table not asked for any more?"""
    asked = pages.one_of_ticket(request, number, pk, "withdraw_deposit")
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.save(asked, by=request.user, at=timezone.now()):
        messages.success(request, _("The table is not asked for any more; what was deposited is destroyed."))
        return redirect(asked.ticket)
    follows = _("This table is not asked for any more. If it was deposited already, it is destroyed, with a certificate.")
    context = standing(request, asked.ticket) | {"form": form, "heading": _("Take this request back"), "follows": follows}
    return render(request, "extractions/act.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def refuse(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Why can this table not be used?"""
    deposit = pages.deposit_of_ticket(request, number, pk, "refuse_table")
    form = RefuseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and form.save(deposit, by=request.user, at=timezone.now()):
        messages.success(request, _("This table is refused and destroyed; it is asked for again. The others stand."))
        return redirect(deposit.request.ticket)
    context = standing(request, deposit.request.ticket) | {"form": form, "heading": _("Refuse this table")}
    return render(request, "extractions/act.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_POST
def file(request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
    """Hand the encrypted file over to the desk; each time leaves a trace."""
    deposit = pages.deposit_of_ticket(request, number, pk, "fetch_deposit")
    opened = fetch(deposit, by=request.user, at=timezone.now())
    answer = FileResponse(opened, as_attachment=True, filename=f"{number}-{deposit.pk}.age", content_type="application/octet-stream")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
