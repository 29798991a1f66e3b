"""The secretariat's words: templates, their versions, a preview; and the letters of a dossier."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from requests_app.letters import pages, services
from requests_app.letters.forms import LetterForm, NewTemplateForm, WordsForm
from requests_app.letters.models import Kind, Template
from requests_app.reading import dossier_for, frame, require_on_site


@never_cache
@login_required
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Every text that the secretariat keeps."""
    require_on_site(request.user, "keep_templates")
    return render(request, "letters/templates.html", {"shelves": pages.shelves()})


@never_cache
@login_required
def template_new(request: HttpRequest) -> HttpResponse:
    """Begin a template."""
    require_on_site(request.user, "keep_templates")
    form = NewTemplateForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.begin(by=request.user):
        return redirect("letters:template", form.made.code)
    return render(request, "letters/template_new.html", {"form": form})


@never_cache
@login_required
def template(request: HttpRequest, code: str) -> HttpResponse:
    """Write the next version of a text, or try it on a dossier."""
    found, now = pages.template_for(request, code), timezone.now()
    form = WordsForm(request.POST if request.method == "POST" else None, template=found)
    if "preview" not in request.POST and form.is_valid() and form.write(by=request.user, at=now):
        messages.success(request, _("The new version is saved, and in force from now on."))
        return redirect("letters:template", code)
    return render(request, "letters/template.html", pages.editor(found, form, request, now))


@login_required
@require_POST
def template_retire(request: HttpRequest, code: str) -> HttpResponse:
    """Take a text out of use, or put it back."""
    services.retire(pages.template_for(request, code), by=request.user)
    return redirect("letters:template", code)


@never_cache
@login_required
@require_safe
def letters(request: HttpRequest, reference: str) -> HttpResponse:
    """The letters of a dossier, and the templates from which another can be written."""
    dossier = dossier_for(request, reference)
    pages.require_letters(request, dossier)
    offered = Template.objects.in_use(Kind.LETTER).order_by("name_fr", "pk") if pages.may_issue(request, dossier) else []
    context = {"letters": dossier.letters.select_related("issued_by"), "templates": offered}
    return render(request, "letters/letters.html", frame(request, dossier) | context)


@never_cache
@login_required
def letter_new(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """Write a letter from a template, and issue it."""
    dossier, now = dossier_for(request, reference), timezone.now()
    version = pages.version_to_issue(request, dossier, code)
    form = LetterForm(request.POST if request.method == "POST" else None, initial=pages.first_words(version, dossier, now))
    if form.is_valid() and form.issue(dossier, version, by=request.user, at=now):
        messages.success(request, _("The letter is issued. The team of the dossier is told."))
        return redirect("letters:letters", reference)
    context = {"form": form, "template": version.template, "holes": pages.holes(version, dossier, now)}
    return render(request, "letters/letter_new.html", frame(request, dossier) | context)


@never_cache
@login_required
@require_safe
def letter_pdf(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One letter, on paper."""
    letter = pages.letter_for(request, dossier_for(request, reference), number)
    headers = {
        "Content-Disposition": f'attachment; filename="{letter.dossier.reference}-L{number}.pdf"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(pages.pdf_of_letter(letter), content_type="application/pdf", headers=headers)
