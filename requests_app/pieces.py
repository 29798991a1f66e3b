"""Pieces of a dossier: accepted by their content, stored under a name that says nothing, never by the name they came with."""

from __future__ import annotations

import hashlib
import secrets
import struct
import zipfile
from datetime import datetime
from functools import partial
from typing import Any

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from requests_app.models import Attachment, Dossier
from requests_app.services import require_editable
from requests_app.states import FINAL
from workflow.engine import lock_and_reread, record
from workflow.refusals import Broken, RuleBroken

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ACCEPTED = {PDF: ".pdf", DOCX: ".docx", ODT: ".odt"}
ACCEPT_ATTRIBUTE = ".pdf,.docx,.odt"


def content_type_of(upload: UploadedFile[Any]) -> str:
    """The type that the bytes show: PDF, DOCX or ODT; anything else raises RuleBroken."""
    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _type_of_archive(upload)
    raise RuleBroken(
        Broken(_("This type of file is not accepted (%(found)s). Send a PDF, a DOCX or an ODT.") % {"found": _guess(head)}, where="file")
    )


def _guess(head: bytes) -> str:
    try:
        return str(puremagic.from_string(head, mime=True)) or str(_("unknown type"))
    except (puremagic.PureError, ValueError):
        return str(_("unknown type"))


def _type_of_archive(upload: UploadedFile[Any]) -> str:
    """DOCX and ODT are archives: their type stands in what they hold; macros are refused."""
    try:
        with zipfile.ZipFile(upload) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError):  # all of them for bytes that only look like one
        raise RuleBroken(Broken(_("This file is damaged: it cannot be opened."), where="file")) from None
    finally:
        upload.seek(0)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise RuleBroken(Broken(_("This document holds macros. Save it without them, or as a PDF."), where="file"))
    if "word/document.xml" in names:
        return DOCX
    if "content.xml" in names and "mimetype" in names:
        return ODT
    raise RuleBroken(Broken(_("This file is an archive. Send a PDF, a DOCX or an ODT."), where="file"))


def require_size(upload: UploadedFile[Any]) -> None:
    """Raise RuleBroken for an empty file, or one larger than `UPLOAD_MAX_BYTES`."""
    if not upload.size:
        raise RuleBroken(Broken(_("This file is empty."), where="file"))
    if upload.size > settings.UPLOAD_MAX_BYTES:
        sizes = {"size": filesizeformat(upload.size), "most": filesizeformat(settings.UPLOAD_MAX_BYTES)}
        raise RuleBroken(Broken(_("This file weighs %(size)s; the limit is %(most)s.") % sizes, where="file"))


def store(dossier: Dossier, upload: UploadedFile[Any], kind: str, *, by: Any, at: datetime) -> Attachment:
    """Check a file and keep it; the caller has checked that the person may. Raises RuleBroken."""
    require_size(upload)
    content_type = content_type_of(upload)
    sha256 = hashlib.sha256()
    for chunk in upload.chunks():
        sha256.update(chunk)
    upload.seek(0)
    piece = Attachment(
        dossier=dossier,
        kind=kind,
        name=(upload.name or "document")[-200:],
        storage_name=secrets.token_hex(20) + ACCEPTED[content_type],
        content_type=content_type,
        size=upload.size or 0,
        sha256=sha256.hexdigest(),
        added_at=at,
        added_by=by,
    )
    piece.file.save(piece.storage_name, upload, save=False)
    piece.save()
    return piece


@transaction.atomic
def attach(dossier: Dossier, upload: UploadedFile[Any], kind: str, *, by: Any, at: datetime) -> Attachment:
    """Add a piece to a dossier that has not reached its end; once it was filed, the addition is journalled."""
    lock_and_reread(dossier)
    require_editable(dossier, by, "attach")
    if dossier.state in FINAL:
        raise RuleBroken(_("The dossier has reached its end: nothing can be added."))
    piece = store(dossier, upload, kind, by=by, at=at)
    if dossier.journal_seq:
        record(dossier, "attach", by=by, at=at, facts={"document": piece.pk, "sha256": piece.sha256})
    return piece


@transaction.atomic
def remove(piece: Attachment, *, by: Any, at: datetime) -> None:
    """Take a piece out of a dossier whose content is not frozen; a piece that was filed stays on file, marked as removed."""
    lock_and_reread(piece.dossier)
    require_editable(piece.dossier, by)
    if piece.dossier.acts.filter(document=piece).exists():
        raise RuleBroken(Broken(_("This document belongs to an act of the procedure: it stays on file.")))
    if piece.dossier.journal_seq:
        record(piece.dossier, "attach", by=by, at=at, facts={"removed": piece.pk})
        piece.removed_at = at
        piece.save(update_fields=["removed_at"])
        return
    file = piece.file
    piece.delete()
    transaction.on_commit(partial(file.storage.delete, file.name or ""))
