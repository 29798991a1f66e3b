"""Pieces of a dossier: accepted by their content, in quarantine until scanned, replaced by versions, never by the name they came with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from files.checks import inspect
from files.kinds import ACCEPTED
from files.quarantine import admit, first_state
from requests_app.models import Attachment, Dossier
from requests_app.searchable import changed
from requests_app.services import require_editable
from requests_app.states import FINAL
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, RuleBroken, WrongState

__all__ = ["ACCEPTED", "attach", "deleted_on_failure", "remove", "replace", "require_readable", "store"]


def store(dossier: Dossier, upload: UploadedFile[Any], kind: str, *, by: Any, at: datetime) -> Attachment:
    """Check a file and keep it, in quarantine if there is a scanner; the caller has checked that the person may. Raises RuleBroken."""
    columns = inspect(upload).columns()
    piece = Attachment(dossier=dossier, kind=kind, added_at=at, added_by=by, scan_state=first_state(), **columns)
    piece.file.save(piece.storage_name, upload, save=False)
    with deleted_on_failure([piece]):
        piece.save()
        admit(piece)
    return piece


@contextmanager
def deleted_on_failure(kept: list[Any]) -> Iterator[list[Any]]:
    """A file is not part of the transaction: if that fails, the files kept meanwhile are deleted here."""
    try:
        yield kept
    except BaseException:
        for piece in kept:
            piece.file.storage.delete(piece.file.name or "")
        raise


def attach(dossier: Dossier, upload: UploadedFile[Any], kind: str, *, by: Any, at: datetime) -> Attachment:
    """Add a piece to a dossier that has not reached its end; once it was filed, the addition is journalled."""
    with deleted_on_failure([]) as kept, transaction.atomic():
        lock_and_reread(dossier)
        require_editable(dossier, by, "attach")
        if dossier.state in FINAL:
            raise RuleBroken(_("The dossier has reached its end: nothing can be added."))
        piece = store(dossier, upload, kind, by=by, at=at)
        kept.append(piece)
        if dossier.submitted_at:
            record(dossier, "attach", by=by, at=at, facts={"document": piece.pk, "sha256": piece.sha256})
    return piece


def replace(old: Attachment, upload: UploadedFile[Any], *, by: Any, at: datetime) -> Attachment:
    """Put a new version in the place of a piece; the old one stays in its history. Raises RuleBroken, WrongState, NotAllowed."""
    with deleted_on_failure([]) as kept, transaction.atomic():
        lock_and_reread(old.dossier)
        _require_removable(old, by)
        piece = store(old.dossier, upload, old.kind, by=by, at=at)
        kept.append(piece)
        Attachment.objects.filter(pk=old.pk).update(removed_at=at, replaced_by=piece)
        changed("piece", old.pk, at.isoformat())
        if old.dossier.submitted_at:
            facts = {"document": piece.pk, "sha256": piece.sha256, "replaces": old.pk}
            record(old.dossier, "attach", by=by, at=at, facts=facts)
    return piece


def _require_removable(piece: Attachment, by: Any) -> None:
    """Raise unless the content is not frozen, the piece is still there, and no act of the procedure rests on it."""
    require_editable(piece.dossier, by)
    if not Attachment.objects.filter(pk=piece.pk, removed_at=None).exists():
        raise WrongState(_("This piece was removed or replaced meanwhile."))
    if piece.dossier.acts.filter(document=piece).exists():
        raise RuleBroken(Broken(_("This document belongs to an act of the procedure: it stays on file.")))


@transaction.atomic
def remove(piece: Attachment, *, by: Any, at: datetime) -> None:
    """Take a piece out of a dossier whose content is not frozen; a piece that was filed stays on file, marked as removed."""
    lock_and_reread(piece.dossier)
    _require_removable(piece, by)
    changed("piece", piece.pk, at.isoformat())
    if piece.dossier.submitted_at:
        record(piece.dossier, "attach", by=by, at=at, facts={"removed": piece.pk})
        piece.removed_at = at
        piece.save(update_fields=["removed_at"])
        return
    _destroy(piece)


def _destroy(piece: Attachment) -> None:
    """Delete a piece that was never filed, with the versions that it replaced, and their files once this is certain."""
    for older in Attachment.objects.filter(replaced_by=piece).order_by("pk"):
        _destroy(older)
    file = piece.file
    piece.delete()
    transaction.on_commit(partial(file.storage.delete, file.name or ""))


def require_readable(piece: Attachment) -> None:
    """Raise WrongState for a piece that is handed over to nobody: in quarantine, or infected."""
    if piece.is_waiting:
        raise WrongState(_("This piece is being scanned for viruses: it can be opened in a few minutes."))
    if piece.is_infected:
        raise WrongState(_("A virus was found in this piece: it was destroyed."))
