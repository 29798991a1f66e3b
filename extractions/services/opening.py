"""Opening tickets: each has its number, its desk and its clock from its first instant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from catalogue.models import Database
from extractions.models import Link, Ticket
from extractions.states import Desk, Kind
from requests_app.models import Dossier
from requests_app.states import State
from workflow import clocks
from workflow.engine import record
from workflow.periods import paris_day
from workflow.refusals import Broken, RuleBroken

PERIOD = "K-TIC"
#: While a dossier stands here, work on its data may be asked for.
ASKING = frozenset({State.AUTHORISED, State.CONTRACTING, State.IN_PREPARATION, State.RUNNING})
CNAM_NAME = "Caisse nationale de l’assurance maladie"


def cnam() -> Organisation:
    """The national insurer, known by its SIREN; made on first use."""
    body, _new = Organisation.objects.get_or_create(
        siren=settings.CNAM_SIREN, defaults={"name": CNAM_NAME, "short_name": "CNAM", "kind": "public_body"}
    )
    return body


def desk_of(organisation: Organisation) -> Desk:
    """At which desk the work of a body is done."""
    if organisation.siren == settings.CNAM_SIREN:
        return Desk.CNAM
    return Desk.OPERATOR if organisation.is_operator else Desk.HOLDER


@transaction.atomic
def open_ticket(
    dossier: Dossier,
    kind: Kind,
    organisation: Organisation,
    *,
    by: Any,
    at: datetime,
    databases: Iterable[Database] = (),
    after: Iterable[Ticket] = (),
) -> Ticket:
    """Open one ticket: its next round if this work was asked for before. Raises NotAllowed, RuleBroken."""
    Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)  # two rounds of one work are never opened at once
    if Dossier.objects.get(pk=dossier.pk).state not in ASKING:
        raise RuleBroken(Broken(_("At this stage of the dossier no data are prepared.")))
    earlier = Ticket.objects.filter(dossier=dossier, organisation=organisation, kind=kind)
    if earlier.under_way().exists():
        raise RuleBroken(Broken(_("A ticket of this kind is under way there already."), where="kind"))
    key = _next_key()
    ticket = Ticket.objects.create(
        pk=key,
        number=f"TIC-{paris_day(at).year}-{key:05d}",
        dossier=dossier,
        kind=kind,
        organisation=organisation,
        desk=desk_of(organisation),
        round=1 + (earlier.aggregate(last=Max("round"))["last"] or 0),
        opened_at=at,
        state_since=at,
        opened_by=by,
    )
    ticket.databases.set(databases)
    line = record(ticket, "open", by=by, at=at, facts={"dossier": dossier.pk, "kind": str(kind), "organisation": organisation.pk})
    clocks.start(ticket, PERIOD, at, line)
    _take_over(earlier.exclude(pk=key), ticket, by=by, at=at)
    for before in after:
        link(before, ticket, by=by, at=at)
    return ticket


def _take_over(earlier: Any, ticket: Ticket, *, by: Any, at: datetime) -> None:
    """What waits for an earlier round of this work waits for this one."""
    waiting = Ticket.objects.filter(links_before__before__in=earlier).under_way().exclude(pk=ticket.pk).distinct()
    for later in waiting.order_by("pk"):
        link(ticket, later, by=by, at=at)


@transaction.atomic
def link(before: Ticket, after: Ticket, *, by: Any, at: datetime) -> Link:
    """Say that one ticket comes before another of the same dossier. Raises NotAllowed, RuleBroken."""
    if before.dossier_id != after.dossier_id or before.pk == after.pk or _comes_before(after, before):
        raise RuleBroken(Broken(_("A ticket cannot come before itself, nor before one of another dossier."), where="before"))
    found, _new = Link.objects.get_or_create(before=before, after=after)
    record(after, "link", by=by, at=at, facts={"before": before.pk})
    return found


def _comes_before(first: Ticket, last: Ticket) -> bool:
    """Does a chain of links lead from the first to the last?"""
    pairs = list(Link.objects.filter(before__dossier=first.dossier_id).values_list("before", "after"))
    reached, seen = {first.pk}, set[int]()
    while reached - seen:
        seen |= reached
        reached |= {after for before, after in pairs if before in reached}
    return last.pk in reached


def _next_key() -> int:
    """A number that nobody waits for: a gap in it says nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('extractions_ticket', 'id'))")
        return int(cursor.fetchone()[0])
