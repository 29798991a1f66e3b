"""The applicant's screens: my dossiers, beginning one, its form section by section, filing it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from requests_app.desk import cards_of, dossiers_of
from requests_app.forms.dossier import FilingForm, NewDossierForm, ProcedureForm
from requests_app.procedures import EXPLANATIONS
from requests_app.rebased import definition_for
from requests_app.sections import SECTIONS, progress_of
from requests_app.services import begin_dossier, delete_draft
from requests_app.slots import greetings_for
from requests_app.typed import forget_typed, keeping_typed_text
from requests_app.versions import has_changed_since_filed, restore_filed_version
from requests_app.views import question_page, section_page
from ui.pagination import page_of


@never_cache
@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is expected of me, dossier by dossier?"""
    page = page_of(dossiers_of(request.user), request, per_page=10)
    context = {"page": page, "cards": cards_of(list(page), request.user), "notices": greetings_for(request)}
    return render(request, "dossiers/index.html", context)


@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose the procedure and begin a draft."""
    form = NewDossierForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        dossier = begin_dossier(by=request.user, at=timezone.now(), procedure=form.cleaned_data["procedure"])
        return redirect("dossiers:form", dossier.reference)
    return render(request, "dossiers/new.html", {"form": form, "explanations": EXPLANATIONS})


@login_required
@require_safe
def form(request: HttpRequest, reference: str) -> HttpResponse:
    """Go to the first section that lacks something, or to the first one."""
    dossier = section_page.my_dossier(request, reference)
    first = next((one.section for one in progress_of(dossier) if not one.is_complete), SECTIONS[0])
    return redirect("dossiers:section", dossier.reference, first.code)


@never_cache
@keeping_typed_text
@login_required
def section(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """One section: what do I write here, and is it enough?"""
    dossier, shown = section_page.my_dossier(request, reference), section_page.section_named(section)
    if not section_page.may_write(request.user, dossier):
        return section_page.show_frozen(request, dossier, shown)
    if "saved" in request.GET:
        forget_typed(request, reference, section)
    form = section_page.form_for(request, dossier, shown)
    if request.method == "POST":
        return section_page.answer(request, form)
    return section_page.show(request, form, put_back=form.is_bound)


@never_cache
@login_required
@require_POST
def autosave(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Save while the person types; the answer is a fragment."""
    dossier, shown = section_page.my_dossier(request, reference), section_page.section_named(section)
    if not section_page.may_write(request.user, dossier):
        return render(request, "dossiers/form/_frozen.html", {"dossier": dossier}, status=409)
    return section_page.answer_autosave(request, section_page.form_for(request, dossier, shown))


@never_cache
@login_required
@require_safe
def presence(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Who else is in the section now? A fragment that its open page asks for."""
    return section_page.show_company(request, section_page.my_dossier(request, reference), section_page.section_named(section).code)


@never_cache
@login_required
@require_safe
def preview(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole dossier as it would be filed, on one page to print or to read through."""
    dossier = section_page.my_dossier(request, reference)
    return render(request, "dossiers/form/preview.html", section_page.review(request, dossier) | {"today": timezone.now()})


@never_cache
@login_required
def procedure(request: HttpRequest, reference: str) -> HttpResponse:
    """Take another procedure for a draft; everything written is kept."""
    dossier = section_page.my_dossier(request, reference)
    form = ProcedureForm(request.POST if request.method == "POST" else None, initial={"procedure": dossier.procedure})
    before = definition_for(dossier.content)
    if form.is_valid() and form.change(dossier, by=request.user, at=timezone.now()):
        messages.success(request, _("The procedure is changed. Everything that you had written is kept."))
        return question_page.after_change(request, dossier, before, form.report)
    return render(request, "dossiers/form/procedure.html", {"dossier": dossier, "form": form})


@never_cache
@login_required
def file(request: HttpRequest, reference: str) -> HttpResponse:
    """The last look: everything that the dossier says, everything it lacks, then filing."""
    dossier = section_page.my_dossier(request, reference)
    if elsewhere := section_page.not_filed_here(dossier):
        return redirect(elsewhere)
    form = FilingForm(request.POST if request.method == "POST" else None, dossier=dossier, user=request.user)
    if form.is_valid() and form.file_dossier(by=request.user, at=timezone.now()):
        messages.success(request, _("The dossier is filed. You will receive a message at each step."))
        return redirect("dossiers:page", reference)
    context = section_page.review(request, dossier) | {"form": form, "may_file": form.may_file}
    return render(request, "dossiers/form/file.html", context | {"changed": has_changed_since_filed(dossier)})


@never_cache
@login_required
def restore(request: HttpRequest, reference: str) -> HttpResponse:
    """Go back to the content as it was filed, after a page that says what is lost."""
    dossier = section_page.my_dossier(request, reference)
    if request.method != "POST":
        return render(request, "dossiers/form/restore.html", {"dossier": dossier, "changed": has_changed_since_filed(dossier)})
    restore_filed_version(dossier, by=request.user, at=timezone.now())
    messages.success(request, _("The content is again as it was filed."))
    return redirect("dossiers:page", reference)


@never_cache
@login_required
def delete(request: HttpRequest, reference: str) -> HttpResponse:
    """Delete a draft that was never filed, after a page that names it."""
    dossier = section_page.my_dossier(request, reference)
    if request.method != "POST":
        return render(request, "dossiers/form/delete.html", {"dossier": dossier})
    delete_draft(dossier, by=request.user)
    messages.success(request, _("The draft is deleted."))
    return redirect("dossiers:index")
