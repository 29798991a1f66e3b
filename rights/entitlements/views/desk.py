"""The desk: rights on databases are declared by their controllers, approved by a data protection officer, and ended."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rights.entitlements import desk_page as pages
from rights.entitlements.forms import EndForm, StatementForm, as_told
from rights.entitlements.services import declaring
from workflow.periods import paris_day

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


def sent(request: HttpRequest) -> Any:
    """What was sent with a form, if one was."""
    return request.POST if request.method == "POST" else None


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which rights are declared, and what awaits approval?"""
    pages.require_desk(request)
    return render(request, "entitlements/desk.html", pages.desk_of(request.user, paris_day(timezone.now())))


@never_cache
@login_required
@reads_and_writes
def declare(request: HttpRequest) -> HttpResponse:
    """A right is declared, or declared anew, for somebody else to approve."""
    pages.require_desk(request)
    form = StatementForm(sent(request), user=request.user, initial=_initial(request))
    if form.is_valid() and form.declare(by=request.user, at=timezone.now()):
        messages.success(request, _("It is declared. Citizens read it once a data protection officer has approved it."))
        return redirect("entitlements:desk")
    return render(request, "entitlements/declare.html", {"form": form}, status=422 if form.is_bound else 200)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """What an earlier statement said, when one is declared anew; else today."""
    today = paris_day(timezone.now())
    known = request.GET.get("depuis", "")
    return as_told(pages.statement_of(request.user, int(known), today).row, today) if known.isdecimal() else {"since": today}


@never_cache
@login_required
@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What does this statement say, and who made it?"""
    pages.require_desk(request)
    return render(request, "entitlements/statement.html", _shown(request, pk) | {"form": EndForm()})


@login_required
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Citizens read what somebody else has declared."""
    pages.require_desk(request)
    declaring.approve(_shown(request, pk)["one"].row, by=request.user, at=timezone.now())
    messages.success(request, _("It is approved: citizens read it from its first day on."))
    return redirect("entitlements:desk")


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """What nobody has approved yet is taken back."""
    pages.require_desk(request)
    declaring.discard(_shown(request, pk)["one"].row, by=request.user, at=timezone.now())
    messages.success(request, _("The statement is taken back."))
    return redirect("entitlements:desk")


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """A statement is given its last day."""
    pages.require_desk(request)
    shown = _shown(request, pk)
    form = EndForm(request.POST)
    if form.is_valid() and form.end(shown["one"].row, by=request.user, at=timezone.now()):
        messages.success(request, _("Its last day is set."))
        return redirect("entitlements:desk")
    return render(request, "entitlements/statement.html", shown | {"form": form}, status=422)


def _shown(request: HttpRequest, pk: int) -> dict[str, Any]:
    return {"one": pages.statement_of(request.user, pk, paris_day(timezone.now()))}
