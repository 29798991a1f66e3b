"""What is asked about needs: the tickets that one serves, its versions, the one that a ticket is worked on."""

from __future__ import annotations

from typing import Any

from extractions.models import Ticket
from extractions.needs.models import Need, NeedVersion
from extractions.states import ENDED, WITH_NEED
from workflow.models import JournalLine


def tickets_of(dossier: int, organisation: int) -> list[Ticket]:
    """The tickets of a dossier at one body that have a need, the oldest first."""
    rows = Ticket.objects.for_reading().filter(dossier=dossier, organisation=organisation, kind__in=sorted(WITH_NEED))
    return list(rows.prefetch_related("databases").order_by("pk"))


def open_among(tickets: list[Ticket]) -> list[Ticket]:
    """Those that have not ended."""
    return [one for one in tickets if one.state not in ENDED]


def need_of(ticket: Ticket) -> Need | None:
    """The need that a ticket is worked on, if one was begun."""
    return Need.objects.filter(dossier=ticket.dossier_id, organisation=ticket.organisation_id).first()


def last_version(need: Need | None) -> NeedVersion | None:
    """The last version that was proposed."""
    return None if need is None else need.versions.order_by("-number").first()


def agreed_version(dossier: int, organisation: int) -> NeedVersion | None:
    """The last version that both sides have agreed to."""
    rows: Any = NeedVersion.objects.agreed().filter(need__dossier=dossier, need__organisation=organisation)
    found: NeedVersion | None = rows.select_related("need").order_by("-number").first()
    return found


def worked_on(ticket: Ticket) -> int | None:
    """The version on which the work of a ticket is done, as its journal says; None before one was agreed for it."""
    line = JournalLine.objects.filter(subject_type=Ticket.subject_type, subject_id=ticket.pk, action="agree_need").order_by("-seq").first()
    return None if line is None else int(line.facts["version"])
