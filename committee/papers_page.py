"""What the pages of the papers show: a session's papers for one reader, how far a production is, and a file to hand over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from committee.documents.sources import items_of
from committee.models import Examination, Item, Paper, Production, Session
from committee.policies import closed_to, may
from committee.queries.papers import papers_of, papers_of_dossiers, readable_papers
from committee.services.papers import FORMS, agenda_has_changed, copy_for, hidden_in, is_long, signed_since
from committee.services.productions import may_download
from committee.states import TO_COME, PaperKind, SessionState
from requests_app.models import Dossier
from workflow.access_log import log_read


@dataclass(frozen=True)
class Line:
    """One dossier of the agenda; nothing but its place for who takes no part in it."""

    place: int
    item: int
    dossier: Dossier | None
    papers: list[Paper]


@dataclass(frozen=True)
class PapersShown:
    """The papers of a session, as one reader sees them."""

    session: Session
    papers: list[Paper]
    lines: list[Line]
    productions: list[Production]
    is_whole: bool
    may_make: bool
    agenda_has_changed: bool
    #: The minutes that are being made just now, whoever asked for them.
    minutes_under_way: Production | None
    #: How many opinions were signed after the minutes were made.
    signed_since: int = 0

    @property
    def archive_days(self) -> int:
        """For how many days an archive is kept."""
        days: int = settings.COMMITTEE_ARCHIVE_DAYS
        return days

    @property
    def may_make_minutes(self) -> bool:
        """May the reader have the minutes made, or made again?"""
        return self.may_make and self.session.state == SessionState.HELD and self.minutes_under_way is None

    @property
    def has_minutes(self) -> bool:
        """Do the minutes stand already?"""
        return any(paper.kind == PaperKind.MINUTES for paper in self.papers)


def session_for(request: HttpRequest, reference: str) -> Session:
    """The session whose papers the reader may see; 404 otherwise."""
    session = get_object_or_404(Session, reference=reference)
    if not may(request.user, "read_papers", session):
        raise Http404
    return session


def papers_shown(request: HttpRequest, session: Session) -> PapersShown:
    """The papers of a session and of its dossiers that this reader may download."""
    items, papers = items_of(session), papers_of(session)
    hidden = closed_to(request.user, [item.examination.dossier_id for item in items])
    held = papers_of_dossiers([item for item in items if item.examination.dossier_id not in hidden], request.user)
    agendas = [paper for paper in papers if paper.kind == PaperKind.AGENDA]
    makes = may(request.user, "make_papers", session)
    return PapersShown(
        session=session,
        papers=papers,
        lines=[_line(item, hidden, held) for item in items],
        productions=list(session.productions.filter(asked_by=request.user.pk).select_related("paper").order_by("-asked_at")[:5]),
        is_whole=not hidden,
        may_make=makes,
        agenda_has_changed=makes and session.state in TO_COME and any(agenda_has_changed(session, paper) for paper in agendas),
        minutes_under_way=session.minutes_under_way(),
        signed_since=signed_since(session) if makes and session.state == SessionState.HELD else 0,
    )


def _line(item: Item, hidden: frozenset[int], held: dict[int, list[Paper]]) -> Line:
    if item.examination.dossier_id in hidden:
        return Line(item.position, item.pk, None, [])
    return Line(item.position, item.pk, item.examination.dossier, held.get(item.examination_id, []))


def production_for(request: HttpRequest, pk: int) -> Production:
    """A production that the reader asked for; 404 otherwise."""
    found: Production = get_object_or_404(Production.objects.select_related("session", "paper"), pk=pk, asked_by=request.user.pk)
    return found


def production_shown(request: HttpRequest, found: Production) -> dict[str, Any]:
    """How far it is, and whether its archive is still open to the reader."""
    return {"production": found, "session": found.session, "may_download": may_download(request.user, found)}


def archive_of(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The archive that the reader asked for, while they may still see all that is in it."""
    production = production_for(request, pk)
    if not may_download(request.user, production):
        raise Http404
    log_read(request.user, "committee_archive", Session.subject_type, production.session_id)
    name = f"{production.session.reference}.zip"
    return _closed(FileResponse(production.file.open("rb"), as_attachment=True, filename=name, content_type="application/zip"))


def paper_of(request: HttpRequest, number: str, form: str) -> HttpResponseBase:
    """A paper that the reader may download, as a file; 404 otherwise."""
    found = readable_papers(request.user, Paper.objects.filter(number=number).for_reading())
    if not found or form not in FORMS:
        raise Http404
    if form == "pdf" and is_long(found[0]) and hidden_in(found[0], request.user):
        messages.info(
            request,
            _(
                "Your own copy of this paper is long to set as a PDF: it is in the archive that you can gather below. Its "
                "word-processor file can be downloaded at once."
            ),
        )
        return redirect("committee:papers", found[0].subject.reference)
    log_read(request.user, "committee_paper", found[0].subject.subject_type, found[0].subject.pk)
    response = HttpResponse(copy_for(found[0], form, request.user), content_type=FORMS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{found[0].number}.{form}"'
    return _closed(response)


def _closed(response: HttpResponseBase) -> HttpResponseBase:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def dossier_papers(request: HttpRequest, examination: Examination) -> dict[str, Any] | None:
    """The papers of a dossier on the committee's tab."""
    held = Paper.objects.filter(examination__dossier=examination.dossier_id).for_reading().order_by("-made_at", "-pk")
    papers = readable_papers(request.user, held)
    return {"papers": papers} if papers else None


def opinion_papers(request: HttpRequest, dossier: Any) -> list[Paper]:
    """The opinions and attestations of a dossier that this reader may download, the last first."""
    kinds = (PaperKind.OPINION, PaperKind.ATTESTATION)
    return readable_papers(request.user, Paper.objects.filter(examination__dossier=dossier, kind__in=kinds).for_reading())
