"""The pages of a dossier: where it stands, what it says, its acts, its journal."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app import journal_words
from requests_app.acts import acts_of
from requests_app.models import Dossier
from requests_app.overview import journal_of, overview
from requests_app.presentation import chapters_of
from requests_app.reading import dossier_for, frame, note_reading, require_journal, roles_for, whole_dossier_for
from requests_app.slots import notices_on, remarks_on
from requests_app.version_pieces import shown_by_version
from ui.pagination import page_of
from workflow.access_log import log_read
from workflow.proof import first_fault


@never_cache
@login_required
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """Where is it, what happens next, when, and what can I do?"""
    dossier = dossier_for(request, reference)
    context = frame(request, dossier) | {"overview": overview(request, dossier, timezone.now()), "notices": notices_on(request, dossier)}
    return render(request, "dossiers/page.html", context)


@never_cache
@login_required
@require_safe
def content(request: HttpRequest, reference: str) -> HttpResponse:
    """What the dossier says now, its pieces, and its versions as they were filed."""
    dossier = whole_dossier_for(request, reference)
    note_reading(request, dossier, "content")
    pieces = dossier.attachments.filter(removed_at=None)
    chapters = chapters_of(dossier, remarks_on(request, dossier))
    context = {"chapters": chapters, "pieces": pieces, "versions": shown_by_version(dossier, dossier.versions.select_related("filed_by"))}
    return render(request, "dossiers/page_content.html", frame(request, dossier) | context)


@never_cache
@login_required
@require_safe
def acts(request: HttpRequest, reference: str) -> HttpResponse:
    """What each step recorded: dates, references, outcomes, words and papers."""
    dossier = dossier_for(request, reference)
    note_reading(request, dossier, "acts")
    context = {"acts": acts_of(dossier), "suspensions": dossier.suspensions.all()}
    return render(request, "dossiers/page_acts.html", frame(request, dossier) | context)


@never_cache
@login_required
@require_safe
def journal(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that happened, line by line; who reads it is noted."""
    dossier = dossier_for(request, reference)
    require_journal(request, dossier)
    log_read(request.user, "journal", Dossier.subject_type, dossier.pk)
    lines = list(journal_of(dossier).filter(seq__lte=dossier.journal_seq).select_related("actor"))
    shown = page_of(lines, request, per_page=100)
    context = {"page": shown, "lines": journal_words.told(shown, roles_for(request, dossier)), "fault": first_fault(dossier, lines)}
    return render(request, "dossiers/page_journal.html", frame(request, dossier) | context)
