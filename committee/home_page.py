"""The home page of the committee: what a member has to do before the next session, and what the secretariat has to prepare."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest

from committee.models import Allocation, Examination, InterestAnswer, Member, Recusal, Session
from committee.policies import may_on_site
from committee.queries.agenda import agenda_of, open_to, ready, tally
from committee.queries.dues import due_of, sessions_of
from committee.queries.preparing import missing_in
from committee.queries.sessions import check_calendar, expected_roll, roster
from committee.queries.votes import to_sign
from committee.services.standing_in import undecidable
from committee.states import SessionState
from requests_app.states import State
from ui.navigation import address_of
from workflow.periods import paris_day

#: How many lines of a list the home page shows before it says how many more there are.
SHOWN = 8


def may_enter(user: Any) -> bool:
    """Does the person have something to do or to see in the committee's room?"""
    return bool(user.is_authenticated and (may_on_site(user, "see_sessions") or may_on_site(user, "report")))


def home_of(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What the reader finds, by what they are; 404 for who has no business here."""
    user = request.user
    if not may_enter(user):
        raise Http404
    member = Member.objects.filter(user=user.pk).first()
    session = _next_session() if may_on_site(user, "see_sessions") else None
    shown: dict[str, Any] = {"member": member, "session": session, "sees_sessions": may_on_site(user, "see_sessions")}
    names = any(may_on_site(user, action) for action in ("name_delegates", "keep_members", "plan_sessions"))
    shown |= {"to_sign": to_sign(user, at), "undecidable": len(undecidable()) if names else 0}
    shown |= _of_session(request, session, at) if session else {}
    shown |= _of_member(member, at) if member else {}
    return shown | (_of_secretariat(user, at) if may_on_site(user, "plan_sessions") else {})


def _next_session() -> Session | None:
    """The session that is open, or else the next one."""
    live = Session.objects.filter(state__in=[SessionState.OPEN, SessionState.CONVENED, SessionState.PLANNED])
    found: Session | None = live.filter(state=SessionState.OPEN).order_by("starts_at").first() or live.order_by("starts_at", "pk").first()
    return found


def _of_session(request: HttpRequest, session: Session, at: datetime) -> dict[str, Any]:
    seats = roster(session)
    mine = next((seat for seat in seats if seat.member.user_id == request.user.pk), None)
    lines = agenda_of(session, request.user)
    leads = may_on_site(request.user, "plan_sessions")
    return {
        "mine": mine,
        "call": expected_roll(session, seats),
        "is_forecast": session.state != SessionState.OPEN,
        "dossiers": sum(not line.item.ending for line in lines),
        "missing": missing_in(session, lines, seats, at) if leads else [],
        "papers_url": address_of("committee:papers", reference=session.reference),
    }


def _of_member(member: Member, at: datetime) -> dict[str, Any]:
    """The dossiers with an interest to declare, and the reports to write, each with its day."""
    undeclared = _undeclared(member)
    reports = _reports(member)
    return {
        "undeclared": undeclared[:SHOWN],
        "undeclared_more": max(0, len(undeclared) - SHOWN),
        "reports": reports,
        "reports_url": address_of("committee:my_reports"),
    }


def _undeclared(member: Member) -> list[dict[str, Any]]:
    """The dossiers before the committee on which the member has said nothing; those of the next sessions first."""
    answered = InterestAnswer.objects.filter(member=member).values("examination")
    left = Recusal.objects.filter(member=member, lifted_at=None).values("dossier")
    seen = open_to(member.user).filter(state=State.WITH_COMMITTEE)
    found = Examination.objects.open().filter(dossier__in=seen).exclude(pk__in=answered).exclude(dossier__in=left)
    examinations = list(found.select_related("dossier__content").order_by("received_at", "pk"))
    sessions = sessions_of(one.pk for one in examinations)
    rows = [
        {
            "dossier": one.dossier,
            "session": sessions.get(one.pk),
            "url": address_of("committee:interests", reference=one.dossier.reference),
        }
        for one in examinations
    ]
    return sorted(rows, key=lambda row: (row["session"] is None, row["session"] and row["session"].starts_at))


def _reports(member: Member) -> list[dict[str, Any]]:
    live = Allocation.objects.filter(member=member, ended_at=None, examination__closed_at=None, report__filed_at=None)
    seen = live.filter(examination__dossier__in=open_to(member.user))
    found = list(seen.select_related("examination__dossier__content").order_by("allocated_at", "pk"))
    sessions = sessions_of(one.examination_id for one in found)
    return [
        {
            "dossier": one.examination.dossier,
            "due_at": due_of(one, sessions.get(one.examination_id)),
            "url": address_of("committee:report", reference=one.examination.dossier.reference),
        }
        for one in found
    ]


def _of_secretariat(user: Any, at: datetime) -> dict[str, Any]:
    """The calendar held against its rules, what waits for an agenda, what is urgent, and the minutes to approve."""
    candidates = ready(user, at)
    urgent = [one for one in candidates if one.examination.urgent]
    return {
        "leads": True,
        "calendar": check_calendar(paris_day(at)),
        "waiting": tally(candidates),
        "waiting_total": len(candidates),
        "first": candidates[0] if candidates else None,
        "urgent": urgent,
        "allocate_url": address_of("committee:to_allocate") if may_on_site(user, "see_allocation") else "",
        "to_approve": list(Session.objects.filter(state=SessionState.HELD).order_by("starts_at", "pk")),
    }
