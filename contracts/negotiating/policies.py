"""For whom somebody speaks in a negotiation: the operator, or one of the other parties. What each may do stands in `contracts.policies`."""

from __future__ import annotations

from typing import Any

from accounts.models import Organisation
from accounts.policies import organisations_of
from contracts.policies import MAY
from contracts.queries import bodies_of
from requests_app.policies import TEAM_ROLES


def speaks_for(user: Any, convention: Any) -> Organisation | None:
    """The party for which a person speaks; None for the operator.

    Who acts for a party speaks for it. The team of the dossier speaks for its own body, else for the controller.
    """
    roles = convention.roles_of(user)
    if roles & MAY["settle_proposal"]:
        return None
    others = counterparties(convention)
    own = [one for one in others if one.pk in bodies_of(user) | organisations_of(user)]
    if own or not roles & TEAM_ROLES:
        return own[0] if own else None
    controller = convention.dossier.content.controller_id
    return next((one for one in others if one.pk == controller), others[0] if others else None)


def counterparties(convention: Any) -> list[Organisation]:
    """The parties beside the operator, in their order."""
    return [party.organisation for party in convention.parties_read() if not party.organisation.is_operator]
