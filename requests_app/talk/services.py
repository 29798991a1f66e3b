"""Writing a message or a note, reading, closing: what changes, and the line of the journal that goes with it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from files.checks import Inspected, inspect
from files.quarantine import admit, first_state
from requests_app.models import Dossier
from requests_app.policies import may, roles_on
from requests_app.searchable import changed
from requests_app.talk.models import LONGEST_TEXT, Enclosure, Message, Note, Reading, Side, Thread
from requests_app.talk.notifications import announce
from requests_app.talk.policies import is_open, reads_notes, side_of
from requests_app.talk.subjects import subjects_of
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, NotAllowed, RuleBroken, WrongState
from workflow.seals import text_digest

MOST_ENCLOSURES = 5


def write_message(dossier: Dossier, about: str, text: str, *, by: Any, at: datetime, uploads: Iterable[Any] = ()) -> Message:
    """Write to the other side about a subject of the dossier; the thread is opened, or opened again, as needed.

    Raises NotAllowed, WrongState in a draft, RuleBroken for an empty text, a refused file or a subject that is none: then
    nothing is kept. The other side is told by e-mail a little later.
    """
    said, files = _checked_text(text), [(upload, inspect(upload)) for upload in _few(uploads)]
    kept: list[Enclosure] = []
    try:
        with transaction.atomic():
            lock_and_reread(dossier)
            side = _side_writing(dossier, by)
            thread = _thread_on(dossier, about, by=by, at=at)
            message = Message.objects.create(thread=thread, at=at, by=by, side=side, text=said, salt=secrets.token_hex(16))
            for upload, found in files:
                kept.append(_enclose(message, upload, found, at))
            _note_written(thread, message, kept)
            mark_read(thread, message.pk, by=by, at=at)
            announce(dossier, Side(side).other, at)
    except BaseException:
        for one in kept:
            one.file.delete(save=False)
        raise
    return message


def _note_written(thread: Thread, message: Message, kept: list[Enclosure]) -> None:
    """The thread's last word, which opens it again, the line of the journal, and the search."""
    setattr(thread, f"last_of_{message.side}", message.pk)
    thread.closed_at = thread.closed_by = None
    thread.save(update_fields=[f"last_of_{message.side}", "closed_at", "closed_by"])
    facts: dict[str, Any] = {"thread": thread.pk, "message": message.pk, "side": message.side}
    facts["text_sha256"] = text_digest(message.salt, message.text)
    if kept:
        facts["enclosures"] = [{"id": one.pk, "sha256": one.sha256} for one in kept]
    record(thread.dossier, "write_message", by=message.by, at=message.at, facts=facts)
    changed("message", message.pk, "written")


def _checked_text(text: str) -> str:
    said = text.strip()
    if not said:
        raise RuleBroken(Broken(_("Write something: an empty text is not kept."), where="text"))
    if len(said) > LONGEST_TEXT:
        raise RuleBroken(Broken(_("This text is too long: at most %(most)d characters.") % {"most": LONGEST_TEXT}, where="text"))
    return said


def _few(uploads: Iterable[Any]) -> list[Any]:
    sent = list(uploads)
    if len(sent) > MOST_ENCLOSURES:
        raise RuleBroken(Broken(_("At most %(most)d files with one message.") % {"most": MOST_ENCLOSURES}, where="file"))
    return sent


def _side_writing(dossier: Dossier, by: Any) -> str:
    """The side for which the person writes. Raises NotAllowed or WrongState."""
    if not may(by, "write_message", dossier):
        raise NotAllowed(_("You may read the exchanges of this dossier but not write in them."))
    if not is_open(dossier):
        raise WrongState(_("Exchanges open once the dossier is filed."))
    return side_of(roles_on(by, dossier))


def _thread_on(dossier: Dossier, about: str, *, by: Any, at: datetime) -> Thread:
    """The thread on a subject, opened now if there is none. Raises RuleBroken for a subject that is none."""
    found: Thread | None = Thread.objects.filter(dossier=dossier, field=about).first()
    if found:
        found.dossier = dossier
        return found
    if about not in subjects_of(dossier):
        raise RuleBroken(Broken(_("Choose what the exchange is about."), where="about"))
    thread: Thread = Thread.objects.create(dossier=dossier, field=about, opened_at=at, opened_by=by)
    record(dossier, "open_thread", by=by, at=at, facts={"thread": thread.pk, "about": about})
    return thread


def _enclose(message: Message, upload: Any, found: Inspected, at: datetime) -> Enclosure:
    """Keep a file that came with a message, in quarantine if there is a scanner."""
    enclosure = Enclosure(message=message, added_at=at, scan_state=first_state(), **found.columns())
    enclosure.file.save(found.storage_name, upload, save=False)
    enclosure.save()
    admit(enclosure)
    return enclosure


@transaction.atomic
def close_thread(thread: Thread, *, by: Any, at: datetime) -> None:
    """Say that the question is settled; the next message opens the thread again."""
    dossier = thread.dossier
    lock_and_reread(dossier)
    thread = Thread.objects.get(pk=thread.pk)
    if thread.closed_at:
        raise WrongState(_("This exchange is closed already."))
    record(dossier, "close_thread", by=by, at=at, facts={"thread": thread.pk, "about": thread.field})
    thread.closed_at, thread.closed_by = at, by
    thread.save(update_fields=["closed_at", "closed_by"])


def mark_read(thread: Thread, up_to: int, *, by: Any, at: datetime) -> None:
    """Note how far somebody has read a thread; a page opened before another does not take it back."""
    reading, new = Reading.objects.get_or_create(thread=thread, user=by, defaults={"read_up_to": up_to, "at": at})
    if not new and reading.read_up_to < up_to:
        Reading.objects.filter(pk=reading.pk, read_up_to__lt=up_to).update(read_up_to=up_to, at=at)


@transaction.atomic
def write_note(dossier: Dossier, text: str, *, by: Any, at: datetime, about: str = "") -> Note:
    """Note something for the secretariat only. It has no line in the journal, which the applicant reads: the row names author and day."""
    said = _checked_text(text)
    lock_and_reread(dossier)
    if not (may(by, "write_note", dossier) and reads_notes(roles_on(by, dossier))):
        raise NotAllowed(_("Only the secretariat writes notes on a dossier."))
    if about not in subjects_of(dossier):
        raise RuleBroken(Broken(_("Choose what the note is about."), where="about"))
    note: Note = Note.objects.create(dossier=dossier, field=about, at=at, by=by, text=said)
    changed("note", note.pk, "written")
    return note
