"""A new version of a text: written once, with its annexes; its files are made in the background. Rooms above write theirs here too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.drafting.annexes import Given, Made
from contracts.models import Annex, Convention, ConventionVersion
from contracts.states import Origin
from contracts.text.document import Document, sha256, write
from workflow.engine import record
from workflow.outbox import queue
from workflow.refusals import Broken, RuleBroken

#: What the journal calls a version, by how it came to be.
ACTIONS = {
    Origin.GENERATED: "prepare",
    Origin.EDITED: "edit",
    Origin.COUNTERPARTY: "import_text",
    Origin.AGREED: "settle_proposal",
}
FORMATS = ("docx", "pdf")
KIND = "convention_file"


@transaction.atomic
def add_version(
    convention: Convention,
    document: Document,
    origin: Origin,
    *,
    by: Any,
    at: datetime,
    note: str = "",
    annexes: Iterable[Made] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> ConventionVersion:
    """Write the next version of a convention; without annexes of its own it keeps those of the version before it.

    `facts` are ids and digests that the journal notes beside those of the version.

    Raises NotAllowed, and RuleBroken where it says the same as the last one.
    """
    text = write(document)
    digest = sha256(text)
    before = convention.versions.order_by("-number").first()
    number = before.number + 1 if before else 1
    known = {"version": number, "content_sha256": digest, "origin": origin.value}
    record(convention, ACTIONS[origin], by=by, at=at, facts={**(facts or {}), **known})
    if before is not None and before.sha256 == digest:
        raise RuleBroken(Broken(_("Nothing has changed since the last version.")))
    told = {"origin": origin, "content": text, "sha256": digest, "note": note.strip(), "by": by, "at": at}
    version: ConventionVersion = convention.versions.create(number=number, **told)
    if annexes is None:
        _carry(version, before)
    else:
        _annex(version, annexes)
    convention.__dict__.pop("_latest", None)
    order_files(version)
    return version


def _annex(version: ConventionVersion, annexes: Iterable[Made]) -> None:
    """A row for each annex that is a table, and for each file."""
    for made in annexes:
        told = {"version": version, "code": made.text.code, "title": made.text.title, "source": made.text.source}
        if made.text.head:
            Annex.objects.create(**told, sha256=made.text.sha256)
        for given in made.files:
            _keep(Annex(**told, name=given.name, media_type=given.media_type, sha256=given.sha256), given)


def _keep(annex: Annex, given: Given) -> None:
    annex.file.save(given.name, ContentFile(given.content), save=False)
    annex.save()


def _carry(version: ConventionVersion, before: ConventionVersion | None) -> None:
    """The annexes of the version before: the same files under the same hashes."""
    for annex in before.annexes.order_by("pk") if before else ():
        same = {name: getattr(annex, name) for name in ("code", "title", "name", "media_type", "sha256", "source")}
        Annex.objects.create(version=version, file=annex.file.name, **same)


def order_files(version: ConventionVersion) -> None:
    """Have the files of a version made in the background."""
    for form in FORMATS:
        queue(KIND, f"{KIND}:{version.pk}:{form}", version=version.pk, format=form)
