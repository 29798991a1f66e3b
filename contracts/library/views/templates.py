"""The pages of the templates: the list, a template, a version with its clauses in order, its preview, its moves."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from contracts.library import pages, trying
from contracts.library.forms.moves import FORMS
from contracts.library.forms.templates import DossierForm, NewTemplateForm, NewVersionForm, TemplateForm
from contracts.library.services.arranging import arrange as arranged
from contracts.library.views.clauses import reads_and_writes, sent, status


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Which templates are there, for which kinds, and what awaits approval?"""
    return render(request, "library/templates.html", pages.templates_of(request))


@never_cache
@login_required
@reads_and_writes
def new(request: HttpRequest) -> HttpResponse:
    """A template is entered."""
    pages.require_keeper(request)
    form = NewTemplateForm(sent(request), initial={"since": timezone.localdate()})
    if form.is_valid() and form.begin(by=request.user, at=timezone.now()) and form.begun:
        return redirect("library:edit_template", form.begun.template.code, form.begun.number)
    return render(request, "library/new_template.html", {"form": form}, status=status(form))


@never_cache
@login_required
@require_safe
def template(request: HttpRequest, code: str) -> HttpResponse:
    """The versions of a template."""
    return render(request, "library/template.html", pages.thing_of(request, pages.template_for(request, code)))


@never_cache
@login_required
@reads_and_writes
def new_version(request: HttpRequest, code: str) -> HttpResponse:
    """A new version is drawn up from the last approved one."""
    found = pages.template_for(request, code)
    pages.require_keeper(request)
    form = NewVersionForm(sent(request), initial={"since": timezone.localdate()})
    if form.is_valid() and form.begin(found, by=request.user, at=timezone.now()) and form.begun:
        return redirect(form.begun)
    return render(request, "library/new_version.html", {"form": form, "template": found, "thing": found}, status=status(form))


@never_cache
@login_required
@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Which clauses, in which order, under which conditions; is everything said that the law wants to be said?"""
    found = pages.template_version_for(request, code, number)
    return render(request, "library/template_version.html", pages.template_version_of(request, found))


@never_cache
@login_required
@reads_and_writes
def edit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Title, first day, annexes, required facts of a draft."""
    found = pages.to_edit(request, pages.template_version_for(request, code, number))
    form = TemplateForm(sent(request), version=found)
    if form.is_valid() and form.keep(by=request.user, at=timezone.now()):
        messages.success(request, _("The draft is saved."))
        return redirect(found)
    return render(request, "library/template_form.html", {"form": form, "version": found, "template": found.template}, status=status(form))


@login_required
@require_POST
def arrange(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One press of a button of the draft's page: up, down, remove, add, newest words."""
    found = pages.to_edit(request, pages.template_version_for(request, code, number))
    arranged(found, pages.asked_of(request), by=request.user, at=timezone.now())
    return redirect(f"{found.get_absolute_url()}#clauses")


@never_cache
@login_required
@require_safe
def preview(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The template tried out on a dossier, or on examples."""
    found = pages.template_version_for(request, code, number)
    form = DossierForm(request.GET, user=request.user)
    spoken = pages.spoken_in(request)
    told = {"version": found, "template": found.template, "form": form, "dossier": form.chosen, "spoken": spoken}
    return render(request, "library/template_preview.html", told | {"tried": trying.tried_template(found, form.chosen, spoken)})


@never_cache
@login_required
@reads_and_writes
def move(request: HttpRequest, code: str, number: int, act: str) -> HttpResponse:
    """A move of a version, on a page of its own that says what it does."""
    found = pages.template_version_for(request, code, number)
    name = pages.to_move(found, act)
    form = FORMS[name](sent(request))
    if form.is_valid() and form.make(found, name, by=request.user, at=timezone.now()):
        messages.success(request, str(pages.DONE[name]))
        return redirect(found)
    return render(request, "library/move.html", pages.move_of(request, found, name) | {"form": form}, status=status(form))
