"""Tickets at each stage as light rows, a dossier whose gate is open, and people around them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, User
from accounts.roles import Role
from extractions.models import Ticket
from extractions.services.opening import cnam, open_ticket
from extractions.states import ENDED, Kind, TicketState
from fees.quotes.models import Quote
from fees.quotes.states import QuotePurpose
from requests_app.models import Dossier
from requests_app.states import State
from tests.accounts.factories import OrganisationFactory, RoleGrantFactory, UserFactory
from tests.fees.quoting import a_light_dossier, in_state, set_columns
from tests.requests_app.factories import cast


@dataclass
class Scene:
    """A dossier whose data are being prepared, and everybody around it."""

    people: dict[str, Any]
    dossier: Dossier
    holder: Organisation
    more: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.people[name]


def a_scene(*, gate_open: bool = True, **changes: Any) -> Scene:
    """A dossier in preparation; `cnam` and `cnam2` work at the CNAM, `holder_agent` for a holder, `lawyer` keeps conventions."""
    holder = OrganisationFactory()
    people = cast() | {
        "cnam": UserFactory(roles=[Role.CNAM_AGENT], device=True),
        "cnam2": UserFactory(roles=[Role.CNAM_AGENT], device=True),
    }
    people["holder_agent"] = UserFactory(device=True)
    RoleGrantFactory(user=people["holder_agent"], role=Role.DATA_CONTROLLER_AGENT, organisation=holder)
    dossier = a_light_dossier(people, State.COMPLETE, **changes)
    day = timezone.now().date() - timedelta(days=5)
    told = {"basis": "express", "authorised_on": day, "authorisation_number": "DR-2026-007"}
    set_columns(dossier, state=State.IN_PREPARATION if gate_open else State.CONTRACTING, **told)
    if gate_open:
        set_columns(dossier, convention_on=day, convention_reference="papier")
        pay_nothing(dossier)
    return Scene(people, Dossier.objects.select_related("content__controller").get(pk=dossier.pk), holder)


def pay_nothing(dossier: Dossier) -> None:
    """A quote of nothing that is accepted: the light of the payment is on."""
    zero, by = Decimal(0), dossier.created_by
    quote = Quote.objects.create(
        number=f"DEV-2026-9{dossier.pk:05d}",
        dossier=dossier,
        purpose=QuotePurpose.FIRM,
        snapshot="{}",
        snapshot_sha256=hashlib.sha256(b"{}").hexdigest(),
        net=zero,
        vat=zero,
        gross=zero,
        drawn_up_at=timezone.now(),
        drawn_up_by=by,
    )
    in_state(quote, "accepted", by)


def a_ticket(
    scene: Scene,
    kind: Kind = Kind.COHORT,
    state: str = TicketState.CREATED,
    *,
    organisation: Organisation | None = None,
    at: datetime | None = None,
) -> Ticket:
    """A ticket of the dossier at the CNAM, unless another body does it; another state is written as a row, not walked to."""
    at = at or timezone.now() - timedelta(hours=3)
    by = User.objects.system()
    ticket = open_ticket(scene.dossier, kind, organisation or cnam(), by=by, at=at)
    if state != TicketState.CREATED:
        set_columns(ticket, state=state, moved_at=at, state_since=at, ended_at=at if state in ENDED else None)
    return Ticket.objects.for_reading().get(pk=ticket.pk)
