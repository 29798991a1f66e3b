"""What the pages of a session show to one reader: the session, its agenda, who comes, what is missing and what may be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from committee.models import Item, Session
from committee.policies import MAY, closed_to, may, may_on_site
from committee.queries.agenda import Line, agenda_of, overruns_by
from committee.queries.history import history_of
from committee.queries.preparing import missing_in
from committee.queries.sessions import Seat, expected_roll, roll_of, roster
from committee.services.papers import signed_since
from committee.states import OVER, TO_COME, Debate, Presence, SessionState
from ui import pagination
from ui.navigation import address_of
from workflow.engine import available
from workflow.refusals import NotAllowed


@dataclass(frozen=True)
class Step:
    """The one thing to do next: its words, its address, and whether a button of the page itself does it."""

    label: Any
    url: str
    posts: bool = False


def require_room(request: HttpRequest, action: str = "see_sessions") -> None:
    """Raise Http404 for somebody who may not see the pages of the committee's sessions."""
    if not may_on_site(request.user, action):
        raise Http404


def session_for(request: HttpRequest, reference: str) -> Session:
    """The session of this reference, for who may see sessions; 404 otherwise."""
    require_room(request)
    found: Session = get_object_or_404(Session.objects.select_related("chair__user", "approved_in"), reference=reference)
    return found


def session_to(request: HttpRequest, reference: str, action: str) -> Session:
    """The same, for who may do this. Raises NotAllowed."""
    session = session_for(request, reference)
    if not may(request.user, action, session):
        raise NotAllowed(_("None of your roles allows this on a session of the committee."))
    return session


def seat_in(request: HttpRequest, reference: str) -> tuple[Session, list[Seat], Seat]:
    """A session, its members, and the reader's own seat; 404 for who has none."""
    session = session_for(request, reference)
    seats = roster(session)
    mine = next((seat for seat in seats if seat.member.user_id == request.user.pk), None)
    if mine is None:
        raise Http404
    return session, seats, mine


def item_to(request: HttpRequest, reference: str, position: int) -> tuple[Line, Session]:
    """A line of the agenda that the person may change, and whose dossier they may see; 404 otherwise."""
    session = session_to(request, reference, "set_agenda")
    for line in agenda_of(session, request.user):
        if line.item.position == position and line.dossier:
            return line, session
    raise Http404


def rights_on(request: HttpRequest, session: Session) -> dict[str, bool]:
    """What the reader may do now on this session, by action."""
    moves = {spec.name for spec in available(session, by=request.user)}
    acts = {"publish", "reschedule", "set_agenda", "note_presence", "deliberate", "make_papers", "read_papers"}
    rights = {name: may(request.user, name, session) for name in acts} | {name: name in moves for name in MAY if name not in acts}
    to_come = session.state in TO_COME
    noted = session.state in (SessionState.CONVENED, SessionState.OPEN)
    rights["publish"] &= session.published_at is None and to_come
    return (
        rights
        | {"reschedule": rights["reschedule"] and to_come, "set_agenda": rights["set_agenda"] and to_come}
        | {"note_presence": rights["note_presence"] and noted}
    )


def page_of(request: HttpRequest, session: Session) -> dict[str, Any]:
    """Everything that the page of a session shows."""
    seats, lines, rights = roster(session), agenda_of(session, request.user), rights_on(request, session)
    leads = may(request.user, "set_agenda", session)
    return {
        "session": session,
        "rights": rights,
        "leads": leads,
        "lines": [(line, address_of("committee:item", reference=session.reference, pk=line.item.pk)) for line in lines],
        "similar_hidden": closed_to(request.user, [line.item.similar_to_id for line in lines if line.item.similar_to_id]),
        "overrun": overruns_by(session, lines),
        "undebated": len(undebated_in(request, session, lines)),
        "missing": missing_in(session, lines, seats, timezone.now()) if leads else [],
        "step": step_of(session, lines, rights),
        "history": history_of(session) if leads else [],
        "papers_url": address_of("committee:papers", reference=session.reference) if may(request.user, "read_papers", session) else "",
        **presence_shown(request, session, seats),
    }


def undebated_in(request: HttpRequest, session: Session, lines: list[Line]) -> list[Item]:
    """The dossiers without a debate that are still to be decided, for who may take their votes now."""
    if session.state != SessionState.OPEN or not may(request.user, "take_vote", session):
        return []
    pending = [line.item for line in lines if line.dossier is not None and not line.item.ending]
    return [item for item in pending if item.debate != Debate.DEBATE]


def closing_of(request: HttpRequest, session: Session) -> dict[str, Any]:
    """What the page that closes a session shows: the dossiers that are still to be decided stand in the way."""
    shown = page_of(request, session)
    return shown | {"undecided": [(line, url) for line, url in shown["lines"] if not line.item.ending]}


def approval_of(request: HttpRequest, session: Session) -> dict[str, Any]:
    """What the page that approves the minutes shows: how many opinions were signed after they were made."""
    return page_of(request, session) | {"signed_since": signed_since(session)}


def is_forecast(session: Session, presences: Iterable[str]) -> bool:
    """Is the session still to come, with nobody noted as present yet? Then a quorum can only be expected."""
    return session.state in TO_COME and Presence.PRESENT not in presences


def presence_shown(request: HttpRequest, session: Session, seats: list[Seat]) -> dict[str, Any]:
    """Who is there, the quorum as a light, and where the reader stands themselves.

    The light tells who is expected until somebody is noted as present.
    """
    forecast = is_forecast(session, [seat.attendance.presence for seat in seats])
    return {
        "seats": seats,
        "call": expected_roll(session, seats) if forecast else roll_of(session, seats),
        "is_forecast": forecast,
        "mine": next((seat for seat in seats if seat.member.user_id == request.user.pk), None),
        "may_announce": session.state in TO_COME,
    }


def room_of(request: HttpRequest, session: Session) -> dict[str, Any]:
    """What the pages that open a session show: it, and who is in the room now."""
    shown = presence_shown(request, session, seats := roster(session))
    return shown | {"session": session, "call": roll_of(session, seats), "is_forecast": False}


def rights_and(request: HttpRequest, session: Session) -> dict[str, Any]:
    """The session with what the reader may do on it."""
    return {"session": session, "rights": rights_on(request, session)}


def list_of(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """The sessions that are to come or under way, and a page of those that are over."""
    counted = Session.objects.annotate(dossiers=Count("items", filter=Q(items__ending__in=["", "opinion", "deferred"])))
    live = counted.exclude(state__in=OVER).order_by("starts_at", "pk")
    over = counted.filter(state__in=OVER).order_by("-starts_at", "-pk")
    return {"live": list(live), "page": pagination.page_of(over, request), "now": at}


def step_of(session: Session, lines: list[Line], rights: dict[str, bool]) -> Step | None:
    """What the person who leads does next; None for everybody else, and when there is nothing."""
    pending = [line for line in lines if not line.item.ending]
    if session.state in TO_COME:
        return _before(session, bool(pending), rights)
    if session.state == SessionState.OPEN and rights["deliberate"]:
        return _in_session(session, pending, rights)
    if session.state == SessionState.HELD and rights["approve_minutes"]:
        return _afterwards(session)
    return None


def _afterwards(session: Session) -> Step:
    papers = _at("papers", session)
    if session.minutes_under_way() is not None:
        return Step(_("See how far the minutes are"), papers)
    if session.last_minutes() is None:
        return Step(_("Make the minutes"), papers)
    if signed_since(session):
        return Step(_("Make the minutes again: opinions were signed since"), papers)
    return Step(_("Approve the minutes"), _at("approve", session))


def _before(session: Session, has_agenda: bool, rights: dict[str, bool]) -> Step | None:
    if rights["publish"] and not session.urgent:
        return Step(_("Publish in the calendar"), _at("publish", session), posts=True)
    if rights["set_agenda"] and not has_agenda:
        return Step(_("Set the agenda"), _at("agenda", session))
    if rights["convene"]:
        return Step(_("Convene the members"), _at("convene", session))
    if rights["open_session"]:
        return Step(_("Note who is there"), _at("presence", session))
    return None


def _in_session(session: Session, pending: list[Line], rights: dict[str, bool]) -> Step | None:
    seen = next((line.item for line in pending if line.dossier), None)
    if seen is not None and (url := _item_url(session, seen)):
        return Step(_("Go to dossier no. %(number)s") % {"number": seen.position}, url)
    return Step(_("Close the session"), _at("close", session)) if not pending and rights["close_session"] else None


def _item_url(session: Session, item: Item) -> str:
    return address_of("committee:item", reference=session.reference, pk=item.pk)


def _at(name: str, session: Session) -> str:
    return reverse(f"committee:{name}", args=[session.reference])
