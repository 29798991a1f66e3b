"""What the pages of tickets show: the board, the page of one ticket, the tab of a dossier, and the moves made on a plain page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.roles import Role
from extractions.forms.acts import PLAIN, UnlinkForm
from extractions.history import history_of
from extractions.models import Ticket, Wait
from extractions.picture import HEIGHT, WIDTH, picture_of
from extractions.policies import MAY, WORKER, desks_of, reads_all, works_at
from extractions.queries import Timed, due_of, held_up, links_of, tickets_of, times_of
from extractions.reading import note_ticket_read, standing, ticket_for, ticket_roles, ticket_to
from extractions.services.opening import cnam, desk_of
from extractions.services.planning import planned_for
from extractions.slots import MOVE_PAGES, PAGE_PARTS, TAB_PARTS
from extractions.standing_words import KINDS, NOT_YET_DELIVERED, SENTENCES, TONES, next_word
from extractions.states import UNBEGUN, WITH_APPLICANT, Desk, Kind, Side, TicketState
from extractions.turns import added
from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES
from requests_app.reading import dossier_for, frame, note_reading, roles_for
from requests_app.states import AFTER_AUTHORISATION
from ui.registries import nothing
from workflow.engine import available, moves_of
from workflow.periods import paris_day

PAGE = "ticket"
AFTER_UNLINKING = _("This ticket waits for the other no longer. The reason stays on its page; once its work has begun, the link stays.")
#: The moves that give a reason: it is shown until another move is made.
GIVING_WHY = frozenset({"ask_need", "refuse_table", "go", "no_go", "fail_quality", "refuse", "reject", "cancel"})
#: Roles that see the tab of a dossier whatever they do at a desk.
_ON_TAB = MAY["see"] | {Role.CNAM_AGENT.value, Role.DATA_CONTROLLER_AGENT.value}


@dataclass(frozen=True)
class Button:
    """A move that the reader may make, and the page on which it is made."""

    label: Any
    url: str
    grave: bool


@dataclass(frozen=True)
class Share:
    """How long one side had the next word."""

    side: Side
    label: Any
    days: float
    percent: int


@dataclass(frozen=True)
class Row:
    """A ticket on a page: who has the next word, since when, until when."""

    ticket: Ticket
    tone: str
    next_word: Any
    sentence: Any
    since: datetime
    days: int
    due_on: Any
    is_late: bool
    is_paused: bool
    #: The tickets that come before it and are not done.
    held_by: tuple[str, ...] = ()


def works_somewhere(request: HttpRequest) -> bool:
    """Is the board one of the reader's pages? For who works at a desk, and for the secretariat."""
    if not request.user.is_authenticated:
        return False
    served, organisations = desks_of(request.user)
    return bool(served or organisations) or reads_all(request.user)


def has_tab(request: HttpRequest, dossier: Any) -> bool:
    """Is the tab of the extractions one of the reader's? From the authorisation on."""
    return dossier.state in AFTER_AUTHORISATION and bool(roles_for(request, dossier) & _ON_TAB)


def awaiting(request: HttpRequest, dossier: Any) -> int:
    """How many tickets of the dossier await the team's word."""
    if dossier.state not in AFTER_AUTHORISATION or not roles_for(request, dossier) & TEAM_ROLES:
        return nothing()
    with_team = Q(state__in=sorted(WITH_APPLICANT)) | Exists(Wait.objects.filter(ticket=OuterRef("pk"), ended_at=None))
    found: int = Ticket.objects.filter(with_team, dossier=dossier).count()
    return found


def rows_of(tickets: list[Ticket], now: datetime, *, reader: Any, plain: bool = False) -> list[Row]:
    """Tickets as rows, in their order; three queries for all."""
    dues, held = due_of(tickets), held_up(tickets, reader)
    return [_row(ticket, dues.get(ticket.pk), now, plain, tuple(held.get(ticket.pk, ()))) for ticket in tickets]


def _row(ticket: Ticket, clock: Any, now: datetime, plain: bool, held: tuple[str, ...]) -> Row:
    side = side_of(ticket)
    since, paused = ticket.state_since or ticket.opened_at, clock is not None and any(one.until is None for one in clock.pauses.all())
    due = clock.due_on if clock is not None and not paused else None
    return Row(
        ticket=ticket,
        tone=TONES.get(ticket.state, ""),
        next_word=next_word(side, ticket.organisation),
        sentence=sentence_of(ticket, plain),
        since=since,
        days=max((paris_day(now) - paris_day(since)).days, 0),
        due_on=due,
        is_late=due is not None and due < paris_day(now),
        is_paused=paused,
        held_by=held if ticket.is_open else (),
    )


def sentence_of(ticket: Ticket, plain: bool) -> Any:
    """What the state means for who reads it."""
    if ticket.kind == Kind.DELIVERY and ticket.state == TicketState.CREATED:
        return NOT_YET_DELIVERED
    return SENTENCES[ticket.state][plain]


def side_of(ticket: Ticket) -> Side | None:
    """Whose turn it is, without a query where the list has asked already."""
    if "waits_now" not in ticket.__dict__:
        return ticket.side
    if not ticket.is_open:
        return None
    return Side.APPLICANT if ticket.state in WITH_APPLICANT or ticket.__dict__["waits_now"] else Side(ticket.desk)


def shares_shown(timed: list[Timed]) -> list[Share]:
    """How long each side had the next word on these tickets, with its part of the whole."""
    found = added(one.shares for one in timed)
    whole = sum(found.values(), timedelta()) or timedelta(1)
    return [Share(side, side.label, length / timedelta(days=1), round(100 * (length / whole))) for side, length in found.items()]


def ticket_shown(request: HttpRequest, number: str, now: datetime) -> dict[str, Any]:
    """The page of a ticket."""
    ticket = ticket_for(request, number)
    note_ticket_read(request, ticket, PAGE)
    roles, history, timed = ticket_roles(request, ticket), history_of(ticket), times_of([ticket], now)
    plain = bool(roles & TEAM_ROLES) and WORKER not in roles
    last = [one.action for one in history if one.is_move][-1:]
    parts = _parts(PAGE_PARTS, request, ticket)
    wait, seen = ticket.open_wait, Ticket.objects.visible_to(request.user)  # each body sees its own tickets only
    return standing(request, ticket) | {
        "row": rows_of([ticket], now, reader=request.user, plain=plain)[0],
        "brings": KINDS[ticket.kind],
        "why": ticket.words if GIVING_WHY.intersection(last) else "",
        "wait": wait if roles & (MAY["answer"] | MAY["see_work"]) else None,
        "answers": wait is not None and bool(roles & MAY["answer"]),
        "takes_back": wait is not None and bool(roles & MAY["end_wait"]),
        "asks": ticket.is_open and side_of(ticket) not in (None, Side.APPLICANT) and bool(roles & MAY["ask"]),
        "claims": ticket.is_open and ticket.agent_id is None and bool(roles & MAY["claim"]),
        "assigns": ticket.is_open and bool(roles & MAY["assign"]),
        "buttons": buttons(request, ticket),
        "before": _before(request, ticket),
        "unlinks": ticket.state in UNBEGUN and bool(roles & MAY["unlink"]),
        "unlinked": list(ticket.unlinkings.filter(before__in=seen.order_by().values("pk")).select_related("before")),
        "next": list(seen.filter(links_before__before=ticket).order_by("pk")),
        "shares": shares_shown(timed),
        "waits": list(ticket.waits.select_related("asked_by", "answered_by")) if roles & (MAY["answer"] | MAY["see_work"]) else [],
        "history": history,
        "parts": parts,
        "leads": [told["lead"] for _template, told in parts if told.get("lead")],
    }


def _parts(registry: Any, request: HttpRequest, thing: Any) -> list[tuple[str, dict[str, Any]]]:
    shown = [(part.template, part.shown(request, thing)) for part in registry]
    return [(template, told) for template, told in shown if told is not None]


def buttons(request: HttpRequest, ticket: Ticket) -> list[Button]:
    """The moves that the reader may make and that there is a page for: those that go on before those that go back or end."""
    moves = {spec.name: spec for spec in available(ticket, by=request.user)}
    roles = ticket_roles(request, ticket)
    there = [page for page in MOVE_PAGES if page.key in moves and roles & MAY[page.action or page.key]]
    pages = sorted(((page, moves[page.key]) for page in there if page.offered(ticket)), key=lambda one: one[0].key in GIVING_WHY)
    return [Button(spec.label, _address(page.url_name, ticket, spec.name), spec.grave) for page, spec in pages]


def _address(url_name: str, ticket: Ticket, move: str) -> str:
    return reverse(url_name, args=[ticket.number, move] if url_name == "extractions:move" else [ticket.number])


def moving(request: HttpRequest, number: str, move: str) -> tuple[Ticket, Any]:
    """The ticket, and the move that the reader would make on the plain page; 404 for who may not, and for other moves."""
    ticket = ticket_for(request, number)
    spec = moves_of(ticket).get(move)
    if spec is None or move not in PLAIN or not ticket_roles(request, ticket) & MAY[move]:
        raise Http404
    return ticket, spec


def unlinking(request: HttpRequest, number: str) -> tuple[Ticket, UnlinkForm]:
    """The ticket, and the form on which what comes before it is taken back; 404 where the reader sees nothing that does."""
    ticket = ticket_to(request, number, "unlink")
    before = _before(request, ticket)
    if not before:
        raise Http404
    return ticket, UnlinkForm(request.POST if request.method == "POST" else None, ticket=ticket, before=before)


def _before(request: HttpRequest, ticket: Ticket) -> list[Ticket]:
    """What comes before a ticket, as far as the reader sees it: each body sees its own tickets only."""
    return list(Ticket.objects.visible_to(request.user).filter(links_after__after=ticket).order_by("pk"))


def agents_for(ticket: Ticket) -> list[Any]:
    """Who may be given the ticket: the people of its desk, by name."""
    live = {"role_grants__ended_at": None, "is_active": True}
    bound = User.objects.filter(
        role_grants__role=Role.DATA_CONTROLLER_AGENT.value, role_grants__organisation=ticket.organisation_id, **live
    )
    role = {Desk.CNAM: Role.CNAM_AGENT.value, Desk.OPERATOR: Role.OFFICER.value}.get(Desk(ticket.desk))
    found = bound | User.objects.filter(role_grants__role=role, **live) if role else bound
    return list(found.distinct().order_by("last_name", "first_name", "pk"))


def tab_for(request: HttpRequest, reference: str, now: datetime) -> dict[str, Any]:
    """The tab of a dossier: its tickets as a picture and a list, and on whose side the time ran; 404 for who does not see it."""
    dossier: Dossier = dossier_for(request, reference)
    if not has_tab(request, dossier):
        raise Http404
    note_reading(request, dossier, "extractions")
    roles, tickets = roles_for(request, dossier), tickets_of(dossier, request.user)
    rows, timed = rows_of(tickets, now, reader=request.user, plain=bool(roles & TEAM_ROLES)), times_of(tickets, now)
    told = {
        "rows": rows,
        "shares": shares_shown(timed),
        "drawn": drawn(rows, links_of(tickets)),
        "opens": not roles & TEAM_ROLES and bool(bodies_for(request, dossier)),
    }
    told |= {"planned": [] if tickets else planned_shown(dossier), "parts_of_tab": _parts(TAB_PARTS, request, dossier)}
    return frame(request, dossier) | told


def planned_shown(dossier: Dossier) -> list[tuple[Any, Any]]:
    """The tickets that the dossier calls for, before any is opened: the kind, and the body that will do it."""
    planned = planned_for(dossier)
    bodies = Organisation.objects.in_bulk([one.body for one in planned])
    return [(Kind(one.kind).label, bodies[one.body]) for one in planned]


def drawn(rows: list[Row], links: list[tuple[int, int]]) -> dict[str, Any] | None:
    """The picture of what comes before what; None where there is nothing to see."""
    if len(rows) < 2:
        return None
    picture = picture_of([row.ticket.pk for row in rows], links)
    by_key = {row.ticket.pk: row for row in rows}
    return {"picture": picture, "boxes": [(box, by_key[box.key]) for box in picture.boxes], "box_width": WIDTH, "box_height": HEIGHT}


def bodies_for(request: HttpRequest, dossier: Dossier) -> list[Organisation]:
    """The bodies for which the reader may open a ticket: all that the dossier names for the secretariat, their own desk for others."""
    named = {one.body for one in planned_for(dossier)} | {cnam().pk}
    bodies = list(Organisation.objects.filter(pk__in=named).order_by("name", "pk"))
    if roles_for(request, dossier) & {Role.OFFICER.value, Role.HEAD_OF_SECRETARIAT.value}:
        return bodies
    return [body for body in bodies if works_at(request.user, desk_of(body), body.pk)]
