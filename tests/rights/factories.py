"""Controllers, databases and requests at each stage, made as light as they can be."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from accounts.roles import Role
from catalogue.models import Database, Level
from rights.models import Routing
from rights.services.opening import Choice, Taken, bearer_of, take
from rights.states import Right
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory


@dataclass
class Controller:
    """A controller, its database, and the agent who answers for it."""

    organisation: Organisation
    database: Database
    agent: User
    more: dict[str, Any] = field(default_factory=dict)


def a_controller(acronym: str = "BNX", **changes: Any) -> Controller:
    """A controller with one database and one agent."""
    organisation = changes.pop("organisation", None) or OrganisationFactory(name=f"Responsable de {acronym}")
    values = {"acronym": acronym, "slug": acronym.lower(), "level": Level.values[0], "holder": organisation, **changes}
    database = Database.objects.create(**values)
    agent = UserFactory()
    RoleGrantFactory(user=agent, role=Role.DATA_CONTROLLER_AGENT, organisation=organisation)
    return Controller(organisation, database, agent)


def a_request(*controllers: Controller, at: datetime | None = None, right: str = Right.ACCESS, level: str = "", token: bytes = b"") -> Taken:
    """A request that was sent to these controllers; without envelopes."""
    chosen = [Choice(one.database, one.organisation, Right(right), level=level) for one in controllers]
    return take(chosen, token=token or secrets.token_bytes(16), at=at or timezone.now())


def in_state(routing: Routing, *moves: str, by: Any, at: datetime | None = None, **words: Any) -> Routing:
    """Walk a routing through these moves."""
    for name in moves:
        getattr(routing, name)(by=by, at=at or timezone.now(), **words.get(name, {}))
    return routing


def person_of(taken: Taken) -> Any:
    """Whoever holds the code of this request."""
    return bearer_of(taken.request)
