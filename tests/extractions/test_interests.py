"""Whoever withdrew from a dossier whose data are being prepared meets none of its tickets, needs, tables and packages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.http import HttpResponseNotFound
from django.test import Client
from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts.roles import Role
from extractions.delivery.models import AccessEntry, Destruction, DestructionProof
from extractions.delivery.services import packages
from extractions.deposits.models.deposits import PurgeReason
from extractions.deposits.services import purging, receiving
from extractions.matching.rules import Counted, Pass
from extractions.matching.services.deciding import record_result
from extractions.models import Link, Ticket
from extractions.needs.codes import Code, Nomenclature
from extractions.needs.content import Content, Criterion, DatabaseNeed, Origin, Sense, sha256, write
from extractions.needs.models import Need, NeedDraft, NeedVersion
from extractions.services.opening import cnam
from extractions.states import Kind, TicketState
from requests_app.policies import RECUSED
from tests.accounts.clients import sign_in
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.committee.test_interests_everywhere import ACRONYM, NOTHING_THERE_YET, TITLE, addresses, filled, names_it
from tests.extractions.depositing import asked_of, deposited
from tests.extractions.factories import Scene, a_scene, a_ticket
from tests.extractions.test_delivery import told

pytestmark = pytest.mark.django_db
ROOMS = ("extractions", "needs", "deposits", "matching", "delivery")
#: What is of no dossier: boards, one's own accesses, keys of services.
OF_NO_DOSSIER = frozenset(
    {"extractions:work", "delivery:mine", "delivery:terms", "deposits:keys", "deposits:key_confirm", "deposits:key_end"}
)


@dataclass
class Prepared:
    """A dossier with everything that its data bring, who sees it and who withdrew from it."""

    scene: Scene
    withdrawn: dict[str, Any]
    watchers: list[Any]
    values: dict[str, list[Any]]


@pytest.fixture
def prepared(settings: Any, tmp_path: Any) -> Prepared:
    settings.DEPOSITS_DIR, settings.MEDIA_ROOT = tmp_path / "deposits", tmp_path / "media"
    scene = a_scene(title=TITLE, acronym=ACRONYM)
    asked, other = asked_of(UserFactory(device=True), UserFactory(device=True), scene=scene, centres=("Nord", "Sud", ""))
    tickets = [a_ticket(scene), asked.ticket, matched(scene), *delivered(scene), a_ticket(scene, Kind.COHORT, organisation=scene.holder)]
    Link.objects.create(before=tickets[2], after=tickets[0])
    table, gone = deposited(Client(), asked), deposited(Client(), other)
    receiving.note_broken(asked, "abandoned", by=asked.depositor, at=timezone.now())
    purging.ask_purge([gone], PurgeReason.WITHDRAWN, timezone.now())
    purging.certify(gone, at=timezone.now())
    entry = AccessEntry.objects.create(dossier=scene.dossier, name="Anne Exemple", organisation="CHU", listed_at=timezone.now())
    slug = expressed(scene)
    values: dict[str, list[Any]] = {"reference": [scene.dossier.reference], "number": [*(one.number for one in tickets), 2]}
    values |= {"organisation": [cnam().pk], "slug": [slug], "criterion": ["c1"], "entry": [entry.pk], "package": [1]}
    values |= {
        "pk": [asked.pk, table.pk, gone.pk],
        "move": ["reject", "ask_need"],
        "statement": list(Destruction.objects.values_list("pk", flat=True)),
    }
    watchers = [scene[who] for who in ("cnam", "officer", "owner", "holder_agent")] + [asked.depositor]
    return Prepared(scene, withdrawn(scene), watchers, values)


def withdrawn(scene: Scene) -> dict[str, Any]:
    """Agents of every desk who took no part in the dossier for a conflict of interests."""
    found = {role.value: UserFactory(roles=[role], device=True) for role in (Role.CNAM_AGENT, Role.OFFICER, Role.COMMITTEE_MEMBER)}
    for name, body in (("holder", scene.holder), ("cnam_body", cnam())):
        found[name] = UserFactory(device=True)
        RoleGrantFactory(user=found[name], role=Role.DATA_CONTROLLER_AGENT, organisation=body)
    for person in found.values():
        assign_perm(RECUSED, person, scene.dossier)
    return found


def matched(scene: Scene) -> Ticket:
    """A matching whose result awaits a decision."""
    ticket = a_ticket(scene, Kind.INDIRECT_MATCHING, TicketState.MATCHING)
    record_result(ticket, Counted(100, (Pass("NIR", 95),)), by=scene["cnam"], at=timezone.now())
    return ticket


def delivered(scene: Scene) -> list[Ticket]:
    """Two deliveries: one that is on its way, and one that awaits an answer, with a destruction that was stated."""
    ready = a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY, organisation=scene.holder)
    first = packages.announce(ready, told(), by=scene["holder_agent"], at=timezone.now())
    packages.refuse(first, ["checksum"], "À refaire.", by=scene["owner"], at=timezone.now())
    ticket = a_ticket(scene, Kind.DELIVERY, TicketState.DELIVERY)
    package = packages.announce(ticket, told(), by=scene["cnam"], at=timezone.now())
    at, day = timezone.now(), timezone.now().date() - timedelta(days=1)
    stated = Destruction.objects.create(package=package, destroyed_on=day, words="Effacé.", stated_at=at, stated_by=scene["owner"])
    proof = {"name": "p.pdf", "storage_name": "p", "content_type": "application/pdf", "size": 4, "sha256": "0" * 64, "added_at": at}
    DestructionProof(destruction=stated, **proof).file.save("p", ContentFile(b"%PDF"))
    return [ready, ticket]


def expressed(scene: Scene) -> str:
    """A need with a version that awaits an answer, and a draft of either side; the answer is its database."""
    database = scene.dossier.content.sources.select_related("database").first().database
    codes = (Code("C34", "Poumon"),)
    said = DatabaseNeed(database.slug, database.acronym, criteria=(Criterion("c1", Sense.INCLUDES, Nomenclature.CIM10, "Un", codes=codes),))
    text = write(Content(scene.dossier.reference, cnam().name, Origin(0), population=TITLE, databases=(said,)))
    need, now = Need.objects.create(dossier=scene.dossier, organisation=cnam(), criteria_made=1), timezone.now()
    for number in (1, 2):
        row = {"number": number, "content": text, "sha256": sha256(text), "drafted_at": now, "drafted_by": scene["owner"]}
        NeedVersion.objects.create(need=need, side="applicant", **row)
    for side in ("applicant", "desk"):
        NeedDraft.objects.create(need=need, side=side, content=text, based_on=2, saved_at=now, saved_by=scene["owner"])
    return str(database.slug)


def judged() -> list[Any]:
    """The addresses of the rooms that read one dossier, in its address or by a ticket's number."""
    known = [one for one in addresses() if one.name.split(":")[0] in ROOMS]
    assert {one.name for one in known} >= OF_NO_DOSSIER
    return [one for one in known if one.name not in OF_NO_DOSSIER]


@pytest.mark.usefixtures("bare_not_found")
def test_every_address_of_the_data_is_there_for_somebody_and_not_for_who_withdrew(prepared: Prepared) -> None:
    watching = [sign_in(Client(), person) for person in prepared.watchers]
    shut = {name: sign_in(Client(), person) for name, person in prepared.withdrawn.items()}
    unseen, found = set(), []
    for one in judged():
        urls = filled(one, prepared.values)
        seen = next(((client, url) for url in urls for client in watching if client.get(url).status_code != 404), None)
        if seen is None:
            unseen.add(one.name)
            continue
        finder, there = seen
        watching.sort(key=lambda client: client is not finder)  # who saw the last address is asked first for the next one
        for name, client in shut.items():
            answers = {client.get(there).status_code}
            if answers == {405}:
                answers = {client.post(there).status_code}
            found += [(name, there, answers)] if answers != {404} else []
    assert not unseen and not found
    rooms = {name for name in NOTHING_THERE_YET if name.split(":")[0] in ROOMS}
    assert rooms <= {one.name for one in judged()}, "what the committee's dossier has not yet is judged here"


def test_no_board_and_no_list_names_it_to_who_withdrew(prepared: Prepared) -> None:
    numbers = [str(one) for one in prepared.values["number"] if one != 2]
    boards = ["/travail/tickets/", f"/travail/tickets/?q={ACRONYM}", "/travail/tickets/?colonne=need", "/travail/"]
    seen = "".join(sign_in(Client(), prepared.scene["cnam"]).get(url).content.decode() for url in boards[:3])
    assert all(number in seen for number in numbers if "TIC" in number and _of_cnam(number))
    for name, person in prepared.withdrawn.items():
        cache.clear()
        client = sign_in(Client(), person)
        for url in boards:
            answer = client.get(url)
            assert not names_it(answer, prepared.scene.dossier, url), (name, url)
            assert not any(number in answer.content.decode() for number in numbers), (name, url)


def _of_cnam(number: str) -> bool:
    return bool(Ticket.objects.filter(number=number, organisation=cnam()).exists())


@pytest.fixture
def bare_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page for what is not found is the same for every address: here it is not drawn."""
    monkeypatch.setattr("django.conf.urls.handler404", lambda request, exception: HttpResponseNotFound())
