"""The page on which a ticket is opened by hand."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from extractions.forms.acts import OpenForm
from extractions.pages import bodies_for, has_tab
from extractions.queries import tickets_of
from extractions.reading import data_frame
from requests_app.models import Dossier
from requests_app.policies import TEAM_ROLES
from requests_app.reading import dossier_for, roles_for


def asked(request: HttpRequest, reference: str) -> tuple[Dossier, OpenForm]:
    """The dossier and the form, as it was sent if it was; 404 for who may open none."""
    dossier = dossier_for(request, reference)
    on_team = roles_for(request, dossier) & TEAM_ROLES
    bodies = bodies_for(request, dossier) if has_tab(request, dossier) and not on_team else []
    if not bodies:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    return dossier, OpenForm(sent, dossier=dossier, bodies=bodies, tickets=tickets_of(dossier, request.user))


def shown(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """What stands around the form."""
    return data_frame(request, dossier)
