"""Tickets as pages read them: those of a dossier with their links and their times, and the boards of the desks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from extractions.models import Link, Ticket, Wait
from extractions.states import COLUMNS, Desk, Side, TicketState
from extractions.turns import Pause, Step, Stretch, shares, stretches
from requests_app.models import Dossier
from workflow.models import Clock, JournalLine, Outcome

#: The lines of a journal that tell whose word a need awaits, and what one of them says then.
ON_NEED = frozenset({"propose_need", "agree_to_need", "agree_need", "ask_need"})
AWAITS_DESK = "desk"


@dataclass(frozen=True)
class Timed:
    """A ticket, its life in stretches, and how long each side had the next word."""

    ticket: Ticket
    life: list[Stretch]
    shares: Mapping[Side, timedelta]


def tickets_of(dossier: Dossier, user: Any) -> list[Ticket]:
    """The tickets of a dossier that a person sees, in the order in which they were opened."""
    rows = Ticket.objects.visible_to(user).for_reading().with_waiting().filter(dossier=dossier)
    return list(rows.prefetch_related("databases").order_by("opened_at", "pk"))


def times_of(tickets: Iterable[Ticket], now: datetime) -> list[Timed]:
    """Whose time has run on each ticket; four queries, whatever their number."""
    found = list(tickets)
    keys = [ticket.pk for ticket in found]
    steps: dict[int, list[Step]] = {}
    at_desk: dict[int, list[Pause]] = {}
    freed: dict[int, datetime] = {}
    lines = JournalLine.objects.filter(subject_type=Ticket.subject_type, subject_id__in=keys).order_by("subject_id", "seq")
    for line in lines.only("subject_id", "at", "to_state", "action", "facts"):
        steps.setdefault(line.subject_id, []).append(Step(line.at, line.to_state))
        _note_turn(at_desk.setdefault(line.subject_id, []), line)
        if line.action == "unlink" and line.facts.get("waited"):
            freed[line.subject_id] = line.at
    pauses: dict[int, list[Pause]] = {}
    for pk, since, until in Wait.objects.filter(ticket__in=keys).order_by("pk").values_list("ticket", "asked_at", "ended_at"):
        pauses.setdefault(pk, []).append(Pause(since, until))
    ready = _ready(keys, now, freed)
    timed = []
    for ticket in found:
        known, proposed = steps.get(ticket.pk, []), at_desk.get(ticket.pk, [])
        desk, asked = Desk(ticket.desk), pauses.get(ticket.pk, [])
        life = stretches(desk, known, asked, now, ready_at=ready.get(ticket.pk), at_desk=proposed)
        timed.append(Timed(ticket, life, shares(life)))
    return timed


def _note_turn(proposed: list[Pause], line: JournalLine) -> None:
    """Since when a need that the applicant proposed and agreed to lies at the desk, and until the desk had its word."""
    if line.action not in ON_NEED:
        return
    if proposed and proposed[-1].until is None:
        proposed[-1] = Pause(proposed[-1].since, line.at)
    if line.facts.get("awaits") == AWAITS_DESK:
        proposed.append(Pause(line.at, None))


def _ready(keys: list[int], now: datetime, freed: Mapping[int, datetime]) -> dict[int, datetime]:
    """When the last of the tickets before each was done, or was said not to come before it any more; now for what still waits for one."""
    ready = dict(freed)
    rows = Link.objects.filter(after__in=keys).order_by("pk").values_list("after", "before__ended_at", "before__state")
    for pk, ended, state in rows:
        done = ended if ended is not None and state != TicketState.REJECTED else now
        ready[pk] = max(ready.get(pk, done), done)
    return ready


def links_of(tickets: Iterable[Ticket]) -> list[tuple[int, int]]:
    """What comes before what among these tickets."""
    keys = [ticket.pk for ticket in tickets]
    return list(Link.objects.filter(before__in=keys, after__in=keys).order_by("pk").values_list("before", "after"))


def held_up(tickets: Iterable[Ticket], reader: Any) -> dict[int, list[str]]:
    """The numbers of what comes before each ticket and is not done, as far as the reader sees them; one query."""
    keys, done = [ticket.pk for ticket in tickets], [TicketState.CLOSED, TicketState.CANCELLED]
    found: dict[int, list[str]] = {}
    seen = Ticket.objects.visible_to(reader).order_by().values("pk")
    rows = Link.objects.filter(after__in=keys, before__in=seen).exclude(before__state__in=done).order_by("pk")
    for pk, number in rows.values_list("after", "before__number"):
        found.setdefault(pk, []).append(number)
    return found


def due_of(tickets: Iterable[Ticket]) -> dict[int, Clock]:
    """The running clock of each ticket that is due first; one query."""
    keys = [ticket.pk for ticket in tickets]
    rows = Clock.objects.filter(subject_type=Ticket.subject_type, subject_id__in=keys, outcome=Outcome.RUNNING)
    found: dict[int, Clock] = {}
    for clock in rows.prefetch_related("pauses").order_by("due_on", "pk"):
        found.setdefault(clock.subject_id, clock)
    return found


@dataclass(frozen=True)
class Asked:
    """What somebody looks for on the board."""

    kind: str = ""
    desk: str = ""
    agent: str = ""
    words: str = ""
    column: str = ""


def at_work(user: Any, asked: Asked) -> Any:
    """The tickets that a person sees on the board, those that have waited longest first."""
    rows = Ticket.objects.visible_to(user).for_reading().with_waiting()
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.desk:
        rows = rows.filter(desk=asked.desk)
    if asked.agent == "mine":
        rows = rows.filter(agent=user.pk)
    elif asked.agent == "none":
        rows = rows.filter(agent=None)
    if asked.column:
        rows = rows.filter(state__in=sorted(dict(COLUMNS)[asked.column]))
    for word in asked.words.split()[:8]:
        named = Q(number__icontains=word) | Q(dossier__reference__icontains=word) | Q(dossier__content__title__icontains=word)
        rows = rows.filter(named | Q(dossier__content__acronym__icontains=word) | Q(organisation__name__icontains=word))
    return rows.order_by("state_since", "opened_at", "pk")
