"""The pages of the exchanges between applicant and secretariat, and of the secretariat's own notes."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.talk import pages, services
from requests_app.talk.forms import NoteForm, SubjectForm
from requests_app.talk.models import Message, Note
from requests_app.talk.subjects import subjects_of, thread_address
from requests_app.typed import forget_typed, keeping_typed_text


@never_cache
@login_required
@require_safe
def index(request: HttpRequest, reference: str) -> HttpResponse:
    """What was said about the dossier, and what awaits me?"""
    return render(request, "talk/index.html", pages.list_page(request, pages.talked_about(request, reference)))


@never_cache
@login_required
@require_safe
def choose(request: HttpRequest, reference: str) -> HttpResponse:
    """Go to what one wants to talk about."""
    form = SubjectForm(request.GET, subjects=subjects_of(pages.talked_about(request, reference)))
    if not form.is_valid():
        return redirect("talk:index", reference)
    return redirect("talk:thread", reference, form.cleaned_data["about"])


@never_cache
@partial(keeping_typed_text, place=pages.text_place, known=pages.is_text_place)
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, reference: str, about: str, answering: bool = False) -> HttpResponse:
    """What was said about this, and what do I answer?"""
    place = pages.place_for(request, reference, about)
    form = pages.message_form(request, place, answering=answering)
    if form.is_valid() and form.send(place.dossier, by=request.user, at=timezone.now()):
        forget_typed(request, reference, pages.text_place(about))
        messages.success(request, _("Your message is sent. The other side is told by e-mail."))
        return redirect(thread_address(reference, place.subject.code))
    context = pages.thread_page(request, place, form)
    if place.thread and place.side:
        services.mark_read(place.thread, pages.last_shown(place), by=request.user, at=timezone.now())
    return render(request, "talk/thread.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def close(request: HttpRequest, reference: str, about: str) -> HttpResponse:
    """Say that the question is settled."""
    services.close_thread(pages.thread_of(request, reference, about), by=request.user, at=timezone.now())
    messages.success(request, _("The exchange is closed. The next message opens it again."))
    return redirect("talk:index", reference)


@login_required
@require_safe
def message(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Go to one message, in its thread."""
    found = pages.message_for(request, reference, pk)
    later = Message.objects.filter(thread=found.thread, pk__gt=found.pk).count()
    return redirect(f"{thread_address(reference, found.thread.field)}{pages.page_with(later)}#message-{pk}")


@login_required
@require_safe
def enclosure(request: HttpRequest, reference: str, pk: int) -> HttpResponseBase:
    """Hand over a file that came with a message."""
    found = pages.enclosure_for(request, reference, pk)
    file = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.content_type)
    file.headers["X-Content-Type-Options"] = "nosniff"
    file.headers["Cache-Control"] = "private, no-store"
    return file


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, reference: str) -> HttpResponse:
    """What did we note about this dossier?"""
    dossier = pages.noted(request, reference)
    subjects = subjects_of(dossier)
    form = NoteForm(request.POST if request.method == "POST" else None, subjects=subjects)
    if form.is_valid() and form.keep(dossier, by=request.user, at=timezone.now()):
        messages.success(request, _("The note is kept. The applicant does not see it."))
        return redirect("talk:notes", reference)
    return render(request, "talk/notes.html", pages.notes_page(request, dossier, form, subjects), status=422 if form.is_bound else 200)


@login_required
@require_safe
def note(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Go to one note, in its list."""
    found = get_object_or_404(Note, dossier=pages.noted(request, reference), pk=pk)
    later = Note.objects.filter(dossier=found.dossier_id, at__gt=found.at).count()
    return redirect(f"{redirect('talk:notes', reference).url}{pages.page_with(later)}#note-{pk}")
