"""Who may open the pages of a team, and what they show."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from requests_app.models import Dossier
from requests_app.policies import MAY, TEAM_ROLES
from requests_app.possible import is_possible
from requests_app.reading import dossier_for, frame, roles_for
from requests_app.team.roles import LABELS
from requests_app.team.shown import members_of
from workflow.refusals import NotAllowed


def may_see_team(request: HttpRequest, dossier: Any) -> bool:
    """Is the team open to the reader?"""
    return bool(roles_for(request, dossier) & MAY["see_team"])


def may_see_signature(request: HttpRequest, dossier: Any) -> bool:
    """Is a signature awaited at this stage, and is the reader on the team, whose affair it is?"""
    return is_possible(dossier, "ask_signature") and bool(roles_for(request, dossier) & TEAM_ROLES)


def team_dossier(request: HttpRequest, reference: str) -> Dossier:
    """The dossier, for somebody to whom its team is open; 404 for whoever does not see it at all."""
    return managed(request, dossier_for(request, reference), "see_team")


def managed(request: HttpRequest, dossier: Dossier, action: str) -> Dossier:
    """The same dossier, if the reader may do this to it; raises NotAllowed."""
    if not roles_for(request, dossier) & MAY[action]:
        raise NotAllowed(_("None of your roles on this dossier allows this."))
    return dossier


def team_frame(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """What the page of the team shows: its people and, to whoever may invite, the invitations that wait."""
    manages = bool(roles_for(request, dossier) & MAY["invite"])
    waiting = dossier.invitations.waiting(timezone.now()) if manages else []
    invitations = [(invitation, LABELS[invitation.role]) for invitation in waiting]
    return frame(request, dossier) | {"members": members_of(dossier), "manages": manages, "invitations": invitations}
