"""What is done with a ticket on the base's pages: moves, questions and answers, agents, days, new tickets."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from extractions import opening_page, pages
from extractions.forms.acts import AgentForm, AnswerForm, AskForm, ExpectForm, PlainMoveForm
from extractions.reading import standing, ticket_to
from extractions.services import waiting, working

GET_OR_POST = ["GET", "HEAD", "POST"]


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def move(request: HttpRequest, number: str, move: str) -> HttpResponse:
    """Is this what we do with the ticket now?"""
    ticket, spec = pages.moving(request, number, move)
    form = PlainMoveForm(request.POST if request.method == "POST" else None, ticket=ticket, move=move)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, str(form.plain.done))
        return redirect(ticket)
    context = standing(request, ticket) | {"form": form, "heading": spec.label, "follows": form.plain.follows}
    return render(request, "extractions/act.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """What do we need to know from the applicant?"""
    ticket, form = ticket_to(request, number, "ask"), AskForm(request.POST or None)
    if form.is_bound and form.is_valid() and form.save(ticket, by=request.user, at=timezone.now()):
        messages.success(request, _("The question is put; the applicant is written to."))
        return redirect(ticket)
    context = standing(request, ticket) | {"form": form, "heading": _("Ask the applicant")}
    return render(request, "extractions/act.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """What do we answer to the desk?"""
    ticket, form = ticket_to(request, number, "answer"), AnswerForm(request.POST or None)
    if form.is_bound and form.is_valid() and form.save(ticket, by=request.user, at=timezone.now()):
        messages.success(request, _("The answer is sent: the work goes on."))
        return redirect(ticket)
    context = standing(request, ticket) | {"form": form, "heading": _("Answer the question"), "wait": ticket.open_wait}
    return render(request, "extractions/act.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def end_wait(request: HttpRequest, number: str) -> HttpResponse:
    """Take the open question back."""
    ticket = ticket_to(request, number, "end_wait")
    waiting.end_wait(ticket, by=request.user, at=timezone.now())
    messages.success(request, _("The question is taken back: the work goes on."))
    return redirect(ticket)


@login_required
@require_POST
def claim(request: HttpRequest, number: str) -> HttpResponse:
    """Take the ticket."""
    ticket = ticket_to(request, number, "claim")
    working.claim(ticket, by=request.user, at=timezone.now())
    messages.success(request, _("You work at this ticket."))
    return redirect(ticket)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Who works at it?"""
    ticket = ticket_to(request, number, "assign")
    form = AgentForm(request.POST or None, ticket=ticket, agents=pages.agents_for(ticket))
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("It is noted who works at this ticket."))
        return redirect(ticket)
    context = standing(request, ticket) | {"form": form, "heading": _("Who works at this ticket")}
    return render(request, "extractions/act.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def expect(request: HttpRequest, number: str) -> HttpResponse:
    """For which day do we announce the work?"""
    ticket = ticket_to(request, number, "expect")
    form = ExpectForm(request.POST or None, initial={"expected_on": ticket.expected_on})
    if form.is_bound and form.is_valid() and form.save(ticket, by=request.user, at=timezone.now()):
        messages.success(request, _("The day is announced."))
        return redirect(ticket)
    context = standing(request, ticket) | {"form": form, "heading": _("Announce a day")}
    return render(request, "extractions/act.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def unlink(request: HttpRequest, number: str) -> HttpResponse:
    """Which ticket does not come before this one any more?"""
    ticket, form = pages.unlinking(request, number)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("The order of the tickets is changed."))
        return redirect(ticket)
    context = standing(request, ticket) | {"form": form, "heading": _("Change what comes first"), "follows": pages.AFTER_UNLINKING}
    return render(request, "extractions/act.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_http_methods(GET_OR_POST)
def open_one(request: HttpRequest, reference: str) -> HttpResponse:
    """Which ticket does this dossier need beside those that opened by themselves?"""
    dossier, form = opening_page.asked(request, reference)
    if form.is_bound and form.is_valid() and form.save(by=request.user, at=timezone.now()):
        messages.success(request, _("Ticket %(number)s is open.") % {"number": form.made.number})
        return redirect(form.made)
    context = opening_page.shown(request, dossier) | {"form": form}
    return render(request, "extractions/open.html", context, status=422 if form.is_bound else 200)
