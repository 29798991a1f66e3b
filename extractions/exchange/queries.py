"""Tickets as the API tells them: of one body only, in a constant number of queries, without anything about a person."""

from __future__ import annotations

import base64
import json
import struct
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from accounts.models import ApiClient
from extractions.exchange.once import NotFound
from extractions.exchange.rules import known_moves
from extractions.models import Link, Ticket, Wait
from extractions.needs.queries import agreed_version, worked_on
from extractions.services.opening import PERIOD
from extractions.states import WITH_NEED, TicketState
from workflow.engine import available
from workflow.models import Clock, JournalLine
from workflow.models import Outcome as ClockOutcome

Document = dict[str, Any]
_DONE = frozenset({TicketState.CLOSED, TicketState.CANCELLED})


class BadCursor(ValueError):
    """A cursor that no page gave."""


class UnknownParameter(ValueError):
    """A parameter that there is not."""


def tickets_of(client: ApiClient) -> Any:
    """The tickets that a system sees: those that its body does."""
    return Ticket.objects.of_organisation(client.organisation_id).select_related("dossier__content")


def ticket_of(client: ApiClient, number: str) -> Ticket:
    """The ticket of this number among those. Raises NotFound."""
    ticket: Ticket | None = tickets_of(client).filter(number=number).first()
    if ticket is None:
        raise NotFound(number)
    return ticket


def page(client: ApiClient, *, states: Sequence[str], kinds: Sequence[str], since: datetime | None, cursor: str, limit: int) -> Document:
    """One page of a system's tickets, by their rank. Raises BadCursor."""
    found = tickets_of(client)
    if states:
        found = found.filter(state__in=states)
    if kinds:
        found = found.filter(kind__in=kinds)
    if since is not None:
        happened = JournalLine.objects.filter(subject_type="ticket", subject_id=OuterRef("pk"), recorded_at__gte=in_utc(since))
        found = found.filter(Exists(happened))
    rows, following = page_of(found, cursor, limit)
    return {"items": documents(rows, client), "next_cursor": following}


def one(ticket: Ticket, client: ApiClient) -> Document:
    """One ticket."""
    return documents([ticket], client)[0]


def documents(tickets: list[Ticket], client: ApiClient) -> list[Document]:
    """These tickets; what hangs from them is read for all at once."""
    keys = [ticket.pk for ticket in tickets]
    links = _by(Link.objects.filter(after__in=keys).select_related("before").order_by("before"), "after_id")
    waits = dict(Wait.objects.filter(ticket__in=keys, ended_at=None).values_list("ticket", "asked_at"))
    clocks = Clock.objects.filter(subject_type="ticket", subject_id__in=keys, code=PERIOD, outcome=ClockOutcome.RUNNING)
    due = dict(clocks.values_list("subject_id", "due_on"))
    through = Ticket.databases.through.objects.filter(ticket__in=keys).select_related("database").order_by("database__acronym", "pk")
    databases = _by(through, "ticket_id")
    return [
        _document(ticket, client, [link.before for link in links[ticket.pk]])
        | {"databases": [{"code": row.database.slug, "acronym": row.database.acronym} for row in databases[ticket.pk]]}
        | {"due_on": due.get(ticket.pk), "question_open_since": waits.get(ticket.pk)}
        for ticket in tickets
    ]


def need_of(ticket: Ticket) -> Document | None:
    """The version of the need on which a ticket is worked, else the last that both sides agreed to; None before that."""
    agreed = agreed_version(ticket.dossier_id, ticket.organisation_id) if ticket.kind in WITH_NEED else None
    if agreed is None:
        return None
    number = worked_on(ticket) or agreed.number
    found = agreed if number == agreed.number else agreed.need.versions.get(number=number)
    told = {"version": found.number, "agreed_at": found.agreed_at, "sha256": found.sha256}
    return told | {"latest_agreed": agreed.number, "content": json.loads(found.content)}


def _document(ticket: Ticket, client: ApiClient, before: list[Ticket]) -> Document:
    own = [one for one in before if one.organisation_id == ticket.organisation_id]
    offered = known_moves()
    return {
        "number": ticket.number,
        "kind": ticket.kind,
        "state": ticket.state,
        "state_since": ticket.state_since or ticket.opened_at,
        "opened_at": ticket.opened_at,
        "ended_at": ticket.ended_at,
        "round": ticket.round,
        "desk": ticket.desk,
        "url": f"{settings.SITE_URL.rstrip('/')}{ticket.get_absolute_url()}",
        "dossier": {"reference": ticket.dossier.reference or "", "title": ticket.dossier.content.title},
        "predecessors": [{"number": one.number, "kind": one.kind, "state": one.state} for one in own],
        "awaits_other_bodies": any(one.state not in _DONE for one in before if one not in own),
        "expected_on": ticket.expected_on,
        "claimed": ticket.agent_id is not None,
        "moves": [spec.name for spec in available(ticket, by=client.user) if spec.name in offered],
        "version": ticket.journal_seq,
    }


def _by(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def in_utc(moment: datetime) -> datetime:
    """The same instant without an offset that the database does not know; the ends of time stay where they are."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


def page_of(found: Any, cursor: str, limit: int) -> tuple[list[Any], str | None]:
    """The rows after a cursor, by their rank, and what asks for those that follow. Raises BadCursor."""
    rows = list(found.filter(pk__gt=rank_of(cursor)).order_by("pk")[: limit + 1])
    return rows[:limit], cursor_of(rows[limit - 1].pk) if len(rows) > limit else None


def cursor_of(rank: int) -> str:
    """What asks for the page after the row of this rank."""
    return base64.urlsafe_b64encode(struct.pack(">q", rank)).decode().rstrip("=")


def rank_of(cursor: str) -> int:
    """The rank after which a page begins. Raises BadCursor."""
    if not cursor:
        return 0
    try:
        rank = int(struct.unpack(">q", base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[0])
    except (ValueError, struct.error) as error:
        raise BadCursor from error
    return rank
