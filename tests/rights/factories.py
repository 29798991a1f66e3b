"""Controllers, databases and requests at each stage, made as light as they can be."""

from __future__ import annotations

import base64
import secrets
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.roles import Role
from catalogue.models import Database, Level
from rights.entitlements.models import Entitlement
from rights.envelopes import sealing
from rights.envelopes.choices import SealedBy
from rights.envelopes.models import Envelope
from rights.envelopes.services.keeping import keep, seal_here
from rights.envelopes.services.keys import register_key, verify_key
from rights.models import Routing
from rights.services.opening import Choice, Taken, bearer_of, take
from rights.states import Level as Far
from rights.states import Right
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from workflow.outbox import muted


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


def a_request(
    *controllers: Controller, at: datetime | None = None, right: str = Right.ACCESS, level: str = "", token: bytes = b""
) -> Taken:
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


def a_key(controller: Controller, at: datetime | None = None, *, told: bool = False) -> tuple[Any, Any]:
    """A key of the controller that somebody compared and the window signed, and its private half; `told` writes the letters about it."""
    with nullcontext() if told else muted():
        return _a_key(controller, at)


def _a_key(controller: Controller, at: datetime | None) -> tuple[Any, Any]:
    private = ec.generate_private_key(ec.SECP256R1())
    now = at or timezone.now()
    text = base64.b64encode(sealing.raw(private.public_key())).decode()
    key = register_key(organisation=controller.organisation, public=text, valid_from=now, by=controller.agent, at=now)
    comparer = UserFactory()
    RoleGrantFactory(user=comparer, role=Role.DPO)
    return verify_key(key, read_out=key.fingerprint[:16], by=comparer, at=now), private


def an_envelope(routing: Routing, key: Any, content: dict[str, Any] | None = None, at: datetime | None = None) -> Envelope:
    """The envelope of a routing, sealed to this key as it is on arrival."""
    sealed = seal_here(content or {"v": 1, "words": "…"}, routing.database, key)
    return keep(routing, key, sealed, sealed_by=SealedBy.SERVER, at=at or timezone.now())


def opened(envelope: Any, private: Any) -> dict[str, Any]:
    """What an envelope or a sealed message says, for who has the private half."""
    return sealing.open_sealed(bytes(envelope.sealed), private, envelope.info)


def entitle(controller: Controller, right: str = Right.ACCESS, **kw: Any) -> Entitlement:
    """A right on a database, declared by its controller and approved by somebody else: exercised through the window, from 2020 on.

    `levels` of an opposition are all of them unless said; `approved=False` leaves it to be approved.
    """
    approved = kw.pop("approved", True)
    now = timezone.now()
    values = {
        "available": "yes",
        "valid": DateRange(date(2020, 1, 1), None),
        "source": "Page « Vos droits »",
        "legal_basis": "RGPD, art. 15",
    }
    if right == Right.OPPOSITION and kw.get("available", "yes") in ("yes", "partial"):
        values["levels"] = list(Far.values)
    if approved:
        values |= {"approved_by": kw.pop("approver", None) or UserFactory(), "approved_at": now}
    values |= {"declared_by": controller.agent, "declared_at": now, **kw}
    return Entitlement.objects.create(database=controller.database, right=right, **values)
