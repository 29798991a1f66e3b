"""Reading a need: which tickets it serves, who may see its pages, for which side the reader stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Organisation
from extractions.models import Ticket
from extractions.needs import queries
from extractions.needs.models import Need, NeedDraft, NeedVersion
from extractions.needs.sides import NeedSide, side_of
from extractions.policies import MAY, WORKER
from extractions.reading import note_ticket_read, standing, ticket_roles
from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES
from ui.navigation import stand_under

PAGE = "need"


@dataclass(frozen=True)
class Place:
    """Where a reader stands: a dossier and a body, the tickets that the need serves, and what the reader may do."""

    dossier: Dossier
    organisation: Organisation
    tickets: list[Ticket]
    roles: frozenset[str]
    need: Need | None

    @property
    def ticket(self) -> Ticket:
        """The newest ticket."""
        return self.tickets[-1]

    @property
    def side(self) -> NeedSide | None:
        """The side for which the reader speaks."""
        return side_of(self.roles)

    @property
    def key(self) -> list[Any]:
        """What the addresses of the need begin with."""
        return [self.dossier.reference, self.organisation.pk]

    @property
    def is_served(self) -> bool:
        """Does a ticket still await or use the need?"""
        return bool(queries.open_among(self.tickets))

    def may(self, action: str) -> bool:
        """May the reader do this with the need?"""
        return bool(self.roles & MAY[action])


def place_for(request: HttpRequest, reference: str, organisation: int, action: str = "see_need") -> Place:
    """Where the reader stands; 404 for who may not do this, and where no ticket asks anything of the body."""
    dossier = get_object_or_404(Dossier.objects.only("pk"), reference=reference)
    tickets = queries.tickets_of(dossier.pk, organisation)
    roles = ticket_roles(request, tickets[-1]) if tickets else frozenset()
    if not roles & MAY["see_need"] or not roles & MAY[action]:
        raise Http404
    stand_under(request, "dossiers" if roles & TEAM_ROLES and WORKER not in roles else "tickets")
    last = tickets[-1]
    need = Need.objects.filter(dossier=dossier.pk, organisation=organisation).first()
    return Place(last.dossier, last.organisation, tickets, roles, need)


def version_for(request: HttpRequest, place: Place, number: int) -> NeedVersion:
    """A version of the need; whoever reads it from outside the team leaves a line in the access log."""
    if place.need is None:
        raise Http404
    note_ticket_read(request, place.ticket, PAGE)
    rows = place.need.versions.select_related("need", "drafted_by", "applicant_agreed_by", "desk_agreed_by", "because")
    found: NeedVersion = get_object_or_404(rows, number=number)
    return found


def draft_for(request: HttpRequest, reference: str, organisation: int, action: str = "draft_need") -> tuple[Place, NeedDraft]:
    """The draft of the reader's side; 404 without one."""
    place = place_for(request, reference, organisation, action)
    if place.need is None or place.side is None:
        raise Http404
    rows = place.need.drafts.select_related("need__dossier__content", "need__organisation", "saved_by")
    return place, get_object_or_404(rows, side=place.side)


def around(request: HttpRequest, place: Place) -> dict[str, Any]:
    """What stands around each page of a need."""
    return standing(request, place.ticket) | {"place": place, "organisation": place.organisation}
