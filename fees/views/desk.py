"""The desk of the tariff grids: every grid, a version with its findings, its header, its files."""

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

from fees import desk_page as pages
from fees import open_data
from fees.forms.versions import GridForm, HeaderForm, ImportForm, ReadForm
from fees.policies import may_keep

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
    """Which grids are there, in which versions, and what awaits approval?"""
    return render(request, "fees/desk/index.html", pages.list_of(request))


@never_cache
@login_required
@reads_and_writes
def new_grid(request: HttpRequest) -> HttpResponse:
    """A grid is entered."""
    pages.require_keeper(request)
    form = GridForm(sent(request))
    if form.is_valid() and form.begin(by=request.user, at=timezone.now()) and form.begun:
        messages.success(request, _("The grid is entered: draw up its first version."))
        return redirect("fees:desk_grid", form.begun.code)
    return render(request, "fees/desk/grid_form.html", {"form": form}, status=status(form))


@never_cache
@login_required
@reads_and_writes
def edit_grid(request: HttpRequest, code: str) -> HttpResponse:
    """A grid is said anew; once it is published, only its words."""
    found = pages.grid_to_keep(request, code)
    form = GridForm(sent(request), grid=found)
    if form.is_valid() and form.keep(by=request.user, at=timezone.now()):
        messages.success(request, _("The grid is saved."))
        return redirect("fees:desk_grid", code)
    return render(request, "fees/desk/grid_form.html", {"form": form, "grid": found}, status=status(form))


@never_cache
@login_required
@require_safe
def grid(request: HttpRequest, code: str) -> HttpResponse:
    """The versions of a grid."""
    found = pages.grid_for(request, code)
    versions = found.versions.select_related("author").order_by("-number")
    context = {"grid": found, "versions": versions, "keeps": may_keep(request.user), "history": pages.history_of(found)}
    return render(request, "fees/desk/grid.html", context)


@never_cache
@login_required
@reads_and_writes
def new_version(request: HttpRequest, code: str) -> HttpResponse:
    """A new version is drawn up from the last published one."""
    found = pages.grid_to_keep(request, code)
    form = HeaderForm(sent(request))
    if form.is_valid() and form.draw_up(found, by=request.user, at=timezone.now()) and form.drawn_up:
        messages.success(request, _("The draft is begun."))
        return redirect(form.drawn_up)
    return render(request, "fees/desk/header.html", {"form": form, "grid": found, "version": None}, status=status(form))


@never_cache
@login_required
@reads_and_writes
def import_version(request: HttpRequest, code: str) -> HttpResponse:
    """A new version begins with a file."""
    found = pages.grid_to_keep(request, code)
    form = ImportForm(sent(request), request.FILES or None)
    if form.is_valid() and form.anew(found, by=request.user, at=timezone.now()) and form.drawn_up:
        messages.success(request, _("The file is read: here is the draft."))
        return redirect(form.drawn_up)
    return render(request, "fees/desk/import.html", {"form": form, "grid": found, "version": None}, status=status(form))


@never_cache
@login_required
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What does this version say, what is wrong with it, what does it change, and what do I do next?"""
    found = pages.version_for(request, code, number)
    return render(request, "fees/desk/version.html", pages.page_of(request, found))


@never_cache
@login_required
@reads_and_writes
def header(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The period of a draft, the day that selects it, its note."""
    found = pages.draft_to_edit(request, code, number)
    form = HeaderForm(sent(request), version=found)
    if form.is_valid() and form.keep(by=request.user, at=timezone.now()):
        messages.success(request, _("The draft is saved."))
        return redirect(found)
    return render(request, "fees/desk/header.html", {"form": form, "grid": found.grid, "version": found}, status=status(form))


@never_cache
@login_required
@reads_and_writes
def import_into(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What would a file change in the draft?"""
    found = pages.draft_to_edit(request, code, number)
    form = ImportForm(sent(request), request.FILES or None)
    context = {"form": form, "grid": found.grid, "version": found}
    if form.is_valid() and form.compare(found) and form.found:
        return render(request, "fees/desk/import_seen.html", context | {"changes": form.found[1]})
    return render(request, "fees/desk/import.html", context, status=status(form))


@never_cache
@login_required
@require_POST
def apply_import(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A file whose differences were seen takes the place of what the draft says."""
    found = pages.draft_to_edit(request, code, number)
    form = ReadForm(request.POST)
    if form.is_valid() and form.into(found, by=request.user, at=timezone.now()) and form.report:
        messages.success(request, pages.report_in_words(form.report))
        return redirect(found)
    return render(request, "fees/desk/import.html", {"form": form, "again": ImportForm(), "grid": found.grid, "version": found}, status=422)


@never_cache
@login_required
@require_safe
def export(request: HttpRequest, code: str, number: int, ending: str) -> HttpResponse:
    """A version as a file, a draft included."""
    return open_data.file_of(request, pages.version_for(request, code, number), ending)
