"""How a ticket of the demonstration goes on: its need, its linkage table, its matching, its packages, by the moves that people make."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
from django.conf import settings

from accounts.models import Organisation, User
from catalogue.models import Database
from extractions.delivery.choices import Channel, Fault
from extractions.delivery.manifest import FileLine
from extractions.delivery.rules import Delivered
from extractions.delivery.services import packages
from extractions.deposits.models import DepositRequest, ServiceKey
from extractions.deposits.services import asking, keys, receiving
from extractions.deposits.storage import Part
from extractions.linkage.columns import RECONSTRUCTION, TRIPLET_OR_NIR, column_set
from extractions.linkage.sealing import Seal
from extractions.matching.rules import Counted, Pass
from extractions.matching.services.deciding import decide, record_result
from extractions.models import Ticket
from extractions.needs.codes import Code, Nomenclature
from extractions.needs.content import Channel as Wish
from extractions.needs.content import Content, Criterion, Form, Format, Rhythm, Sense, sha256
from extractions.needs.services import drafting, proposing
from extractions.states import MATCHING_DIRECTLY, Desk, Kind, TicketState
from requests_app.models import Dossier
from requests_app.policies import OWNER, SIGNATORY, team_of
from workflow.periods import paris_day

S = TicketState
WHY = "Exemple de démonstration : motif imaginé."
KEY_FILE = "cle-de-demonstration-pseudonymisation.txt"
#: An extraction as large as real ones: 468 files, 6.4 TB.
FILES, BYTES = 468, 6_400_000_000_000


def sent(dossier: Dossier) -> Any:
    """Who speaks for the applicant: the owner of the dossier."""
    return _of_team(dossier, OWNER)


def _of_team(dossier: Dossier, role: str) -> Any:
    return next(person for person, roles in team_of(dossier).items() if role in roles)


class Walk:
    """One dossier of the demonstration, and who acts on its tickets."""

    def __init__(self, dossier: Dossier, people: dict[str, User], now: datetime) -> None:
        self.dossier, self.people, self.now = dossier, people, now

    def databases(self, body: Organisation) -> list[Database]:
        """The databases of the dossier on which this body works."""
        asked = Database.objects.filter(pk__in=self.dossier.content.sources.values("database"))
        return list(asked.filter(level="main") if body.siren == settings.CNAM_SIREN else asked.exclude(level="main"))

    def to(self, ticket: Ticket, goal: TicketState, at: datetime) -> None:
        """Walk the ticket until it stands where its story ends; each step takes a day."""
        by = worker_of(ticket, self.people)
        if goal in (S.REJECTED, S.CANCELLED):
            move = ticket.reject if goal == S.REJECTED else ticket.cancel
            move(by=by if goal == S.REJECTED else self.people["officier"], at=at, because=WHY)
        elif goal == S.NEED_TO_SPECIFY:
            ticket.ask_need(by=by, at=at, because="La période et les tableaux attendus ne sont pas précisés.")
        else:
            for day, step in enumerate(self._steps(ticket)):
                if ticket.state == goal:
                    return
                step(ticket, by, min(at + timedelta(days=day), self.now))
                ticket.refresh_from_db(fields=["moved_at"])

    def _steps(self, ticket: Ticket) -> list[Any]:
        kind = Kind(ticket.kind)
        if kind in MATCHING_DIRECTLY:
            plain = [_plain(move) for move in ("begin_format_check", "begin_pseudonymisation", "validate_table", "begin_matching")]
            return [self._deposit_asked, self._deposited, *plain, self._matched]
        if kind == Kind.INDIRECT_MATCHING:
            return [self._found_too_few]
        if kind == Kind.DELIVERY:
            return [_plain("begin_delivery"), self._refused_then_sent]
        begin = _plain("begin_targeting" if kind == Kind.TARGETING else "begin_extraction")
        return [begin, _plain("begin_quality_check"), _plain("pass_quality")]

    def _deposit_asked(self, ticket: Ticket, by: Any, at: datetime) -> None:
        columns = TRIPLET_OR_NIR if ticket.kind == Kind.DIRECT_MATCHING else RECONSTRUCTION
        terms = asking.Terms(str(columns["code"]), service_key(self.people, at), paris_day(self.now) + timedelta(days=60))
        named = [asking.Named(_of_team(self.dossier, SIGNATORY), "Centre de démonstration")]
        asking.open_deposit(ticket, named, terms, by=by, at=at)

    def _deposited(self, ticket: Ticket, _by: Any, at: datetime) -> None:
        asked = DepositRequest.objects.live().get(ticket=ticket)
        file, table = Part(), a_table(asked.columns)
        with Seal(column_set(asked.columns), [asked.key.recipient], file, on=paris_day(at)) as seal:
            seal.feed(table)
            receipt = seal.finish()
        receiving.keep(asked, file, receipt, by=asked.depositor, at=at)
        ticket.refresh_from_db(fields=["journal_seq"])
        ticket.__dict__.update(Ticket.objects.get(pk=ticket.pk).__dict__)

    def _matched(self, ticket: Ticket, by: Any, at: datetime) -> None:
        counted = Counted(45_000, (Pass("NIR du bénéficiaire", 41_210), Pass("triplet", 1_187)))
        result = record_result(ticket, counted, by=by, at=at)
        decide(ticket, result.pk, "Le taux dépasse le seuil.", goes_on=True, by=by, at=at)

    def _found_too_few(self, ticket: Ticket, by: Any, at: datetime) -> None:
        ticket.begin_matching(by=by, at=at)
        counted = Counted(19_000, (Pass("toutes les variables", 14_820), Pass("sans la commune", 1_030)))
        record_result(ticket, counted, by=by, at=at)

    def _refused_then_sent(self, ticket: Ticket, by: Any, at: datetime) -> None:
        """The first package lacks a file and is refused; the second is whole and awaits its answer."""
        first = packages.announce(ticket, a_package(FILES - 1, "Première livraison."), by=by, at=at)
        at = min(at + timedelta(hours=6), self.now)
        packages.refuse(first, [Fault.INCOMPLETE.value], "Un fichier de la liste manque.", by=sent(self.dossier), at=at)
        again = Ticket.objects.get(pk=ticket.pk)
        at = min(at + timedelta(hours=6), self.now)
        packages.announce(again, a_package(FILES, "Livraison complète, avec le fichier qui manquait."), by=by, at=at)
        ticket.__dict__.update(Ticket.objects.get(pk=ticket.pk).__dict__)


def worker_of(ticket: Ticket, people: dict[str, User]) -> User:
    """Who works at the desk of a ticket."""
    return people[{Desk.CNAM: "cnam", Desk.HOLDER: "responsable"}.get(Desk(ticket.desk), "officier")]


def _plain(move: str) -> Any:
    def step(ticket: Ticket, by: Any, at: datetime) -> None:
        getattr(ticket, move)(by=by, at=at)

    return step


def agree_on_need(walk: Walk, ticket: Ticket, at: datetime) -> None:
    """The desk writes the need from the dossier, the owner agrees: every ticket of this body may begin."""
    by = worker_of(ticket, walk.people)
    draft = drafting.begin_draft(walk.dossier, ticket.organisation, by=by, at=at)
    draft = drafting.save_section(draft, "general", 0, completed, by=by, at=at)
    seen = sha256(draft.content)
    version = proposing.propose(draft, seen, "Besoin imaginé pour la démonstration.", None, by=by, at=at)
    proposing.agree(version, version.sha256, by=sent(walk.dossier), at=at + timedelta(hours=3))


def completed(content: Content) -> Content:
    """What the dossier says, with what it leaves open made up."""
    codes = (Code("A41", "Autres sepsis"), Code("J15", "Pneumopathies bactériennes"))
    criterion = Criterion("c1", Sense.INCLUDES, Nomenclature.CIM10, "Séjour avec l’un de ces diagnostics.", codes=codes)
    databases = tuple(
        replace(
            one,
            year_from=one.year_from or 2016,
            year_to=one.year_to or 2021,
            criteria=one.criteria or (criterion,),
            variables_words=one.variables_words or "Soins, séjours et médicaments utiles aux questions posées.",
        )
        for one in content.databases
    )
    return replace(content, databases=databases, form=Form.INDIVIDUAL, format=Format.PARQUET, rhythm=Rhythm.ONCE, channel=Wish.SPACE)


def service_key(people: dict[str, User], at: datetime) -> ServiceKey:
    """The key of an imagined pseudonymisation service; its private half lies in the folder of the demonstration, and says what it is."""
    found = ServiceKey.objects.filter(ended_at=None).order_by("pk").first()
    if found is not None:
        return found
    identity = pyrage.x25519.Identity.generate()
    path = Path(settings.VAR_DIR) / KEY_FILE
    path.write_text(f"# Démonstration seulement : la clé privée d’un vrai service ne vient jamais ici.\n{identity}\n", encoding="utf-8")
    path.chmod(0o600)
    day = paris_day(at) - timedelta(days=400)
    made = keys.add_key(
        label="Service de pseudonymisation (démonstration)",
        recipient=str(identity.to_public()),
        valid_from=day,
        valid_until=None,
        by=people["admin"],
        at=at - timedelta(days=390),
    )
    return keys.confirm_key(made, by=people["cheffe"], at=at - timedelta(days=389))


def a_table(columns: dict[str, Any]) -> bytes:
    """A small table of nobody: numbers that follow the form and were never given to anybody."""
    if columns["code"].startswith("reconstruction"):
        rows = [f"D{number:04d};EXEMPLE;Camille;1980-01-{number + 1:02d};2" for number in range(20)]
    else:
        rows = [f"D{number:04d};;;;18001{number:02d}999{number:03d}" for number in range(20)]
    return "\n".join([";".join(column.title for column in column_set(columns).columns), *rows, ""]).encode()


def a_package(files: int, note: str) -> Delivered:
    """A package of so many files; sizes and checksums are made up."""
    size = BYTES // FILES
    rows = tuple(
        FileLine(f"extraction/lot_{place:03d}.parquet", hashlib.sha256(f"demonstration {place}".encode()).hexdigest(), size)
        for place in range(1, files + 1)
    )
    return Delivered(rows, Channel.SPACE.value, "Espace projet de démonstration", note=note)
