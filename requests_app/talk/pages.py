"""What the pages of the exchanges and of the notes show, and who is let in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from requests_app.forms.section import author_mark
from requests_app.models import Dossier
from requests_app.policies import MAY, TEAM_ROLES
from requests_app.reading import dossier_for, frame, roles_for
from requests_app.talk.forms import MessageForm, NoteForm, SubjectForm
from requests_app.talk.models import Enclosure, Message, Note, Thread
from requests_app.talk.policies import is_open, may_write, reads_notes, side_of
from requests_app.talk.queries import threads_of
from requests_app.talk.subjects import WHOLE, Subject, subject_named, subjects_of
from requests_app.typed import typed_before
from ui.pagination import page_of
from workflow.access_log import log_read
from workflow.refusals import WrongState

PER_PAGE = 50


@dataclass(frozen=True)
class Shown:
    """A thread of the list: what it is about, and whether it is for the reader to answer."""

    subject: Subject
    thread: Any
    is_mine_to_answer: bool


@dataclass
class Place:
    """A subject of a dossier, as one reader comes to talk about it."""

    dossier: Dossier
    roles: frozenset[str]
    subject: Subject
    thread: Any

    @cached_property
    def side(self) -> str:
        """The side for which the reader speaks."""
        return side_of(self.roles)

    @property
    def may_write(self) -> bool:
        """May the reader write here?"""
        return may_write(self.roles, self.dossier)


def talked_about(request: HttpRequest, reference: str) -> Dossier:
    """The dossier, for somebody who may read its exchanges; 404 otherwise. Who only looks on leaves a trace."""
    dossier = dossier_for(request, reference)
    roles = roles_for(request, dossier)
    if not roles & MAY["read_talk"]:
        raise Http404
    if not side_of(roles):
        log_read(request.user, "talk", Dossier.subject_type, dossier.pk)
    return dossier


def place_for(request: HttpRequest, reference: str, about: str) -> Place:
    """The subject that the address names; 404 in a draft, for what is no subject, and for an empty thread to who cannot begin it."""
    dossier = talked_about(request, reference)
    code = "" if about == WHOLE else about
    thread = next((one for one in threads_of(request, dossier) if one.field == code), None)
    subjects, roles = subjects_of(dossier), roles_for(request, dossier)
    known = thread is not None or (code in subjects and may_write(roles, dossier))
    if not known or not is_open(dossier):
        raise Http404
    return Place(dossier, roles, subject_named(subjects, code), thread)


def list_page(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """All threads of a dossier, those that await the reader first, and what else one could talk about."""
    roles, subjects = roles_for(request, dossier), subjects_of(dossier)
    side = side_of(roles)
    shown = [Shown(subject_named(subjects, one.field), one, bool(side) and one.awaits == side) for one in threads_of(request, dossier)]
    context: dict[str, Any] = {"shown": shown, "is_open": is_open(dossier), "contact": settings.OPERATOR_CONTACT}
    context["form"] = SubjectForm(subjects=subjects) if may_write(roles, dossier) else None
    return frame(request, dossier) | context


def thread_page(request: HttpRequest, place: Place, form: MessageForm) -> dict[str, Any]:
    """One thread: its last messages in their order, what is new marked, and the box to answer in."""
    context: dict[str, Any] = {"place": place, "form": form if place.may_write else None, "to_secretariat": bool(place.roles & TEAM_ROLES)}
    if place.thread is None:
        return frame(request, place.dossier) | context
    rows = place.thread.messages.select_related("by").prefetch_related("enclosures").order_by("-pk")
    page = page_of(rows, request, PER_PAGE)
    for message in page:
        message.is_new = bool(place.side) and message.side != place.side and message.pk > place.thread.read_up_to
    place.thread.unread = 0 if place.side else place.thread.unread  # they are before the reader's eyes
    return frame(request, place.dossier) | context | {"page": page, "written": list(reversed(page.object_list))}


def text_place(about: str, answering: bool = False) -> str:
    """Under which name the text of a message is kept, should the session end meanwhile."""
    return f"talk/{about}"


def is_text_place(reference: str, place: str) -> bool:
    """Can one talk about this in this dossier, or did one once?"""
    dossier = Dossier.objects.filter(reference=reference).select_related("content").first()
    code = place.removeprefix("talk/")
    return dossier is not None and (code == WHOLE or code in subjects_of(dossier) or dossier.threads.filter(field=code).exists())


def message_form(request: HttpRequest, place: Place, *, answering: bool) -> MessageForm:
    """The box for a message: sent, or with what was typed before the session ended, or empty."""
    reference = place.dossier.reference
    typed = typed_before(request, reference, text_place(place.subject.in_address))
    initial = {"text": typed.get("text", "") if typed else "", "author": author_mark(request.user.pk or 0, reference)}
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    return MessageForm(*sent, subject=place.subject, answering=answering, initial=initial)


def last_shown(place: Place) -> int:
    """The key of the last message of the thread; 0 when there is none."""
    return max(place.thread.last_of_applicant, place.thread.last_of_secretariat) if place.thread else 0


def page_with(later: int) -> str:
    """The page on which stands what so many later ones follow, as the end of an address."""
    return f"?page={later // PER_PAGE + 1}" if later >= PER_PAGE else ""


def message_for(request: HttpRequest, reference: str, pk: int) -> Message:
    """A message of the dossier, for somebody who may read it; 404 otherwise."""
    dossier = talked_about(request, reference)
    found: Message = get_object_or_404(Message.objects.select_related("thread"), thread__dossier=dossier, pk=pk)
    return found


def enclosure_for(request: HttpRequest, reference: str, pk: int) -> Enclosure:
    """A file that came with a message, for somebody who may read it; 404 otherwise. Raises WrongState while it may not be handed over."""
    dossier = talked_about(request, reference)
    found: Enclosure = get_object_or_404(Enclosure, message__thread__dossier=dossier, pk=pk)
    if found.is_locked:
        raise WrongState(found.get_scan_state_display())
    return found


def noted(request: HttpRequest, reference: str) -> Dossier:
    """The dossier, for somebody who may read its notes; 404 for all others, as if there were none."""
    dossier = dossier_for(request, reference)
    roles = roles_for(request, dossier)
    if not reads_notes(roles):
        raise Http404
    if not side_of(roles):
        log_read(request.user, "notes", Dossier.subject_type, dossier.pk)
    return dossier


def notes_page(request: HttpRequest, dossier: Dossier, form: NoteForm, subjects: dict[str, Subject]) -> dict[str, Any]:
    """The notes of a dossier, the last first."""
    page = page_of(Note.objects.of_page(dossier), request, PER_PAGE)
    for note in page:
        note.subject = subject_named(subjects, note.field)
    writes = bool(roles_for(request, dossier) & MAY["write_note"])
    return frame(request, dossier) | {"page": page, "form": form if writes else None}


def thread_of(request: HttpRequest, reference: str, about: str) -> Thread:
    """The thread on a subject, to be closed; 404 when there is none."""
    place = place_for(request, reference, about)
    if place.thread is None:
        raise Http404
    place.thread.dossier = place.dossier
    thread: Thread = place.thread
    return thread
