"""The pages of the clauses: the library, a clause, a version, its form, its preview, its moves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contracts.library import pages, trying
from contracts.library.forms.clauses import ClauseForm, NewClauseForm
from contracts.library.forms.conditions import INTRICATE
from contracts.library.forms.moves import FORMS, ConfirmForm
from contracts.library.services import drafts

reads_and_writes = require_http_methods(["GET", "HEAD", "POST"])


def sent(request: HttpRequest) -> Any:
    """What was sent with a form, if one was."""
    return request.POST if request.method == "POST" else None


def status(form: Any) -> int:
    """422 for a form that comes back with errors."""
    return 422 if form.is_bound else 200


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which clauses are there, how far may each be negotiated, and what awaits approval?"""
    return render(request, "library/index.html", pages.clauses_of(request))


@never_cache
@login_required
@reads_and_writes
def new(request: HttpRequest) -> HttpResponse:
    """A clause is entered."""
    pages.require_keeper(request)
    form = NewClauseForm(sent(request))
    if form.is_valid() and form.begin(by=request.user, at=timezone.now()) and form.begun:
        return redirect("library:edit_clause", form.begun.clause.code, form.begun.number)
    return render(request, "library/new_clause.html", {"form": form}, status=status(form))


@never_cache
@login_required
@require_safe
def clause(request: HttpRequest, code: str) -> HttpResponse:
    """The versions of a clause."""
    return render(request, "library/clause.html", pages.thing_of(request, pages.clause_for(request, code)))


@never_cache
@login_required
@reads_and_writes
def new_version(request: HttpRequest, code: str) -> HttpResponse:
    """A new version is drawn up from the last approved one."""
    found = pages.clause_for(request, code)
    pages.require_keeper(request)
    form = ConfirmForm(sent(request))
    if form.is_valid() and form.attempt(lambda: drafts.draw_up_clause(found, by=request.user, at=timezone.now())):
        return redirect("library:edit_clause", code, found.versions.latest("number").number)
    return render(request, "library/new_version.html", {"form": form, "clause": found, "thing": found}, status=status(form))


@never_cache
@login_required
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What does this version say, when does it stand, what is wrong with it, what does it change?"""
    found = pages.clause_version_for(request, code, number)
    return render(request, "library/clause_version.html", pages.clause_version_of(request, found))


@never_cache
@login_required
@reads_and_writes
def edit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The words of a draft."""
    found = pages.to_edit(request, pages.clause_version_for(request, code, number))
    form = ClauseForm(sent(request), version=found)
    if form.is_valid() and form.keep(by=request.user, at=timezone.now()):
        messages.success(request, _("The draft is saved."))
        return redirect(found)
    told = {"form": form, "version": found, "clause": found.clause, "facts": pages.facts_listed(), "intricate": INTRICATE}
    return render(request, "library/clause_form.html", told, status=status(form))


@never_cache
@login_required
@require_safe
def preview(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """How would it look in a convention?"""
    found = pages.clause_version_for(request, code, number)
    tried = [trying.tried(found.text, {}, language) for language in ("fr", "en")]
    return render(request, "library/clause_preview.html", {"version": found, "clause": found.clause, "tried": tried})


@never_cache
@login_required
@reads_and_writes
def move(request: HttpRequest, code: str, number: int, act: str) -> HttpResponse:
    """A move of a version, on a page of its own that says what it does."""
    found = pages.clause_version_for(request, code, number)
    name = pages.to_move(found, act)
    form = FORMS[name](sent(request))
    if form.is_valid() and form.make(found, name, by=request.user, at=timezone.now()):
        messages.success(request, str(pages.DONE[name]))
        return redirect(found)
    return render(request, "library/move.html", pages.move_of(request, found, name) | {"form": form}, status=status(form))
