"""Papers as they are given: numbered by kind and year without a gap, set once, sealed by their hashes, kept for good."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from committee.documents import opinions, sources
from committee.documents.drawing import PDF, drawn, pdf
from committee.documents.source import Chapter, Source, from_data, without
from committee.documents.word import DOCX, docx_of
from committee.models import Decision, Examination, Paper, PaperSeries, Report, Session
from committee.policies import closed_to
from committee.states import PaperKind
from ui.words import day_in_words
from workflow.engine import record
from workflow.periods import paris_day

#: What a number begins with.
PREFIX = {
    PaperKind.CONVOCATION: "CONV",
    PaperKind.AGENDA: "ODJ",
    PaperKind.REPORT: "RAP",
    PaperKind.OPINION: "AVIS",
    PaperKind.MINUTES: "PV",
    PaperKind.ATTESTATION: "ATT",
}
FORMS = {"pdf": PDF, "docx": DOCX}
#: So many chapters are set as a PDF in about a second.
SHORT = 8


def make_convocation(session: Session, *, by: Any, at: datetime) -> Paper:
    """Number and seal the convocation. Raises NotAllowed, CannotPrint."""
    with translation.override(settings.LANGUAGE_CODE):
        return _issue(sources.convocation(session), by=by, at=at, session=session)


def make_agenda(session: Session, *, by: Any, at: datetime) -> Paper:
    """Number and seal the agenda as it now stands. Raises NotAllowed, CannotPrint."""
    with translation.override(settings.LANGUAGE_CODE):
        return _issue(sources.agenda(session), by=by, at=at, session=session)


def make_minutes(session: Session, chapters: Iterable[Chapter] | None = None, *, by: Any, at: datetime) -> Paper:
    """Number and seal the minutes, from their chapters or at one go. Raises NotAllowed, CannotPrint."""
    with translation.override(settings.LANGUAGE_CODE):
        told = [sources.item_chapter(item) for item in sources.items_of(session)] if chapters is None else chapters
        return _issue(sources.minutes(session, told), by=by, at=at, session=session)


def make_report(report: Report, *, by: Any, at: datetime) -> Paper:
    """Number and seal what one rapporteur filed. Raises NotAllowed, CannotPrint."""
    with translation.override(settings.LANGUAGE_CODE):
        return _issue(opinions.report(report), by=by, at=at, examination=report.allocation.examination, report=report)


def make_opinion(decision: Decision, *, by: Any, at: datetime) -> Paper:
    """Number and seal a signed opinion. Raises NotAllowed, CannotPrint."""
    with translation.override(settings.LANGUAGE_CODE):
        return _issue(opinions.opinion(decision), by=by, at=at, examination=decision.item.examination)


def make_attestation(examination: Examination, *, by: Any, at: datetime) -> Paper:
    """Number and seal the attestation of a tacit opinion. Raises NotAllowed, CannotPrint."""
    with translation.override(settings.LANGUAGE_CODE):
        return _issue(opinions.attestation(examination), by=by, at=at, examination=examination)


@transaction.atomic
def _issue(source: Source, *, by: Any, at: datetime, **of: Any) -> Paper:
    """The series is held from the number to the end of the transaction: who comes next waits, and nothing is skipped when it fails."""
    kind = PaperKind(source.kind)
    number = _next_number(kind, at)
    whole = replace(source, number=number, made_on=day_in_words(at), operator=settings.OPERATOR_NAME, check_at=check_address(number))
    files = drawn(whole)
    paper = Paper(kind=kind, number=number, source=whole.as_data(), made_at=at, made_by=by, **of)
    paper.pdf_sha256, paper.docx_sha256 = files.pdf_sha256, files.docx_sha256
    paper.pdf.save(f"{number}.pdf", ContentFile(files.pdf), save=False)
    paper.docx.save(f"{number}.docx", ContentFile(files.docx), save=False)
    paper.save()
    facts = {"paper": paper.pk, "paper_number": number, "pdf_sha256": paper.pdf_sha256, "docx_sha256": paper.docx_sha256}
    record(paper.subject, "issue_paper" if paper.examination else "make_papers", by=by, at=at, facts=facts)
    return paper


def _next_number(kind: PaperKind, at: datetime) -> str:
    year = paris_day(at).year
    PaperSeries.objects.get_or_create(kind=kind, year=year)
    series = PaperSeries.objects.select_for_update().get(kind=kind, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{PREFIX[kind]}-{year}-{series.last:04d}"


def check_address(number: str) -> str:
    """Where anybody can check a paper."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('committee:check_paper')}?numero={number}"


def agenda_has_changed(session: Session, paper: Paper) -> bool:
    """Does the agenda say something else now than when this paper was made?"""
    with translation.override(settings.LANGUAGE_CODE):
        now = sources.agenda(session)
    then = from_data(paper.source)
    return (now.facts, now.chapters) != (then.facts, then.chapters)


def signed_since(session: Session) -> int:
    """How many opinions of a session were signed after its last minutes were made; none while there are no minutes."""
    last = Paper.objects.filter(session=session, kind=PaperKind.MINUTES).order_by("-made_at", "-pk").first()
    return Decision.objects.filter(item__session=session, signed_at__gt=last.made_at).count() if last else 0


def copy_for(paper: Paper, form: str, user: Any) -> bytes:
    """A paper of a session as this person may read it: the sealed file, or one without the dossiers in which they take no part.

    Raises CannotPrint where pages cannot be set.
    """
    source, hidden = from_data(paper.source), hidden_in(paper, user)
    if not hidden:
        with (paper.pdf if form == "pdf" else paper.docx).open("rb") as file:
            return bytes(file.read())
    with translation.override(settings.LANGUAGE_CODE):
        own = without(source, hidden)
        return pdf(own) if form == "pdf" else docx_of(own)


def hidden_in(paper: Paper, user: Any) -> frozenset[int]:
    """The dossiers of a session's paper in which this person takes no part: their copy leaves them out."""
    return closed_to(user, from_data(paper.source).dossiers) if paper.session_id else frozenset()


def is_long(paper: Paper) -> bool:
    """Does setting its pages take too long to be done while somebody waits?"""
    return len(from_data(paper.source).chapters) > SHORT


def digest_of(file: Any) -> str:
    """The SHA-256 of a file, read in pieces and kept nowhere."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def find_paper(number: str = "", sha256: str = "") -> Paper | None:
    """The paper of a number, or else the one that a file is by its hash."""
    if number:
        found: Paper | None = Paper.objects.filter(number=number).first()
        return found
    if not sha256:
        return None
    by_hash: Paper | None = Paper.objects.filter(Q(pdf_sha256=sha256) | Q(docx_sha256=sha256)).first()
    return by_hash
