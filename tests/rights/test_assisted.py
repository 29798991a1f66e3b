"""A request by letter, telephone or at the counter: entered by an agent, sealed at once, with the clocks of the day on which it came."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from accounts.roles import Role
from rights import codes
from rights.envelopes.models import Envelope
from rights.models import Request, Routing
from rights.states import Right
from tests.accounts.clients import sign_in
from tests.accounts.factories import RoleGrantFactory, UserFactory
from tests.rights.asking import ASKER, PERSON, Base, a_base, a_proof, hidden
from ui.words import day_in_words
from workflow.models import JournalLine
from workflow.outbox import muted
from workflow.periods import paris_day

pytestmark = pytest.mark.django_db
ENTRY = "/travail/droits/saisie/"


@pytest.fixture(autouse=True)
def no_letters() -> Iterator[None]:
    with muted():
        yield


def agent(role: Role = Role.OFFICER, *, checks: bool = False) -> Client:
    person = UserFactory(device=True)
    RoleGrantFactory(user=person, role=role)
    client = Client(enforce_csrf_checks=checks)
    client.cookies["django_language"] = "en"
    return sign_in(client, person)


class Entry:
    """An agent at work."""

    def __init__(self, client: Client | None = None) -> None:
        self.client = client or agent()
        self.page: Any = self.client.get(ENTRY)

    @property
    def text(self) -> str:
        return str(self.page.content.decode())

    def fill(self, **answers: Any) -> Entry:
        self.page = self.client.post(ENTRY, {**hidden(self.text), "go": "next", **answers})
        return self

    def to_identity(self, *bases: Base, days: int = 3, **arrival: Any) -> Entry:
        came = {
            "channel": "letter",
            "received_on": str(paris_day(timezone.now()) - timedelta(days=days)),
            "language": "fr",
            "capacity": "self",
        }
        self.fill(**came | {"databases": [base.slug for base in bases]} | arrival)
        return self.fill(**{f"right_{base.slug}": base_right(base) for base in bases})


def base_right(base: Base) -> str:
    return Right.ACCESS.value


def test_a_letter_is_entered_sealed_and_its_month_runs_from_the_day_on_which_it_came() -> None:
    base = a_base()
    entry = Entry().to_identity(base).fill(**PERSON)
    routing, now = Routing.objects.get(), timezone.now()
    assert "The request is entered" in entry.text
    assert paris_day(routing.received_at) == paris_day(now) - timedelta(days=3)
    assert paris_day(routing.month.started_at) == paris_day(routing.received_at)
    assert routing.request.channel == "letter"
    assert base.opened()["identity"]["birth_name"] == PERSON["birth_name"]
    line = JournalLine.objects.get(subject_type="routing", action="deposit")
    assert line.actor_role == Role.OFFICER and PERSON["birth_name"] not in str(line.facts)
    assert Envelope.objects.get().kept_until > now + timedelta(days=59)


def test_nothing_of_the_person_stays_behind() -> None:
    entry = Entry().to_identity(a_base())
    wrong = entry.fill(**PERSON | {"answer_email": "", "nir": "x"})
    assert wrong.page.status_code == 422 and PERSON["birth_name"] in wrong.text
    entry.fill(**PERSON)
    assert PERSON["birth_name"] not in entry.text
    for page in (wrong.page, entry.page):
        assert page["Cache-Control"] == "no-store"
    assert not any(PERSON["birth_name"] in str(one.get_decoded()) for one in Session.objects.all())


def test_the_same_page_sent_twice_makes_one_request() -> None:
    entry = Entry().to_identity(a_base())
    before = entry.page
    first = entry.fill(**PERSON).text
    entry.page = before
    assert codes.tidy(first.partition("data-code>")[2][:30].partition("<")[0]) in codes.tidy(
        entry.fill(**PERSON).text.partition("data-code>")[2][:30].partition("<")[0]
    )
    assert Request.objects.count() == 1


def test_only_who_enters_requests_sees_the_page_and_only_after_the_second_factor() -> None:
    assert agent(Role.DPO).get(ENTRY).status_code == 200
    assert agent(Role.CNAM_AGENT).get(ENTRY).status_code == agent(Role.AUDITOR).get(ENTRY).status_code == 404
    person = UserFactory(device=True)
    RoleGrantFactory(user=person, role=Role.OFFICER)
    assert sign_in(Client(), person, verified=False).get(ENTRY).status_code == 302
    assert Client().get(ENTRY).status_code == 302


def test_a_forged_entry_is_refused() -> None:
    assert agent(checks=True).post(ENTRY, {"step": "databases"}).status_code == 403


@pytest.mark.parametrize("wrong", [{"days": -1}, {"days": 400}, {"channel": "form"}, {"databases": ["nowhere"]}], ids=str)
def test_a_day_or_a_way_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    base = a_base()
    entry = Entry().to_identity(base, **wrong)
    assert entry.page.status_code == 422 and not Request.objects.exists()


def test_who_asks_for_somebody_else_joins_a_proof_in_memory() -> None:
    base = a_base()
    entry = Entry().to_identity(base, capacity="mandate")
    assert entry.fill(**PERSON, **ASKER).page.status_code == 422
    entry.fill(**PERSON, **ASKER, files=[a_proof()])
    assert base.opened()["files"][0]["name"] == "preuve.pdf"


def test_what_the_window_does_not_carry_is_told_and_not_entered() -> None:
    base = a_base(keyed=False)
    entry = Entry().to_identity(base)
    assert "asked for from the controller itself" in entry.text and not Request.objects.exists()


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_the_letter_and_the_receipt_bear_the_code_and_nothing_of_the_person() -> None:
    entry = Entry().to_identity(a_base()).fill(**PERSON)
    told = hidden(entry.text)
    letter = entry.client.post(reverse("assisted:letter"), {"token": told["token"][0]})
    code = entry.text.partition("data-code>")[2].partition("<")[0]
    assert letter["Content-Type"] == "application/pdf" and letter["Cache-Control"] == "no-store"
    assert code in words(letter.content) and PERSON["birth_name"] not in words(letter.content)
    receipt = entry.client.post(reverse("tracking:receipt"), {"code": code})
    assert receipt.content.startswith(b"%PDF")
    text = entry.client.post(reverse("tracking:receipt"), {"code": code, "form": "text"}).content.decode()
    followed = entry.client.post(reverse("tracking:home"), {"code": code}).content.decode()
    checked = entry.client.post(reverse("tracking:verify"), {"receipt": text}).content.decode()
    assert "Only the day was noted" in text and "12:00 (Paris)" not in text and "fr-alert--success" in checked
    with translation.override("en"):
        came = day_in_words(Request.objects.get().received_at)
    for page in (words(receipt.content), text, followed, checked):
        assert came in page and f"{came} at" not in page
    assert entry.client.post(reverse("assisted:letter"), {"token": "made-up"}).status_code == 404
    assert agent(Role.AUDITOR).post(reverse("assisted:letter"), {"token": told["token"][0]}).status_code == 404


def test_the_letter_says_how_far_an_opposition_goes_and_what_was_not_taken() -> None:
    taken, other = a_base("BNX", right=Right.OPPOSITION), a_base("BNY", keyed=False)
    entry = Entry()
    came = {"channel": "letter", "received_on": str(paris_day(timezone.now())), "language": "en", "capacity": "self"}
    entry.fill(**came, databases=[taken.slug, other.slug])
    entry.fill(**{f"right_{taken.slug}": "opposition", f"level_{taken.slug}": "research", f"right_{other.slug}": "access"}).fill(**PERSON)
    told = hidden(entry.text)
    letter = words(entry.client.post(reverse("assisted:letter"), told).content)
    assert "My data serve no research any more" in letter
    assert "What we could not take" in letter and "BNY" in letter and PERSON["birth_name"] not in letter
    only = words(entry.client.post(reverse("assisted:letter"), {"token": told["token"]}).content)
    assert "What we could not take" not in only


def test_a_blank_form_names_the_database_on_paper_and_in_no_address() -> None:
    base = a_base(right=Right.OPPOSITION)
    page = Client().get(reverse("assisted:blank"))
    assert base.slug in page.content.decode() and page["Cache-Control"] == "no-store"
    paper = Client().post(reverse("assisted:blank"), {"database": base.slug, "language": "en"})
    assert "BNX" in words(paper.content) and "Opposition" in words(paper.content)
    assert settings.OPERATOR_CONTACT in words(paper.content)  # where the filled-in form goes
    assert Client().post(reverse("assisted:blank"), {"database": "nowhere", "language": "en"}).status_code == 422
