"""What surrounds the tickets of the demonstration: systems of the API, accesses to the data, destructions that are stated."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import ApiClient, Organisation, User
from accounts.services import create_api_client
from config.demo.dossiers import replaying
from config.demo.people import INSTITUTE
from config.demo.tickets_steps import sent, worker_of
from extractions.delivery.choices import Outcome
from extractions.delivery.models import AccessEntry, Destruction, Package
from extractions.delivery.services import access, destruction
from extractions.exchange.rules import READ, WRITE
from extractions.services.opening import cnam
from extractions.states import TicketState
from requests_app.models import Dossier
from requests_app.states import State
from workflow.periods import paris_day

#: A system of each body; nobody has made a token of it, so that nothing can come in by it.
SYSTEMS = "Planification des extractions (démonstration)"
#: What the team has done with a package that it had refused.
DESTROYED = "Les fichiers refusés ont été effacés de l’espace projet, copies de travail comprises ; texte imaginé pour la démonstration."


def furnish(people: dict[str, User], now: datetime) -> None:
    """Add what the tickets lead to; running it again changes nothing."""
    with replaying():
        for body in (cnam(), Organisation.objects.get(name=INSTITUTE)):
            let_a_system_in(body, people["admin"], now - timedelta(days=30))
        for dossier in Dossier.objects.filter(is_demonstration=True, amends=None, tickets__isnull=False).distinct().order_by("pk"):
            if not AccessEntry.objects.filter(dossier=dossier).exists():
                list_accesses(dossier, people["officier"], now - timedelta(days=15))
        if not Destruction.objects.exists():
            state_a_destruction(now - timedelta(days=1), people)


@transaction.atomic
def let_a_system_in(body: Organisation, keeper: User, at: datetime) -> None:
    """A system of a body, without a token."""
    if ApiClient.objects.filter(organisation=body).exists():
        return
    if body.verified_at is None:
        Organisation.objects.filter(pk=body.pk).update(verified_at=at, verified_by=keeper)
        body.refresh_from_db()
    create_api_client(name=SYSTEMS, organisation=body, scopes=(READ, WRITE), by=keeper, at=at)


@transaction.atomic
def list_accesses(dossier: Dossier, keeper: User, at: datetime) -> None:
    """The named users of a project: trained; of a running one bound by the terms and let in, else still to accept them."""
    access.draw_list(dossier, by=keeper, at=at)
    day = paris_day(at)
    for entry in AccessEntry.objects.filter(dossier=dossier).order_by("pk"):
        access.note(entry, email="", trained_on=day - timedelta(days=20), ends_on=None, by=keeper, at=at)
        if dossier.state != State.RUNNING:
            continue
        access.accept_terms(entry, by=keeper, at=at + timedelta(days=1), on_paper=True)
        access.open_account(entry, day + timedelta(days=2), by=keeper, at=at + timedelta(days=2))


@transaction.atomic
def state_a_destruction(at: datetime, people: dict[str, User]) -> None:
    """Two statements about packages that were refused: one is confirmed, the other waits for the desk."""
    refused = Package.objects.filter(ticket__dossier__is_demonstration=True, outcome=Outcome.REFUSED).select_related("ticket__dossier")
    for place, package in enumerate(refused.filter(ticket__state=TicketState.ACCEPTANCE).order_by("pk")[:2]):
        row = destruction.state(package, paris_day(at), DESTROYED, by=sent(package.ticket.dossier), at=at)
        if place:
            destruction.check(row, confirmed=True, because="", by=worker_of(package.ticket, people), at=at + timedelta(hours=5))
