"""What the outbox makes of the committee's papers: which move asks for which, each made once, and who is told that it is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from committee.models import Decision, Examination, Member, Paper, Production, Report, Session
from committee.policies import may
from committee.services import papers, productions
from committee.states import PaperKind, SessionState
from requests_app.models import Dossier
from requests_app.notifications import team_of
from workflow import mail, outbox
from workflow.models import JournalLine, OutboxMessage
from workflow.outbox import NothingToDo, handler, queue, still_there
from workflow.refusals import NotAllowed

LETTER = "mail/committee_paper"


def papers_of_convocation(session: Session, line: JournalLine) -> None:
    """Reaction to `convene`, and to a move afterwards: the convocation and the agenda."""
    queue("committee_convocation", f"paper:convocation:{line.pk}", session=session.pk)
    queue("committee_agenda", f"paper:agenda:{line.pk}", session=session.pk)


def papers_of_move(session: Session, line: JournalLine) -> None:
    """Reaction to `reschedule`: the convocation and the agenda of a session that was convened say the day and the place anew."""
    if session.state == SessionState.CONVENED:
        papers_of_convocation(session, line)


def renew_agenda(session: Session, *, by: Any) -> None:
    """Have the agenda made again; two clicks make one. Raises NotAllowed."""
    if not may(by, "make_papers", session):
        raise NotAllowed(_("None of your roles allows you to make the agenda."))
    made = session.papers.filter(kind=PaperKind.AGENDA).count()
    queue("committee_agenda", f"paper:agenda:{session.pk}:{made}", session=session.pk)


def minutes_of_session(session: Session, line: JournalLine) -> None:
    """Reaction to `close_session`: the minutes begin to be made, in the background."""
    if not outbox.is_muted():
        productions.begin_minutes(session, by=line.actor, at=line.at)


def papers_of_dossier(dossier: Dossier, line: JournalLine) -> None:
    """Reaction to `file_report`, `record_opinion` and `deem_favourable`: whatever paper the dossier now has to have."""
    queue("committee_dossier_papers", f"paper:dossier:{line.pk}", dossier=dossier.pk)


@handler("committee_convocation")
def deliver_convocation(message: OutboxMessage) -> None:
    """Make the convocation."""
    papers.make_convocation(_session(message), by=User.objects.system(), at=timezone.now())


@handler("committee_agenda")
def deliver_agenda(message: OutboxMessage) -> None:
    """Make the agenda as it now stands; one that replaces another is told to the members."""
    session = _session(message)
    replaces = session.papers.filter(kind=PaperKind.AGENDA).exists()
    paper = papers.make_agenda(session, by=User.objects.system(), at=timezone.now())
    if replaces:
        _tell(paper, _members(session))


@handler("committee_production")
def deliver_production(message: OutboxMessage) -> None:
    """Make one step of what takes long; once minutes are there, the members are told."""
    production = still_there(Production.objects.all(), pk=message.payload["production"])
    productions.take_step(production, message.payload["step"], at=timezone.now())
    production.refresh_from_db()
    if production.paper_id:
        _tell(production.paper, _members(production.session))


@handler("committee_dossier_papers")
def deliver_dossier_papers(message: OutboxMessage) -> None:
    """Make the papers that the dossier lacks: of each report filed, of each opinion signed, of each tacit opinion."""
    dossier = still_there(Dossier.objects.select_related("content__controller"), pk=message.payload["dossier"])
    by, at = User.objects.system(), timezone.now()
    made = [papers.make_report(report, by=by, at=at) for report in _reports(dossier)]
    for decision in _decisions(dossier):
        made.append(papers.make_opinion(decision, by=by, at=at))
        _tell(made[-1], team_of(dossier))
    if tacit := _tacit(dossier):
        made.append(papers.make_attestation(tacit, by=by, at=at))
        _tell(made[-1], team_of(dossier))
    if not made:
        raise NothingToDo


def _session(message: OutboxMessage) -> Session:
    found: Session = still_there(Session.objects.all(), pk=message.payload["session"])
    return found


def _reports(dossier: Dossier) -> Iterable[Report]:
    filed = Report.objects.filter(allocation__examination__dossier=dossier, papers=None).exclude(filed_at=None)
    return filed.select_related("allocation__member__user", "allocation__examination__dossier").order_by("filed_at", "pk")


def _decisions(dossier: Dossier) -> Iterable[Decision]:
    """Opinions signed in the house that have no paper yet; one transcribed from paper has its own."""
    signed = Decision.objects.filter(item__examination__dossier=dossier, carried=True).exclude(signed_at=None)
    written = Paper.objects.filter(kind=PaperKind.OPINION, examination__dossier=dossier).values("examination")
    return signed.exclude(item__examination__in=written).select_related("item__session", "item__examination", "signed_by").order_by("pk")


def _tacit(dossier: Dossier) -> Examination | None:
    """The last examination, when the law has deemed its opinion favourable and no paper says so yet."""
    last: Examination | None = Examination.objects.filter(dossier=dossier).order_by("-number").first()
    if last is None or dossier.opinion != "tacit" or last.papers.filter(kind=PaperKind.ATTESTATION).exists():
        return None
    return last


def _members(session: Session) -> Iterable[User]:
    return User.objects.filter(committee_member__in=Member.objects.sitting(session.day)).order_by("pk")


def _tell(paper: Paper, people: Iterable[User]) -> None:
    """A letter that holds the number and the address of the paper, never the paper."""
    for person in people:
        mail.write_to(person.pk, LETTER, f"committee-paper:{paper.pk}", paper=paper.pk)


@mail.context(LETTER)
def _shown(payload: dict[str, Any]) -> dict[str, Any]:
    paper = still_there(Paper.objects.select_related("session", "examination__dossier"), pk=payload["paper"])
    address = settings.SITE_URL.rstrip("/") + reverse("committee:paper", args=[paper.number, "pdf"])
    return {"paper": paper, "kind": paper.get_kind_display(), "about": paper.subject.reference, "address": address}
