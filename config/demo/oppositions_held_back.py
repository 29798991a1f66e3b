"""Deliveries of the demonstration that may not be announced: nothing is attested of one, the opposition set of the other is too old."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts.models import Organisation, User
from catalogue.models import Database
from config.demo.dossiers import replaying
from config.demo.oppositions import FOLDER, by_letter, give_keys, version
from config.demo.people import INSTITUTE
from extractions.models import Ticket
from extractions.services.opening import open_ticket
from extractions.states import Kind, TicketState
from requests_app.models import Dossier
from rights.oppositions.models import OppositionSet
from workflow.refusals import Refusal

#: Database → how many days ago its set was published. The first one holds an opposition to the one study to which it is being delivered
#: (`tickets`); the second is older than the rule allows.
SETS = {"tarpon": 6, "e-sis": 46}
#: The second one is being delivered to this project.
TOO_OLD, PROJECT = "e-sis", "DEEP.PISTE"


def furnish(people: dict[str, User], now: datetime) -> None:
    """Publish the sets of the institute and begin to deliver with them; running it again changes nothing."""
    databases = {one.slug: one for one in Database.objects.filter(slug__in=SETS, holder__name=INSTITUTE)}
    if not databases or OppositionSet.objects.filter(database__in=databases.values()).exists():
        return
    holder, agent = Organisation.objects.get(name=INSTITUTE), User.objects.get(pk=people["responsable"].pk)
    folder = Path(settings.VAR_DIR) / FOLDER / f"{now:%Y%m%d%H%M%S}-institut"
    with replaying(), transaction.atomic():
        give_keys(folder, holder, people, now)
        for slug, database in sorted(databases.items()):
            version(database, folder, by_letter(), agent, now - timedelta(days=SETS[slug]))
        dossier = Dossier.objects.filter(is_demonstration=True, content__acronym=PROJECT, amends=None).first()
        if dossier is not None and TOO_OLD in databases:
            begin(dossier, databases[TOO_OLD], holder, agent, now - timedelta(days=3))


def begin(dossier: Dossier, database: Database, holder: Organisation, agent: User, at: datetime) -> None:
    """A ticket whose files are being made; nothing where the gate of the project is closed."""
    with suppress(Refusal), transaction.atomic():
        ticket: Ticket = open_ticket(dossier, Kind.DELIVERY, holder, by=User.objects.system(), at=at, databases=[database])
        if ticket.state == TicketState.CREATED:
            ticket.begin_delivery(by=agent, at=at + timedelta(hours=1))
