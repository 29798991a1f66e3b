"""A dossier as a file, a file as a dossier, a dossier as another one's beginning, and what it lacks for Europe."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.exports import ehds as european
from requests_app.exports import pages
from requests_app.exports.forms import ImportForm
from requests_app.exports.models import ImportReport
from requests_app.exports.portable import schema
from requests_app.exports.services import duplicate as copy_of
from requests_app.reading import dossier_for, frame, note_reading, whole_dossier_for
from requests_app.services import require_editable
from requests_app.views.section_page import my_dossier


@never_cache
@login_required
@require_safe
def index(request: HttpRequest, reference: str) -> HttpResponse:
    """In which forms the dossier can be taken away."""
    return render(request, "exports/index.html", frame(request, dossier_for(request, reference)))


@never_cache
@login_required
@require_safe
def file(request: HttpRequest, reference: str, form: str) -> HttpResponseBase:
    """The dossier in one form."""
    dossier = whole_dossier_for(request, reference)
    note_reading(request, dossier, "export")
    return pages.file_of(dossier, form, timezone.now())


@require_safe
def dossier_schema(request: HttpRequest) -> HttpResponse:
    """The published schema of an exported dossier."""
    return JsonResponse(schema(), json_dumps_params={"ensure_ascii": False, "indent": 2}, content_type="application/schema+json")


@never_cache
@login_required
@require_safe
def ehds(request: HttpRequest, reference: str) -> HttpResponse:
    """What the dossier says, and lacks, for a European application."""
    dossier = whole_dossier_for(request, reference)
    said = european.application_of(dossier)
    whole = sum(one.is_whole for one in said)
    return render(request, "exports/ehds.html", frame(request, dossier) | {"said": said, "whole": whole})


@never_cache
@login_required
def duplicate(request: HttpRequest, reference: str) -> HttpResponse:
    """Copy a dossier of one's team as a new draft, after a page that says what is copied."""
    dossier = my_dossier(request, reference)
    if request.method != "POST":
        return render(request, "exports/duplicate.html", frame(request, dossier))
    copy = copy_of(dossier, by=request.user, at=timezone.now())
    messages.success(request, _("The copy is begun as a new draft."))
    return redirect("dossiers:form", copy.reference)


@never_cache
@login_required
def import_file(request: HttpRequest) -> HttpResponse:
    """Begin a draft from a file."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid() and form.make_draft(by=request.user, at=timezone.now()):
        reported = ImportReport.objects.filter(pk=form.made.pk).exists()
        messages.success(request, _("The draft is begun from your file."))
        return redirect("exports:report" if reported else "dossiers:form", form.made.reference)
    return render(request, "exports/import.html", {"form": form})


@never_cache
@login_required
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """What an import could not take; its owner forgets it once it is dealt with."""
    dossier = my_dossier(request, reference)
    found = get_object_or_404(ImportReport, pk=dossier.pk)
    if request.method == "POST":
        require_editable(dossier, request.user)
        found.delete()
        return redirect("dossiers:form", reference)
    return render(request, "exports/report.html", frame(request, dossier) | {"lines": pages.unfit_lines(found)})
