"""What the outbox makes of a version: its two files, each once, and how far it is."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pypdf import PdfReader

from accounts.models import User
from contracts.drafting.documents.drawing import docx_of_version, pdf_of_version
from contracts.drafting.services.versions import FORMATS, KIND
from contracts.models import ConventionVersion, VersionFile
from workflow.engine import record
from workflow.models import MessageState, OutboxMessage
from workflow.outbox import handler, revive, still_there
from workflow.refusals import WrongState

_DRAW = {"docx": docx_of_version, "pdf": pdf_of_version}


@handler(KIND)
def deliver_file(message: OutboxMessage) -> None:
    """Make one file of a version, unless it is there."""
    rows = ConventionVersion.objects.select_related("convention")
    version: ConventionVersion = still_there(rows, pk=message.payload["version"])
    form = message.payload["format"]
    if not version.files.filter(format=form).exists():
        make_file(version, form, by=User.objects.system(), at=timezone.now())


@transaction.atomic
def make_file(version: ConventionVersion, form: str, *, by: Any, at: datetime) -> VersionFile:
    """Set a version as a file and keep it. Raises NotAllowed, CannotPrint."""
    made = _DRAW[form](version)
    pages = len(PdfReader(io.BytesIO(made)).pages) if form == "pdf" else None
    file = VersionFile(version=version, format=form, sha256=hashlib.sha256(made).hexdigest(), pages=pages, made_at=at)
    file.file.save(f"{version.convention.number}-v{version.number}.{form}", ContentFile(made), save=False)
    file.save()
    record(version.convention, "make_document", by=by, at=at, facts={"version": version.number, "format": form, "sha256": file.sha256})
    return file


@transaction.atomic
def make_again(version: ConventionVersion, *, by: Any, at: datetime) -> int:
    """Have the files made once more of which the making was given up; the answer is how many. Raises NotAllowed, WrongState."""
    record(version.convention, "make_again", by=by, at=at, facts={"version": version.number})
    given_up = list(_given_up(version, FORMATS))
    if not given_up:
        raise WrongState(_("No file of this version waits to be made again."))
    for message in given_up:
        revive(message, at)
    return len(given_up)


def _given_up(version: ConventionVersion, forms: Iterable[str]) -> Any:
    lacking = [f"{KIND}:{version.pk}:{form}" for form in forms]
    return OutboxMessage.objects.filter(kind=KIND, key__in=lacking, state=MessageState.DEAD).order_by("pk")


def is_given_up(version: ConventionVersion, form: str) -> bool:
    """Was the making of this file given up?"""
    return bool(_given_up(version, [form]).exists())


@dataclass(frozen=True)
class Progress:
    """How far the files of a version are."""

    files: dict[str, VersionFile]
    has_failed: bool

    @property
    def done(self) -> int:
        """How many are made."""
        return len(self.files)

    @property
    def total(self) -> int:
        """How many there will be."""
        return len(FORMATS)

    @property
    def is_under_way(self) -> bool:
        """Is one still to come?"""
        return self.done < self.total and not self.has_failed


def progress_of(version: ConventionVersion) -> Progress:
    """The files of a version that are made, and whether the making was given up; two queries at most."""
    files = {file.format: file for file in version.files.all()}
    lacking = [form for form in FORMATS if form not in files]
    return Progress(files, bool(lacking) and _given_up(version, lacking).exists())
