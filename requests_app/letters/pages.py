"""What the pages of templates and letters show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import translation

from files.printing import pdf_of
from requests_app import policies
from requests_app.letters import services
from requests_app.letters.built_in import built_in_words
from requests_app.letters.forms import WordsForm
from requests_app.letters.models import Kind, Letter, Template, TemplateVersion
from requests_app.letters.placeholders import faults_in, filled, holes_in, offered
from requests_app.models import Dossier
from requests_app.reading import require_on_site, roles_for
from requests_app.slots import Snippet
from ui.words import day_in_words


def template_for(request: HttpRequest, code: str) -> Template:
    """The template of this code, for who keeps them; 404 for anybody else."""
    require_on_site(request.user, "keep_templates")
    found: Template = get_object_or_404(Template, code=code)
    return found


def shelves() -> list[tuple[Any, list[Template]]]:
    """Every template, by use, with the version in force: two queries."""
    found = list(Template.objects.prefetch_related("versions").order_by("kind", "name_fr", "pk"))
    return [(Kind(kind).label, [one for one in found if one.kind == kind]) for kind in Kind.values]


def editor(template: Template, form: WordsForm, request: HttpRequest, at: datetime) -> dict[str, Any]:
    """The page on which a template is written: what may stand in braces, its history, and the preview that was asked for."""
    context = {"template": template, "form": form, "placeholders": offered(template.kind)}
    context |= {"versions": template.versions.select_related("written_by"), "built_in": built_in_words(template)}
    if "preview" in request.POST and form.is_valid():
        context |= preview(form, request.user, at)
    return context


def preview(form: WordsForm, user: Any, at: datetime) -> dict[str, Any]:
    """The text with the words of a dossier that the person may see, and what is wrong with it."""
    told = form.cleaned_data
    dossier = Dossier.objects.visible_to(user).for_page().filter(reference=told["reference"].strip()).first()
    if dossier is None:
        return {"not_found": True}
    faults = [fault for part in services.PARTS for fault in faults_in(told[part], form.template.kind)]
    said: dict[str, str] = {}
    for part in services.PARTS:
        with translation.override(part[-2:]):  # a part is in the language of its last two letters
            said[part] = filled(told[part], dossier, at=at)
    return {"previewed": said, "faults": faults, "tried_on": dossier}


def letter_for(request: HttpRequest, dossier: Dossier, number: int) -> Letter:
    """One letter of the dossier, for who reads them; 404 otherwise."""
    require_letters(request, dossier)
    return get_object_or_404(Letter.objects.select_related("issued_by"), dossier=dossier, number=number)


def reads_letters(request: HttpRequest, dossier: Any) -> bool:
    """Are the letters of the dossier open to the reader?"""
    return bool(roles_for(request, dossier) & policies.MAY["read_letters"])


def require_letters(request: HttpRequest, dossier: Any) -> None:
    """Raise Http404 for somebody who may not read the letters."""
    if not reads_letters(request, dossier):
        raise Http404


def may_issue(request: HttpRequest, dossier: Dossier) -> bool:
    """May the reader issue a letter on this dossier?"""
    return bool(roles_for(request, dossier) & policies.MAY["issue_letter"])


def version_to_issue(request: HttpRequest, dossier: Dossier, code: str) -> TemplateVersion:
    """The words in force of a template of letters, for who may issue one on this dossier; 404 otherwise."""
    found = Template.objects.in_use(Kind.LETTER).filter(code=code).first() if may_issue(request, dossier) else None
    if found is None or found.in_force is None:
        raise Http404
    return found.in_force


def first_words(version: TemplateVersion, dossier: Dossier, at: datetime) -> dict[str, str]:
    """The letter as the template gives it for this dossier, before the officer's pen."""
    subject, body = services.worded(version, dossier, at=at)
    return {"subject": subject, "body": body}


def holes(version: TemplateVersion, dossier: Dossier, at: datetime) -> list[Any]:
    """What the letter tells and the dossier does not say yet."""
    return [one.label for one in holes_in("\n".join(version.said("fr")), dossier, at=at)]


def pdf_of_letter(letter: Letter) -> bytes:
    """The letter on paper. Raises CannotPrint without Pango."""
    context = {
        "letter": letter,
        "operator": settings.OPERATOR_NAME,
        "day": day_in_words(letter.issued_at),
        "contact": settings.OPERATOR_CONTACT,
    }
    return pdf_of("letters/paper.html", context)


def snippets(request: HttpRequest, dossier: Any, at: datetime) -> list[Snippet]:
    """The texts that an officer may insert where they write about this dossier, with its words."""
    if not roles_for(request, dossier) & policies.MAY["issue_letter"]:
        return []
    found = Template.objects.in_use(Kind.WORDS).prefetch_related("versions").order_by("name_fr", "pk")
    return [Snippet(one.name, filled(one.in_force.body_fr, dossier, at=at)) for one in found if one.in_force]
