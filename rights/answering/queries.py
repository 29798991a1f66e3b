"""Requests as the board and the page read them: in a constant number of queries, the overdue ones first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When

from catalogue.models import Database
from rights import policies
from rights.answering.rules import PERSON, turn_of
from rights.models import Routing
from rights.states import ENDED, OPEN, WITH_PERSON, Right, RoutingState
from rights.transitions import MONTH
from workflow.models import Clock, ClockPause, Outcome
from workflow.periods import paris_day


@dataclass(frozen=True)
class Asked:
    """What somebody looks for on the board; without a state, what is open, and with `ALL`, everything."""

    state: str = ""
    database: str = ""
    right: str = ""
    turn: str = ""
    agent: str = ""
    late: bool = False
    words: str = ""
    #: A column of `SORTS`, with a minus for the other way round; none for the order of the work.
    sort: str = ""


#: The state of the board's filter that takes in those that have ended too.
ALL = "all"
#: What the board can be sorted by → the column.
SORTS = {"number": "pk", "controller": "organisation__name", "state": "state", "due": "due_on", "agent": "agent__last_name"}


@dataclass(frozen=True)
class Row:
    """A request on a page: where it stands, whose turn it is, how long is left."""

    routing: Routing
    turn: str
    due_on: date | None
    days_left: int | None
    is_paused: bool
    #: Does the reader answer for it, and so see what it is about?
    is_own: bool

    @property
    def is_late(self) -> bool:
        """Has the time limit passed without an answer?"""
        return self.days_left is not None and self.days_left < 0


def with_clock(rows: Any) -> Any:
    """These requests with the last day of their legal month while it runs, and whether it stands still."""
    running = Clock.objects.filter(
        subject_type=Routing.subject_type, subject_id=OuterRef("pk"), code=MONTH, outcome=Outcome.RUNNING
    ).order_by()
    paused = ClockPause.objects.filter(clock=OuterRef("running"), until=None).order_by()
    rows = rows.annotate(due_on=Subquery(running.values("due_on")[:1]), running=Subquery(running.values("pk")[:1]))
    return rows.annotate(is_paused=Exists(paused))


def on_board(user: Any, asked: Asked, today: date) -> Any:
    """The requests that somebody sees, the overdue ones first, then by their last day; those that have ended come last."""
    rows = with_clock(Routing.objects.visible_to(user)).select_related("database", "organisation", "agent", "request")
    rows = _narrowed(rows, user, asked, today)
    column = SORTS.get(asked.sort.removeprefix("-"))
    if column is not None:
        wanted = F(column).desc(nulls_last=True) if asked.sort.startswith("-") else F(column).asc(nulls_last=True)
        return rows.order_by(wanted, "pk")
    over = Case(When(state__in=sorted(ENDED), then=Value(True)), default=Value(False), output_field=BooleanField())
    return rows.annotate(is_over=over).order_by("is_over", "is_paused", F("due_on").asc(nulls_last=True), "-received_at", "pk")


def _narrowed(rows: Any, user: Any, asked: Asked, today: date) -> Any:
    if asked.state != ALL:
        rows = rows.filter(state=asked.state) if asked.state else rows.filter(state__in=sorted(OPEN))
    if asked.database or asked.right:  # what a request is about is for its controller alone
        rows = rows.filter(organisation__in=policies.controllers_of(user))
    if asked.database:
        rows = rows.filter(database__slug=asked.database)
    if asked.right:
        rows = rows.filter(right=asked.right)
    if asked.turn:
        rows = rows.filter(state__in=sorted(WITH_PERSON if asked.turn == PERSON else OPEN - WITH_PERSON))
    if asked.agent:
        rows = rows.filter(agent=user.pk if asked.agent == "mine" else None)
    if asked.late:
        rows = rows.filter(due_on__lt=today, is_paused=False)
    for word in asked.words.split()[:5]:
        rows = rows.filter(Q(number__icontains=word) | Q(organisation__name__icontains=word))
    return rows


def rows_of(routings: Iterable[Any], user: Any, now: datetime) -> list[Row]:
    """Requests that `with_clock` has read, as rows in their order."""
    own, today = policies.controllers_of(user), paris_day(now)
    return [_row(routing, today, routing.organisation_id in own) for routing in routings]


def _row(routing: Any, today: date, is_own: bool) -> Row:
    due = None if routing.is_paused else routing.due_on
    return Row(routing, turn_of(routing.state), due, (due - today).days if due else None, routing.is_paused, is_own)


def counts(user: Any, today: date) -> dict[str, int]:
    """How many of the requests that somebody sees are open, late, and not fetched yet; one query."""
    rows = with_clock(Routing.objects.visible_to(user).open()).order_by()
    found: dict[str, int] = rows.aggregate(
        open=Count("pk"),
        late=Count("pk", filter=Q(due_on__lt=today, is_paused=False)),
        unopened=Count("pk", filter=Q(state=RoutingState.DEPOSITED)),
    )
    return found


def databases_of(user: Any) -> list[Database]:
    """The databases on which the reader has requests to answer, for the filter."""
    there = Routing.objects.at_desks(user).order_by().values("database")
    return list(Database.objects.filter(pk__in=there).order_by("acronym", "pk"))


def rights_offered() -> list[tuple[str, Any]]:
    """Every right, for the filter."""
    return list(Right.choices)
