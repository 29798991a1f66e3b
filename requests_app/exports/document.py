"""A dossier as a document to read: its head, its chapters, its annexes; the PDF and the word-processor file are set from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app.models import Attachment, Dossier
from requests_app.presentation import Chapter, chapters_of
from ui.words import day_in_words, moment_in_words


@dataclass(frozen=True)
class Annex:
    """One piece, as the list of annexes names it."""

    number: int
    name: str
    kind: str
    added_on: str
    sha256: str


@dataclass(frozen=True)
class Paper:
    """Everything that the document says."""

    reference: str
    title: str
    subject: str
    facts: list[tuple[str, str]]
    chapters: list[Chapter]
    annexes: list[Annex]
    fingerprint: str
    made_at: str
    address: str
    operator: str


def paper_of(dossier: Dossier, at: datetime) -> Paper:
    """The dossier as it stands, in the reader's language; needs `for_page`. Internal notes and threads are never part of it."""
    version = dossier.versions.order_by("-number").first()
    return Paper(
        reference=dossier.reference,
        title=dossier.title,
        subject=_("Dossier of access to health data"),
        facts=_facts(dossier, version),
        chapters=chapters_of(dossier),
        annexes=[_annex(number, piece) for number, piece in enumerate(pieces_of(dossier), start=1)],
        fingerprint=version.sha256 if version and dossier.content_is_as_filed() else "",
        made_at=moment_in_words(at),
        address=settings.SITE_URL.rstrip("/") + reverse("dossiers:page", args=[dossier.reference]),
        operator=settings.OPERATOR_NAME,
    )


def pieces_of(dossier: Dossier) -> list[Attachment]:
    """The pieces that belong to the dossier now, in the order in which they came."""
    return list(dossier.attachments.filter(removed_at=None).order_by("added_at", "pk"))


def _facts(dossier: Dossier, version: Any) -> list[tuple[str, str]]:
    filed = _("Version %(number)d, filed on %(day)s") % {"number": version.number, "day": day_in_words(version.filed_at)} if version else ""
    said = [
        (_("Reference"), dossier.reference),
        (_("Procedure"), str(dossier.get_procedure_display())),
        (_("State"), str(dossier.get_state_display())),
        (_("Last filed version"), filed),
        (_("Authorisation"), " ".join(filter(None, [dossier.authorisation_number, _on(dossier.authorised_on)]))),
        (_("Amends"), dossier.amends.reference if dossier.amends else ""),
    ]
    return [(label, value) for label, value in said if value]


def _on(day: Any) -> str:
    return _("on %(day)s") % {"day": day_in_words(day)} if day else ""


def _annex(number: int, piece: Attachment) -> Annex:
    return Annex(number, piece.name, str(piece.get_kind_display()), day_in_words(piece.added_at), piece.sha256)
