"""The pieces of a dossier: the list with adding one, handing one over, removing one, and the documents to start from."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from files.kinds import DOCX
from requests_app import piece_templates, pieces
from requests_app.forms.pieces import PieceForm
from requests_app.models import Attachment, Dossier
from requests_app.policies import TEAM_ROLES, roles_on
from requests_app.views import section_page
from workflow.access_log import log_read


@never_cache
@login_required
def listed(request: HttpRequest, reference: str) -> HttpResponse:
    """The pieces that the procedure asks for, those that are there, and adding one."""
    dossier = section_page.my_dossier(request, reference)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PieceForm(*sent, dossier=dossier, asked=request.GET)
    if form.is_valid() and form.keep(by=request.user, at=timezone.now()):
        messages.success(request, form.said)
        return redirect("dossiers:pieces", reference)
    return render(request, "dossiers/form/pieces.html", section_page.pieces_shown(request, dossier) | {"form": form})


@login_required
@require_safe
def handed_over(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """Hand a piece over, as a file to save, to somebody who may see the dossier; nothing that is in quarantine."""
    dossier = get_object_or_404(Dossier.objects.visible_to(request.user).select_related("content"), reference=reference)
    found = get_object_or_404(Attachment, dossier=dossier, pk=pk)
    pieces.require_readable(found)
    if not roles_on(request.user, dossier) & TEAM_ROLES:
        log_read(request.user, "piece", Dossier.subject_type, dossier.pk)
    file = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type)
    file.headers["X-Content-Type-Options"] = "nosniff"
    file.headers["Cache-Control"] = "private, no-store"
    return file


@never_cache
@login_required
def removed(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Take a piece out, after a page that names it."""
    dossier = section_page.my_dossier(request, reference)
    found = get_object_or_404(Attachment, dossier=dossier, pk=pk, removed_at=None)
    if request.method != "POST":
        return render(request, "dossiers/form/piece_remove.html", {"dossier": dossier, "piece": found})
    pieces.remove(found, by=request.user, at=timezone.now())
    messages.success(request, _("The piece is removed."))
    return redirect("dossiers:pieces", reference)


@require_safe
def template(request: HttpRequest, code: str) -> HttpResponse:
    """A document to start from, for anybody."""
    return _document(code, "", "")


@login_required
@require_safe
def template_of_dossier(request: HttpRequest, reference: str, code: str) -> HttpResponse:
    """The same, with the title and the reference of one's dossier in it."""
    dossier = section_page.my_dossier(request, reference)
    return _document(code, dossier.content.heading, dossier.reference)


def _document(code: str, title: str, reference: str) -> HttpResponse:
    if code not in piece_templates.TEMPLATES:
        raise Http404
    answer = HttpResponse(piece_templates.document(code, title=title, reference=reference), content_type=DOCX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{piece_templates.TEMPLATES[code].file_name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
