"""What a file really is: its size, its type by its content, and nothing in it that could harm who opens it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import IO, Any

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from files import office
from files.kinds import ACCEPTED, PDF
from files.names import display_name
from files.refused import FileRefused, Reason, unknown_type

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What an encrypted DOCX holds: an OLE container with this stream, its name in UTF-16.
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
PROGRAMS = (
    *(b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"@echo"),
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a Windows shortcut
)
ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd", b"MSCF", b"PK\x05\x06")


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: its true type, the name to show, a name to store it under that says nothing, its size and digest."""

    content_type: str
    name: str
    storage_name: str
    size: int
    sha256: str

    def columns(self) -> dict[str, Any]:
        """The same as columns of a `KeptFile`."""
        return {
            "content_type": self.content_type,
            "name": self.name,
            "storage_name": self.storage_name,
            "size": self.size,
            "sha256": self.sha256,
        }


def inspect(upload: UploadedFile[Any]) -> Inspected:
    """Check a file that was sent, whatever its name says. Raises FileRefused with the one sentence that fits."""
    require_size(upload)
    content_type = content_type_of(upload)
    sha256 = hashlib.sha256()
    for chunk in upload.chunks():
        sha256.update(chunk)
    upload.seek(0)
    storage_name = secrets.token_hex(20) + ACCEPTED[content_type]
    return Inspected(content_type, display_name(upload.name, content_type), storage_name, upload.size or 0, sha256.hexdigest())


def require_size(upload: UploadedFile[Any]) -> None:
    """Raise FileRefused for an empty file, or one larger than `UPLOAD_MAX_BYTES`."""
    if not upload.size:
        raise FileRefused(Reason.EMPTY)
    if upload.size > settings.UPLOAD_MAX_BYTES:
        sizes = {"size": filesizeformat(upload.size), "most": filesizeformat(settings.UPLOAD_MAX_BYTES)}
        raise FileRefused(Reason.TOO_LARGE, sizes)


def content_type_of(upload: IO[bytes] | UploadedFile[Any]) -> str:
    """The type that the bytes show, once nothing in them was found harmful. Raises FileRefused."""
    upload.seek(0)
    head = upload.read(8192)
    try:
        return _checked(upload, head)
    finally:
        upload.seek(0)


def _checked(upload: Any, head: bytes) -> str:
    if head.startswith(b"%PDF-"):
        from files import pdf  # the reader of PDF weighs 17 MB: the process that needs it loads it

        pdf.check(upload)
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return office.check(upload)
    raise _why_not(upload, head)


def _why_not(upload: Any, head: bytes) -> FileRefused:
    """Which refusal fits bytes that do not begin as an accepted type does."""
    if head.startswith(OLE):
        upload.seek(0)
        return FileRefused(Reason.ENCRYPTED if ENCRYPTED_STREAM in upload.read() else Reason.OLD_OFFICE)
    if head.startswith(PROGRAMS):
        return FileRefused(Reason.PROGRAM)
    if b"%PDF-" in head[:1100] or b"PK\x03\x04" in head[:1100]:
        return FileRefused(Reason.DISGUISED)
    if head.startswith(ARCHIVES):
        return FileRefused(Reason.ARCHIVE)
    return FileRefused(Reason.WRONG_TYPE, {"found": _guess(head)})


def _guess(head: bytes) -> str:
    """What the bytes look like, as a media type."""
    if head.lstrip()[:200].lower().startswith((b"<!doctype html", b"<html", b"<script")):
        return "text/html"
    try:
        return str(puremagic.from_string(head, mime=True)) or _as_text(head)
    except (puremagic.PureError, ValueError):
        return _as_text(head)


def _as_text(head: bytes) -> str:
    return unknown_type() if b"\x00" in head else "text/plain"
