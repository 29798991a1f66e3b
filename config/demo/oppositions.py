"""Opposition sets of the demonstration: two versions built and signed with the real tool, and a delivery that was made with the second."""

from __future__ import annotations

import argparse
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Organisation, User
from catalogue.models import Database
from config.demo.dossiers import replaying
from extractions.delivery.choices import Channel
from extractions.delivery.manifest import FileLine
from extractions.delivery.rules import Delivered
from extractions.delivery.services import packages
from extractions.models import Ticket
from extractions.services.opening import open_ticket
from extractions.states import Kind, TicketState
from requests_app.models import Dossier
from rights.oppositions import documents
from rights.oppositions.models import OppositionSet
from rights.oppositions.services import keys
from rights.oppositions.services.attesting import attest
from rights.oppositions.services.publishing import publish, receipts_for
from rights.policies import controllers_of
from tools import opposition_sets as sets
from tools import opposition_tokens as tool
from workflow.refusals import Refusal

#: Database → how many days ago its first version was published: after what was delivered before.
SETS = {"bndmr": 46, "eds-aphp": 15}
#: Where the controller of the demonstration keeps its keys and sets; on a real site they never come near it.
FOLDER = "demo-oppositions"
#: People who objected by letter, before the window was opened.
BY_LETTER = 37


def furnish(people: dict[str, User], now: datetime) -> None:
    """Publish two versions for each database, and deliver with the second; running it again changes nothing."""
    mine = controllers_of(people["responsable"])
    databases = list(Database.objects.filter(slug__in=SETS, holder__in=mine).select_related("holder").order_by("slug"))
    holder: Any = databases[0].holder if databases else None
    if holder is None or OppositionSet.objects.filter(database__in=databases).exists():
        return
    agent, folder = User.objects.get(pk=people["responsable"].pk), Path(settings.VAR_DIR) / FOLDER / f"{now:%Y%m%d%H%M%S}"
    with replaying(), transaction.atomic():
        give_keys(folder, holder, people, now)
        letters = by_letter()
        for database in (one for one in databases if one.holder == holder):
            version(database, folder, letters, agent, now - timedelta(days=SETS[database.slug]))
            version(database, folder, "", agent, now - timedelta(days=6))
            deliver(database, folder, agent, now)


def give_keys(folder: Path, holder: Organisation, people: dict[str, User], now: datetime) -> None:
    """The keys of a controller in a folder of its own, registered and compared."""
    agent = User.objects.get(pk=people["responsable"].pk)
    key = keys.register(holder, tool.make_keys(folder), by=agent, at=now - timedelta(days=60))
    keys.compare(key, key.fingerprint, by=people["dpo"], at=now - timedelta(days=59))


def by_letter() -> str:
    """Lines of the tool for people who objected before the window was opened."""
    return "".join(f"IMAGINE{place:04d};LETTRE-{place};\n" for place in range(BY_LETTER))


def version(database: Database, folder: Path, more: str, agent: User, at: datetime) -> None:
    """Build the next version with the controller's tool and publish it."""
    receipts = receipts_for(database, by=agent, at=at)
    name = folder / f"{database.slug}-v{receipts['version']}"
    studies = {one["number"]: one["study"] for one in receipts["in_force"]}
    entering = "".join(f"IMAGINE-{number};{number};{studies[number]}\n" for number in receipts["entering"])
    told = argparse.Namespace(nature="texte", effet=receipts["cutoff_at"], retraits=None, avant=None)
    told.recepisses, told.ajouts = f"{name}.recepisses.json", f"{name}.ajouts.csv"
    Path(told.recepisses).write_text(json.dumps(receipts), encoding="utf-8")
    Path(told.ajouts).write_text(f"identifiant;reference;etude\n{entering}{more}", encoding="utf-8")
    if receipts["version"] > 1:
        told.avant = str(folder / f"{database.slug}-v{receipts['version'] - 1}.set")
    made, manifest = sets.build(sets.keys_of(str(folder)), told)
    tool.keep_set(made, manifest, str(name))
    publish(documents.read(documents.canonical(manifest), documents.SET), by=agent, at=at)


def deliver(database: Database, folder: Path, agent: User, now: datetime) -> None:
    """Deliver out of the database to the first project whose gate lets it pass: filtered, attested, announced."""
    for dossier in (
        Dossier.objects.filter(is_demonstration=True, amends=None, fiche__isnull=False, tickets__isnull=False).distinct().order_by("pk")
    ):
        try:
            with transaction.atomic():
                deliver_to(dossier, database, folder, agent, now)
        except Refusal:
            continue
        return


def deliver_to(dossier: Dossier, database: Database, folder: Path, agent: User, now: datetime) -> None:
    """One ticket of delivery with its package. Raises Refusal where the gate is closed."""
    holder: Any = database.holder
    at = now - timedelta(days=3)
    ticket: Ticket = open_ticket(dossier, Kind.DELIVERY, holder, by=User.objects.system(), at=at, databases=[database])
    if ticket.state == TicketState.CREATED:
        ticket.begin_delivery(by=agent, at=at + timedelta(hours=1))
    signed = attested(ticket, folder, database)
    now = max(now, signed.at("signed_at"))  # the tool has a clock of its own
    attest(ticket, signed, by=agent, at=now)
    files = (FileLine("donnees.csv.gz", signed.said["outputs"][0], 52_428_800),)
    packages.announce(ticket, Delivered(files, Channel.SPACE, "Espace projet de la démonstration"), by=agent, at=now)


def attested(ticket: Ticket, folder: Path, database: Database) -> documents.Signed:
    """Filter an imaginary extraction and attest it, as the controller would."""
    last = folder / f"{database.slug}-v2.set"
    rows = "".join(f"IMAGINE{place:04d};{place}\n" for place in range(9_000))
    (folder / "extraction.csv").write_text(f"ID;valeur\n{rows}", encoding="utf-8")
    out = str(folder / f"{ticket.number}.csv")
    told = argparse.Namespace(jeu=str(last), nature="texte", etude="", separateur=";", colonne="ID", processus=1)
    told.extraction, told.sortie, told.sorties = str(folder / "extraction.csv"), out, [out]
    told.emballe = told.autre = None
    told.operateur, told.ticket, told.colis, told.projet = "poste de démonstration", ticket.number, 1, ticket.dossier.reference
    tool.filter_file(sets.keys_of(str(folder)), told)
    return documents.read(documents.canonical(tool.attest(sets.keys_of(str(folder)), told)), documents.ATTESTATION)
