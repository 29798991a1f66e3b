"""Whoever withdrew from a dossier meets nothing of it, at whatever address: the addresses are read from the router."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponseNotFound
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm
from pypdf import PdfReader

from accounts.models import Organisation, User
from accounts.roles import Role
from committee.models import Allocation, Consultation, Examination, Member, Paper, Question, Remark, RemarkFile, Report, Session
from committee.services.interests import declare, invite_to_withdraw
from committee.services.papers import make_report
from committee.states import Answer, Office, Quality
from requests_app.desks import indexing
from requests_app.models import Dossier
from requests_app.policies import RAPPORTEUR, RECUSED
from requests_app.talk.models import Message, Note
from requests_app.talk.services import write_message, write_note
from tests.accounts.clients import sign_in
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.committee.factories import a_member, a_session, an_examination, on_agenda
from tests.fees.factories import a_keeper
from tests.requests_app.factories import cast

pytestmark = pytest.mark.django_db

TITLE, ACRONYM = "Quetzalcoatl, une cohorte imaginaire", "QUETZAL"


# --- the addresses ---


@dataclass(frozen=True)
class Address:
    """One pattern of the router: its name with its namespaces, its path, and what it must be told."""

    name: str
    path: str
    told: tuple[str, ...]

    @property
    def is_of_a_dossier(self) -> bool:
        return "reference" in self.told and "comite/seances" not in self.path


def addresses(resolver: URLResolver | None = None, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[Address]:
    """Every address of the site."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, path, (*spaces, *([pattern.namespace] if pattern.namespace else [])))
        elif isinstance(pattern, URLPattern) and pattern.name:
            shape = pattern.pattern
            told = shape.regex.groupindex if isinstance(shape, RegexPattern) else shape.converters
            yield Address(":".join((*spaces, pattern.name)), path, tuple(told))


def filled(address: Address, values: dict[str, Iterable[Any]]) -> list[str]:
    """The address with everything that may stand in it here."""
    choices = [list(values[name]) for name in address.told]
    found = []
    for chosen in itertools.product(*choices):
        try:
            found.append(reverse(address.name, kwargs=dict(zip(address.told, chosen, strict=True))))
        except NoReverseMatch:  # a word where a number is expected
            continue
    return found


def test_the_router_tells_its_addresses() -> None:
    known = {address.name for address in addresses()}
    assert {"dossiers:page", "exports:file", "work:summary", "committee:interests", "committee:session", "registry:fiche"} <= known
    assert len(known) > 150


# --- what stands behind them ---


@dataclass
class Scene:
    """A dossier at its fullest, who withdrew from it, and who sees it."""

    dossier: Dossier
    examination: Examination
    session: Session
    withdrawn: dict[str, Member]
    watchers: list[Any]
    paper: Paper
    rows: list[int] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Iterable[Any]]:
        """What may stand in an address of the dossier."""
        ordinary = {
            "section": ["project"],
            "about": ["lay_summary"],
            "code": ["protocol", "avis-de-reception"],
            "form": ["pdf", "zip", "json", "docx"],
        }
        return ordinary | {
            "reference": [self.dossier.reference],
            "pk": self.rows,
            "number": [1, self.paper.number],
            "position": [1],
            "move": ["send_to_committee", "record_opinion", "withdraw"],
            "ending": ["csv", "xlsx"],
            "dimension": ["holder"],
            "slug": ["snds"],
            "criterion": ["a1"],
            "entry": [1],
            "organisation": self.examination.consultations.values_list("organisation_id", flat=True),
            "of": ["x"],
        }


def report_of(examination: Examination, member: Member, **said: Any) -> Allocation:
    """A report entrusted to somebody."""
    told = {"allocated_at": timezone.now(), "allocated_by": member.user}
    allocation: Allocation = Allocation.objects.create(examination=examination, member=member, **told)
    Report.objects.create(allocation=allocation, **said)
    assign_perm(RAPPORTEUR, member.user, examination.dossier)
    return allocation


def consulted(examination: Examination) -> Any:
    """The holder of a database of the dossier, who has remarked on it."""
    source = examination.dossier.content.sources.select_related("database").first()
    holder = Organisation.objects.create(name="Détenteur d’exemple")
    type(source.database).objects.filter(pk=source.database_id).update(holder=holder)
    agent = UserFactory(device=True)
    RoleGrantFactory(user=agent, role=Role.DATA_CONTROLLER_AGENT, organisation=holder)
    told = {"sent_at": timezone.now(), "due_at": timezone.now()}
    consultation = Consultation.objects.create(examination=examination, database=source.database, organisation=holder, **told)
    remark = Remark.objects.create(consultation=consultation, words="Rien à redire.", filed_at=timezone.now(), filed_by=agent)
    told = {"name": "note.pdf", "storage_name": "note", "content_type": "application/pdf", "size": 4, "sha256": "0" * 64}
    RemarkFile(remark=remark, added_at=timezone.now(), **told).file.save("note", ContentFile(b"%PDF"))
    return agent


@pytest.fixture
def bare_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of answers are the site's page for what is not found, the same for every address: here it is not drawn."""
    monkeypatch.setattr("django.conf.urls.handler404", lambda request, exception: HttpResponseNotFound())


@pytest.fixture
def scene(settings: Any, tmp_path: Any) -> Scene:
    settings.MEDIA_ROOT = tmp_path / "media"
    people = cast()
    president, delegate = a_member(Office.PRESIDENT), a_member(Office.DELEGATE)
    reporting, reading, expert = a_member(), a_member(), a_member(quality=Quality.EXPERT)
    examination = an_examination(people, title=TITLE, acronym=ACRONYM)
    dossier, agent = examination.dossier, consulted(examination)
    filed = report_of(examination, reading, filed_at=timezone.now(), sha256="0" * 64, proposal="favourable", method="Claire.")
    for one in (reporting, expert):
        report_of(examination, one)
    write_message(dossier, "lay_summary", "Précisez la population.", by=people["officer"], at=timezone.now())
    write_note(dossier, "À relire.", by=people["officer"], at=timezone.now())
    Question.objects.create(examination=examination, words="Combien ?", asked_at=timezone.now(), asked_by=delegate.user)
    session = a_session()
    on_agenda(session, examination)
    session.convene(by=people["officer"], at=timezone.now())
    list(indexing.rebuild("dossier"))
    paper = make_report(filed.report, by=User.objects.system(), at=timezone.now())
    for one in (reporting, expert):
        declare(examination, one, answer=Answer.CONFLICT, words="Un lien.", by=one.user, at=timezone.now())
    invite_to_withdraw(examination, president, words="Un lien.", by=delegate.user, at=timezone.now())
    withdrawn = {"president": president, "rapporteur": reporting, "expert": expert}
    watchers = [people["officer"], people["owner"], delegate.user, reading.user, agent, people["head"], a_keeper()]
    found = Scene(dossier, examination, session, withdrawn, watchers, paper)
    found.rows = sorted({one.pk for rows in hanging_from(dossier, examination) for one in rows} | {one.pk for one in withdrawn.values()})
    return found


def hanging_from(dossier: Dossier, examination: Examination) -> list[Any]:
    """The rows whose number stands in an address of the dossier."""
    among = [examination.allocations.all(), examination.questions.all(), examination.consultations.all(), dossier.attachments.all()[:2]]
    return [*among, *(model.objects.all() for model in (Report, Remark, RemarkFile, Message, Note))]


def said_in(response: Any) -> str:
    """Everything that an answer says, also within a file."""
    body = b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content
    told = " ".join(f"{name}: {value}" for name, value in response.headers.items())
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b" ".join(archive.read(name) for name in archive.namelist())
    if body.startswith(b"%PDF"):
        body = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).encode()
    return told + body.decode(errors="replace")


def names_it(response: Any, dossier: Dossier, url: str) -> bool:
    """Does an answer name the dossier, otherwise than by giving back what was asked?"""
    text = said_in(response)
    return any(word in text for word in (dossier.reference, TITLE, ACRONYM) if word not in url)


_ON_A_QUOTE = ("issue", "accept", "decline", "cancel", "paper_check", "paper_discard", "paper_record", "paper_scan", "facts_of_part")
_OF_A_NEED = (
    *("need", "begin", "draft", "general", "database", "codes", "draft_codes_file", "propose", "give_up"),
    *("version", "changes", "agree", "document", "codes_file"),
)
#: Addresses at which nobody finds anything at this stage, since there is nothing behind them yet: they read the dossier as the others do.
NOTHING_THERE_YET = frozenset(
    {
        *("finder:evidence", "exports:report", "dossiers:questions", "dossier_fiche"),  # nothing came by these ways
        *("talk:enclosure", "letters:letter_pdf"),  # no file was sent, no letter issued
        *("committee:sign", "committee:opinion"),  # there is no vote yet
        *("cnil:dossier", "cnil:meet", "cnil:withdraw", "cnil:transmitted", "cnil:attested"),  # nor a referral to the CNIL
        *("contracts:dossier", "drafting:begin"),  # nor an authorisation under which data are made available
        *("amendments:authorised", "amendments:index", "amendments:begin", "amendments:one", "amendments:contest"),
        *("amendments:changes", "amendments:qualify", "amendments:register"),  # nor an authorisation that could be amended
        *(f"quotes:{name}" for name in ("quote", "recompute", "snapshot", "paper", "decisions", "again", "payers", *_ON_A_QUOTE)),
        *(f"invoices:{name}" for name in ("plan", "invoice", "paper", "structured", "credit", "payment", "accounting")),  # nor a quote
        # nor is a need expressed before data are made available: these three rooms are judged in tests/extractions/test_interests
        *(f"needs:{name}" for name in _OF_A_NEED),
        *("extractions:dossier", "extractions:open"),  # nor a ticket
        *(f"delivery:{name}" for name in ("access", "draw", "note", "open", "close")),  # nor access to them
    }
)


def test_the_page_for_what_is_not_found_names_nothing(scene: Scene) -> None:
    for member in scene.withdrawn.values():
        url = reverse("dossiers:page", args=[scene.dossier.reference])
        response = sign_in(Client(), member.user).get(url)
        assert (response.status_code, b"<html" in response.content) == (404, True)
        assert not names_it(response, scene.dossier, url)


@pytest.mark.usefixtures("bare_not_found")
def test_every_address_of_the_dossier_is_not_found(scene: Scene) -> None:
    clients = {name: sign_in(Client(), member.user) for name, member in scene.withdrawn.items()}
    found = []
    for address in addresses():
        urls = filled(address, scene.values) if address.is_of_a_dossier else []
        asked = [("president", url) for url in urls] + [(name, url) for name in ("rapporteur", "expert") for url in urls[:1]]
        for name, url in asked:
            answers = {clients[name].get(url).status_code}
            if (url == urls[0] and name == "president") or answers == {405}:  # which row is named makes no difference to what is sent
                answers.add(clients[name].post(url).status_code)
            if not answers <= {404, 405} or 404 not in answers:
                found.append((name, url, sorted(answers)))
    assert not found


@pytest.mark.usefixtures("bare_not_found")
def test_each_of_these_addresses_is_there_for_somebody_else(scene: Scene) -> None:
    remove_perm(RECUSED, scene.withdrawn["president"].user, scene.dossier)
    clients = [sign_in(Client(), scene.withdrawn["president"].user)] + [sign_in(Client(), user) for user in scene.watchers]
    unseen = set()
    for address in addresses():
        if address.is_of_a_dossier and address.name not in NOTHING_THERE_YET:
            asked = itertools.product(filled(address, scene.values), list(clients))
            finder = next((client for url, client in asked if client.get(url).status_code != 404), None)
            if finder is None:
                unseen.add(address.name)
            else:  # whoever found the last address is asked first for the next one
                clients.sort(key=lambda client: client is not finder)
    assert not unseen, sorted(unseen)
    assert {address.name for address in addresses()} >= NOTHING_THERE_YET


#: Where whoever sees the dossier must find it, else what others do not find there would prove nothing.
NAMED_THERE = frozenset(
    {"work:search", "work:index", "work:search_export", "committee:session", "committee:my_interests", "committee:paper"}
)


@pytest.mark.usefixtures("bare_not_found")
def test_no_list_no_search_no_feed_and_no_session_names_it(scene: Scene) -> None:
    named, seen = [], set()
    watching = [sign_in(Client(), scene.watchers[place]) for place in (0, 3)]
    clients = {name: sign_in(Client(), member.user) for name, member in scene.withdrawn.items()}
    elsewhere = scene.values | {"reference": [scene.session.reference], "pk": scene.rows[:1]}
    for address in addresses():
        if address.is_of_a_dossier or not set(address.told) <= set(elsewhere):
            continue
        urls = filled(address, elsewhere)
        for url in urls + [f"{url}?q={ACRONYM}" for url in urls if "recherche" in url]:
            if address.name in NAMED_THERE - seen and any(names_it(client.get(url), scene.dossier, url) for client in watching):
                seen.add(address.name)
            for name, client in clients.items():
                answer = client.get(url)
                named += [(name, url)] if names_it(answer, scene.dossier, url) else []
                if answer.status_code == 405:  # whoever asks: it only takes what is sent
                    break
    assert not named
    assert seen == NAMED_THERE
