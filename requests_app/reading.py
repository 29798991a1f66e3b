"""Reading a dossier: who may see its pages, under which roles, and what stands on top of each of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from requests_app.models import Dossier
from requests_app.policies import MAY, TEAM_ROLES, may_on_site, roles_on
from ui.navigation import stand_under, tabs_for
from workflow.access_log import log_read
from workflow.refusals import NotAllowed


def dossier_for(request: HttpRequest, reference: str) -> Dossier:
    """The dossier of this reference, if the person may see it; 404 otherwise, as if it did not exist."""
    return _readable(request, get_object_or_404(Dossier.objects.for_frame(), reference=reference))


def whole_dossier_for(request: HttpRequest, reference: str) -> Dossier:
    """The same, with everything that its content names, for the page that shows it."""
    return _readable(request, get_object_or_404(Dossier.objects.for_page(), reference=reference))


def _readable(request: HttpRequest, dossier: Dossier) -> Dossier:
    """A dossier is visible to whoever holds a role on it: the same people as `visible_to` (the matrix test holds both together)."""
    roles = roles_for(request, dossier)
    if not roles:
        raise Http404
    stand_under(request, "dossiers" if roles & TEAM_ROLES else "work")
    return dossier


def roles_for(request: HttpRequest, dossier: Dossier) -> frozenset[str]:
    """The reader's roles on the dossier, asked once a request."""
    known: dict[int, frozenset[str]] = request.__dict__.setdefault("_roles_on_dossiers", {})
    if dossier.pk not in known:
        known[dossier.pk] = roles_on(request.user, dossier)
    return known[dossier.pk]


def may_read_journal(request: HttpRequest, dossier: Any) -> bool:
    """Is the journal open to the reader?"""
    return bool(roles_for(request, dossier) & MAY["see_journal"])


def require_journal(request: HttpRequest, dossier: Dossier) -> None:
    """Raise NotAllowed for somebody who sees the dossier but not its journal."""
    if not may_read_journal(request, dossier):
        raise NotAllowed(_("The journal of this dossier is not open to your roles."))


def note_reading(request: HttpRequest, dossier: Dossier, page: str) -> None:
    """Somebody outside the team who reads what a dossier says leaves a line in the access log."""
    if not roles_for(request, dossier) & TEAM_ROLES:
        log_read(request.user, page, Dossier.subject_type, dossier.pk)


def require_on_site(user: Any, action: str) -> None:
    """Raise Http404 for somebody who may not see a page of the site."""
    if not may_on_site(user, action):
        raise Http404


def frame(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """What every page of a dossier shows: the dossier, its tabs, and on which side of it the reader stands."""
    on_team = bool(roles_for(request, dossier) & TEAM_ROLES)
    has_list = on_team or may_on_site(request.user, "see_work")  # a holder or an expert comes from elsewhere
    tabs = tabs_for(request, dossier, reference=dossier.reference)
    return {"dossier": dossier, "tabs": tabs, "on_team": on_team, "has_list": has_list}
