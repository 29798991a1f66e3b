"""Tickets that open by themselves: targeting with the convention, all others once the gate to the data is open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from catalogue.models import Database, Level
from contracts.life.gate import is_open
from extractions.models import Ticket
from extractions.plan import Asked, Planned, Source, links_of, plan_of
from extractions.services.opening import cnam, link, open_ticket
from extractions.states import BEFORE_THE_GATE, Kind
from requests_app.choices import DataForm
from requests_app.models import Dossier
from requests_app.states import State
from workflow.engine import lock_and_reread
from workflow.models import JournalLine
from workflow.outbox import queue
from workflow.periods import paris_day

KIND = "tickets_of_dossier"
#: While a dossier stands here, tickets may be opened for it.
PREPARING = frozenset({State.CONTRACTING, State.IN_PREPARATION})


def asked_of(dossier: Dossier) -> Asked:
    """What the dossier says of its data, with the body that does the work on each database.

    The main database is the CNAM's work; any other that of its holder, or of the operator while nobody holds it on this site.
    """
    content = dossier.content
    operator = Organisation.objects.filter(is_operator=True).order_by("pk").values_list("pk", flat=True).first()
    sources = []
    for row in content.sources.select_related("database").order_by("pk"):
        body = _body_of(row.database, operator)
        if body is not None:
            sources.append(Source(row.database_id, body, row.database.level == Level.MAIN))
    kind = content.matching_kind.code if content.matching_kind else ""
    return Asked(tuple(sources), bool(content.matching), kind, content.data_form == DataForm.AGGREGATED)


def _body_of(database: Database, operator: int | None) -> int | None:
    if database.holder_id is not None:
        return int(database.holder_id)
    return cnam().pk if database.level == Level.MAIN else operator


def planned_for(dossier: Dossier) -> tuple[Planned, ...]:
    """The tickets that the dossier calls for."""
    return plan_of(asked_of(dossier))


@transaction.atomic
def open_planned(dossier: Dossier, *, by: Any, at: datetime) -> list[Ticket]:
    """Open every planned ticket that may be open by now and never was; asking twice opens nothing more."""
    lock_and_reread(dossier)
    if dossier.state not in PREPARING or dossier.amends_id is not None:
        return []
    planned, gate = planned_for(dossier), is_open(dossier, paris_day(at))
    there: dict[tuple[str, int], Ticket] = {}
    for ticket in Ticket.objects.filter(dossier=dossier).order_by("round"):
        there[(ticket.kind, ticket.organisation_id)] = ticket
    wanted = [one for one in planned if (gate or one.kind in BEFORE_THE_GATE) and (one.kind, one.body) not in there]
    bodies = Organisation.objects.in_bulk([one.body for one in wanted])
    opened = []
    for one in wanted:
        databases = Database.objects.filter(pk__in=one.databases)
        ticket = open_ticket(dossier, Kind(one.kind), bodies[one.body], by=by, at=at, databases=databases)
        there[(one.kind, one.body)] = ticket
        opened.append(ticket)
    _link_all(planned, there, {ticket.pk for ticket in opened}, by=by, at=at)
    return opened


def _link_all(planned: tuple[Planned, ...], there: dict[tuple[str, int], Ticket], new: set[int], *, by: Any, at: datetime) -> None:
    for before, after in links_of(planned):
        first, last = there.get((before.kind, before.body)), there.get((after.kind, after.body))
        if first is not None and last is not None and last.pk in new:
            link(first, last, by=by, at=at)


def open_soon(subject: Any, line: JournalLine) -> None:
    """Reaction to whatever may open the gate of a dossier: its tickets are opened behind the site's back."""
    dossier = subject.pk if isinstance(subject, Dossier) else getattr(subject, "dossier_id", None)
    if dossier is not None:
        queue(KIND, f"{KIND}:{line.pk}", dossier=dossier)


def cancel_of_ended(dossier: Dossier, line: JournalLine) -> None:
    """Reaction to the end of a dossier: tickets that are under way have no object any more."""
    with translation.override(settings.LANGUAGE_CODE):  # it is kept: not in the language of whoever ended the dossier
        because = _("The dossier has reached its end.")
    for ticket in Ticket.objects.filter(dossier=dossier).under_way().order_by("pk"):
        ticket.cancel(by=User.objects.system(), at=line.at, because=because)
