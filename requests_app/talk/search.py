"""What search finds of the exchanges and of the notes, for whom, and where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app.searchable import INTERNAL, SOURCES, TALK, Found, Source
from requests_app.talk.models import Message, Note


def messages(keys: Sequence[int]) -> dict[int, Found]:
    """The words of messages, for those who may read the exchanges."""
    rows = Message.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "thread__dossier", "text")
    return {pk: Found(dossier, text, audience=TALK) for pk, dossier, text in rows}


def notes(keys: Sequence[int]) -> dict[int, Found]:
    """The words of notes, for the secretariat."""
    rows = Note.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "dossier", "text")
    return {pk: Found(dossier, text, audience=INTERNAL) for pk, dossier, text in rows}


def message(pk: int) -> Found | None:
    """The words of one message."""
    return messages([pk]).get(pk)


def note(pk: int) -> Found | None:
    """The words of one note."""
    return notes([pk]).get(pk)


def message_keys() -> Iterable[int]:
    """Every message, for an index that is built anew."""
    return Message.objects.order_by("pk").values_list("pk", flat=True).iterator()


def note_keys() -> Iterable[int]:
    """Every note."""
    return Note.objects.order_by("pk").values_list("pk", flat=True).iterator()


def message_address(reference: str, pk: int) -> str:
    """Where a message is read."""
    return reverse("talk:message", args=[reference, pk])


def note_address(reference: str, pk: int) -> str:
    """Where a note is read."""
    return reverse("talk:note", args=[reference, pk])


def register() -> None:
    """Tell search of both."""
    SOURCES.add(Source("message", 50, _("Message"), message, message_keys, message_address, messages))
    SOURCES.add(Source("note", 60, _("Internal note"), note, note_keys, note_address, notes, INTERNAL))
