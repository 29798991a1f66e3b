"""Reading a ticket: who may see its page, under which roles, and what stands around it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from extractions.models import Ticket
from extractions.policies import MAY, WORKER, roles_on
from requests_app.policies import TEAM_ROLES
from requests_app.reading import frame, roles_for
from ui.navigation import stand_on_tab, stand_under
from workflow.access_log import log_read


def ticket_for(request: HttpRequest, number: str) -> Ticket:
    """The ticket of this number, if the person may see it; 404 otherwise, as if it did not exist."""
    found: Ticket = get_object_or_404(Ticket.objects.for_reading(), number=number)
    roles = ticket_roles(request, found)
    if not roles & MAY["see"]:
        raise Http404
    stand_under(request, "dossiers" if roles & TEAM_ROLES and WORKER not in roles else "tickets")
    return found


def ticket_to(request: HttpRequest, number: str, action: str) -> Ticket:
    """The ticket with which the person may do this; 404 for others."""
    found = ticket_for(request, number)
    if not ticket_roles(request, found) & MAY[action]:
        raise Http404
    return found


def ticket_roles(request: HttpRequest, ticket: Ticket) -> frozenset[str]:
    """The reader's roles on the ticket, asked once a request."""
    known: dict[int, frozenset[str]] = request.__dict__.setdefault("_roles_on_tickets", {})
    if ticket.pk not in known:
        known[ticket.pk] = roles_on(request.user, ticket) if request.user.is_authenticated else frozenset()
    return known[ticket.pk]


def note_ticket_read(request: HttpRequest, ticket: Ticket, page: str) -> None:
    """Whoever opens a ticket from outside the team leaves a line in the access log."""
    if not ticket_roles(request, ticket) & TEAM_ROLES:
        log_read(request.user, page, Ticket.subject_type, ticket.pk)


def data_frame(request: HttpRequest, dossier: Any) -> dict[str, Any]:
    """What stands around a page of a dossier that belongs to its tab of the data, wherever its address is."""
    stand_on_tab(request, "extractions")
    return frame(request, dossier)


def standing(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """What stands around each page of a ticket: the frame of its dossier for who sees it, else a plain page."""
    told: dict[str, Any] = {"ticket": ticket, "base": "extractions/alone_base.html", "has_board": WORKER in ticket_roles(request, ticket)}
    if roles_for(request, ticket.dossier):
        told |= data_frame(request, ticket.dossier) | {"base": "dossiers/page_base.html"}
    return told
