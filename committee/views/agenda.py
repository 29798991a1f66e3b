"""The pages of an agenda: what joins it, in which order, for how long, and what leaves it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from committee import session_page as pages
from committee.forms.agenda import AddForm, ArrangeForm, DebateForm, TakeOffForm
from committee.queries.agenda import agenda_of, overruns_by, ready

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@never_cache
@login_required
@reads_and_writes
def agenda(request: HttpRequest, reference: str) -> HttpResponse:
    """In which order, for how long, and what could still join?"""
    session = pages.session_to(request, reference, "set_agenda")
    lines = agenda_of(session, request.user)
    form = ArrangeForm(_sent(request), session=session, lines=lines)
    if form.is_valid() and form.arrange(by=request.user, at=timezone.now()):
        messages.success(request, _("Order and times are kept."))
        return redirect("committee:agenda", reference)
    context = {"session": session, "form": form, "lines": lines, "overrun": overruns_by(session, lines)}
    context |= {"candidates": ready(request.user, timezone.now()), "rights": pages.rights_on(request, session)}
    return render(request, "committee/sessions/agenda.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Ticked dossiers join the agenda."""
    session = pages.session_to(request, reference, "set_agenda")
    form = AddForm(request.POST, candidates=ready(request.user, timezone.now()))
    if form.is_valid() and form.put_on(session, by=request.user, at=timezone.now()):
        messages.success(request, _("Dossiers put on the agenda: %(count)d.") % {"count": len(form.cleaned_data["examination"])})
    for sentence in [str(error) for errors in form.errors.values() for error in errors]:
        messages.error(request, sentence)
    return redirect("committee:agenda", reference)


@never_cache
@login_required
@reads_and_writes
def debate(request: HttpRequest, reference: str, position: int) -> HttpResponse:
    """With or without a debate, and on which ground?"""
    line, session = pages.item_to(request, reference, position)
    form = DebateForm(_sent(request), item=line.item, reader=request.user)
    if form.is_valid() and form.settle(by=request.user, at=timezone.now()):
        messages.success(request, _("How the dossier is examined is kept."))
        return redirect("committee:agenda", reference)
    context = {"session": session, "line": line, "form": form, "leaving": TakeOffForm()}
    return render(request, "committee/sessions/debate.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def take_off(request: HttpRequest, reference: str, position: int) -> HttpResponse:
    """A dossier leaves the agenda."""
    line, session = pages.item_to(request, reference, position)
    leaving = TakeOffForm(request.POST)
    if leaving.is_valid() and leaving.take_off(line.item, by=request.user, at=timezone.now()):
        messages.success(request, _("The dossier has left the agenda."))
        return redirect("committee:agenda", reference)
    context = {"session": session, "line": line, "form": DebateForm(item=line.item, reader=request.user), "leaving": leaving}
    return render(request, "committee/sessions/debate.html", context, status=422)
