"""The tab “CNIL” of a dossier and the desk: who sees what, what each page records, in a number of queries that does not grow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from requests_app.cnil import services
from requests_app.cnil.models import Commitment, CommitmentUse, Transmission
from requests_app.cnil.packing import pack
from requests_app.models import Dossier
from requests_app.states import State
from requests_app.transitions.base import Recorded
from tests.accounts.clients import sign_in
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.files.corpus import a_pdf
from tests.needs import needs
from tests.requests_app.factories import a_dossier, make
from ui.words import day_in_words
from workflow.models import AccessRead
from workflow.periods import paris_day

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def authorised(people: dict[str, Any], text: str = "") -> Dossier:
    dossier = a_dossier(State.WITH_CNIL, people)
    at = timezone.now() - timedelta(hours=3)
    dossier.authorise(by=people["cnil"], at=at, act=Recorded(paris_day(at), "DR-2026-001", text))
    return dossier


def tab(dossier: Dossier) -> str:
    return reverse("cnil:dossier", args=[dossier.reference])


def test_the_tab_opens_once_the_cnil_has_the_dossier_to_whoever_sees_it(client: Any, people: dict[str, Any]) -> None:
    dossier, before = a_dossier(State.WITH_CNIL, people), a_dossier(State.OPINION_GIVEN, people)
    statuses = {name: sign_in(client, people[name]).get(tab(dossier)).status_code for name in ("owner", "officer", "cnil")}
    assert set(statuses.values()) == {200}
    assert sign_in(client, UserFactory()).get(tab(dossier)).status_code == 404
    assert sign_in(client, people["officer"]).get(tab(before)).status_code == 404


def test_once_the_period_is_over_the_tab_says_what_silence_does_and_from_which_day_it_did(client: Any, people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=140))
    sign_in(client, people["officer"])
    shown = client.get(tab(dossier), headers=ENGLISH).content.decode()
    assert ("The period is over, and no decision is recorded" in shown, "keeps silent until that day" in shown) == (True, False)
    make(dossier, "confirm_tacit_authorisation", people, timezone.now() - timedelta(minutes=5))
    with override("en"):
        said = f"The project is authorised from {day_in_words(Dossier.objects.get(pk=dossier.pk).authorised_on)}"
    assert said in client.get(tab(dossier), headers=ENGLISH).content.decode()


@needs("pango")
def test_the_file_goes_to_the_officer_and_the_cnils_liaison_alone_and_the_reading_is_noted(client: Any, people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    made = Transmission.objects.get(dossier=dossier)
    address = reverse("cnil:transmitted", args=[dossier.reference, made.number, "zip"])
    assert sign_in(client, people["officer"]).get(address).status_code == 404
    pack(made, at=timezone.now())
    answers = {name: sign_in(client, people[name]).get(address) for name in ("officer", "cnil", "owner", "president")}
    assert {name: answer.status_code for name, answer in answers.items()} == {"officer": 200, "cnil": 200, "owner": 404, "president": 404}
    assert b"".join(answers["cnil"].streaming_content)[:2] == b"PK"
    assert AccessRead.objects.filter(reader=people["cnil"], page="cnil_package").exists()
    made.refresh_from_db()
    shown = sign_in(client, people["owner"]).get(tab(dossier)).content.decode()
    assert made.number in shown
    assert made.package_sha256 not in shown


def test_the_liaison_records_the_day_of_receipt_on_its_page(client: Any, people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    address, day = reverse("cnil:receipt", args=[dossier.reference]), paris_day(timezone.now())
    assert sign_in(client, people["owner"]).get(address).status_code == 404
    sign_in(client, people["cnil"])
    assert client.post(address, {"on": "2020-01-01"}).status_code == 422
    assert client.post(address, {"on": day.isoformat()}).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).cnil_received_on == day
    assert client.get(address).status_code == 404
    assert address not in client.get(tab(dossier)).content.decode()
    sign_in(client, people["officer"])
    earlier = (day - timedelta(days=1)).isoformat()
    assert "Correct the day of receipt" in client.get(tab(dossier), headers=ENGLISH).content.decode()
    assert client.post(address, {"on": earlier}).context["form"].errors.keys() == {"because"}
    assert client.post(address, {"on": earlier, "because": "Faute de frappe"}).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).cnil_received_on == day - timedelta(days=1)


def test_the_plain_page_of_the_commitment_leads_to_its_own_and_makes_nothing(client: Any, people: dict[str, Any]) -> None:
    dossier = a_dossier(State.COMPLETE, people, procedure="mr004")
    sign_in(client, people["officer"])
    plain = reverse("dossiers:move", args=[dossier.reference, "verify_commitment"])
    typed = {"happened_on": paris_day(timezone.now()).isoformat(), "reference": "2200123", "as_written": "on"}
    for answer in (client.get(plain), client.post(plain, typed)):
        assert (answer.status_code, answer.url) == (302, reverse("cnil:verify", args=[dossier.reference]))
    assert Dossier.objects.get(pk=dossier.pk).state == State.COMPLETE
    submitted = a_dossier(State.SUBMITTED, people)
    assert client.get(reverse("dossiers:move", args=[submitted.reference, "declare_complete"])).status_code == 200


def test_an_odd_number_is_said_once_and_recorded_when_it_is_confirmed(client: Any, people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    sign_in(client, people["cnil"])
    address = reverse("dossiers:move", args=[dossier.reference, "authorise"])
    typed = {"happened_on": paris_day(timezone.now()).isoformat(), "reference": "2026/104", "seen": dossier.journal_seq}
    first = client.post(address, typed, headers=ENGLISH)
    assert first.status_code == 422
    assert "does not look like a number of the CNIL" in first.content.decode()
    assert client.post(address, typed | {"as_written": "on"}).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).authorisation_number == "2026/104"


def test_an_officer_who_transcribes_a_decision_is_asked_for_its_document_and_the_liaison_is_not(
    client: Any, people: dict[str, Any]
) -> None:
    for name, document, status in (("officer", False, 422), ("officer", True, 302), ("cnil", False, 302)):
        dossier = a_dossier(State.WITH_CNIL, people)
        typed: dict[str, Any] = {
            "happened_on": paris_day(timezone.now()).isoformat(),
            "reference": "DR-2026-104",
            "seen": dossier.journal_seq,
        }
        if document:
            typed["document"] = SimpleUploadedFile("decision.pdf", a_pdf())
        sign_in(client, people[name])
        assert client.post(reverse("dossiers:move", args=[dossier.reference, "authorise"]), typed).status_code == status


def test_a_liaison_without_the_second_factor_records_nothing(client: Any, people: dict[str, Any]) -> None:
    dossier = a_dossier(State.WITH_CNIL, people)
    sign_in(client, people["cnil"], verified=False)
    typed = {"happened_on": paris_day(timezone.now()).isoformat(), "reference": "DR-2026-104"}
    client.post(reverse("dossiers:move", args=[dossier.reference, "authorise"]), typed)
    assert Dossier.objects.get(pk=dossier.pk).state == State.WITH_CNIL


def test_the_team_reads_its_obligations_and_says_how_they_were_met(client: Any, people: dict[str, Any]) -> None:
    dossier = authorised(people, "Informer les personnes | 01/02/2026")
    sign_in(client, people["owner"])
    first_page = client.get(dossier.get_absolute_url(), headers=ENGLISH).content.decode()
    assert "1 obligation of the authorisation is late." in first_page
    address = reverse("cnil:meet", args=[dossier.reference, 1])
    assert client.post(address, {"on": paris_day(timezone.now()).isoformat(), "words": ""}).status_code == 422
    assert client.post(address, {"on": paris_day(timezone.now()).isoformat(), "words": "Notice publiée"}).status_code == 302
    assert "Notice publiée" in client.get(tab(dossier)).content.decode()
    assert client.get(address).status_code in (200, 409)
    assert client.post(reverse("cnil:withdraw", args=[dossier.reference, 1]), {"because": "x"}).status_code == 404
    assert client.post(reverse("cnil:add", args=[dossier.reference]), {"words": "x"}).status_code == 404


def test_the_officer_adds_and_withdraws_obligations_on_their_pages(client: Any, people: dict[str, Any]) -> None:
    dossier = authorised(people)
    sign_in(client, people["officer"])
    assert client.post(reverse("cnil:add", args=[dossier.reference]), {"words": "Auditer", "due_on": "2027-01-31"}).status_code == 302
    assert client.get(reverse("cnil:withdraw", args=[dossier.reference, 1])).status_code == 200
    assert client.post(reverse("cnil:withdraw", args=[dossier.reference, 1]), {"because": "Levée"}).status_code == 302
    assert dossier.obligations.get().withdrawn_because == "Levée"


# --- commitments ----------------------------------------------------------------------------------
def test_the_page_of_the_commitment_offers_the_one_that_the_controller_has(client: Any, people: dict[str, Any]) -> None:
    dossier = a_dossier(State.COMPLETE, people, procedure="mr004")
    told = {"number": "2200123", "committed_on": paris_day(timezone.now()), "at": timezone.now()}
    known = services.commit(dossier.content.controller, "mr004", **told, by=people["officer"])
    sign_in(client, people["officer"])
    page = client.get(dossier.get_absolute_url()).content.decode()
    address = reverse("cnil:verify", args=[dossier.reference])
    assert address in page
    assert "2200123" in client.get(address).content.decode()
    typed = {"rests_on": str(known.pk), "happened_on": paris_day(timezone.now()).isoformat(), "seen": dossier.journal_seq}
    assert client.post(address, typed).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).authorisation_number == "2200123"
    assert CommitmentUse.objects.get(dossier=dossier).commitment == known


def test_a_new_commitment_asks_for_its_number_and_its_day(client: Any, people: dict[str, Any]) -> None:
    dossier = a_dossier(State.COMPLETE, people, procedure="mr004")
    sign_in(client, people["officer"])
    address, day = reverse("cnil:verify", args=[dossier.reference]), paris_day(timezone.now()).isoformat()
    assert client.post(address, {"happened_on": day, "number": "2200123"}).status_code == 422
    assert client.post(address, {"happened_on": day, "number": "2200123", "committed_on": "2024-03-04"}).status_code == 302
    assert Commitment.objects.get(number="2200123").committed_on.isoformat() == "2024-03-04"


def test_commitments_are_kept_by_the_secretariat(client: Any, people: dict[str, Any]) -> None:
    address, controller = reverse("cnil:commitments"), OrganisationFactory()
    assert sign_in(client, people["cnil"]).get(address).status_code == 404
    sign_in(client, people["officer"])
    typed = {"organisation": controller.pk, "methodology": "mr005", "number": "2300001", "committed_on": "2025-01-06"}
    assert client.post(address, typed).status_code == 302
    assert client.post(address, typed | {"organisation": OrganisationFactory().pk}).status_code == 422
    assert "2300001" in client.get(address).content.decode()


# --- the desk -------------------------------------------------------------------------------------
def test_the_desk_shows_what_awaits_a_decision_by_due_date_and_what_is_due(client: Any, people: dict[str, Any]) -> None:
    sooner = a_dossier(State.WITH_CNIL, people, begun=timezone.now() - timedelta(days=60))
    later = a_dossier(State.WITH_CNIL, people)
    incomplete, done = a_dossier(State.CNIL_INCOMPLETE, people), authorised(people, "Informer | 01/02/2026")
    sign_in(client, people["cnil"])
    shown = client.get(reverse("cnil:desk")).content.decode()
    assert 0 < shown.index(sooner.reference) < shown.index(later.reference)
    assert incomplete.reference not in shown
    assert incomplete.reference in client.get(reverse("cnil:desk") + "?liste=incomplete").content.decode()
    assert done.reference in client.get(reverse("cnil:desk") + "?liste=obligations").content.decode()


def test_the_desk_is_closed_to_the_team(client: Any, people: dict[str, Any]) -> None:
    assert sign_in(client, people["owner"]).get(reverse("cnil:desk")).status_code == 404
    assert sign_in(client, UserFactory(auditor=True)).get(reverse("cnil:desk")).status_code == 404


@pytest.mark.parametrize("wanted", ["awaiting", "obligations"])
def test_the_desk_costs_as_many_queries_for_one_row_as_for_three(client: Any, people: dict[str, Any], wanted: str) -> None:
    def one_more() -> int:
        if wanted == "awaiting":
            a_dossier(State.WITH_CNIL, people)
        else:
            authorised(people, "Informer | 01/02/2026")
        client.get(reverse("cnil:desk"), {"liste": wanted})
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(reverse("cnil:desk"), {"liste": wanted})
        return len(found)

    sign_in(client, people["cnil"])
    assert one_more() == one_more() == one_more()


def test_the_tab_costs_as_many_queries_for_one_obligation_as_for_five(client: Any, people: dict[str, Any]) -> None:
    dossier = authorised(people, "Une seule")
    sign_in(client, people["owner"])

    def cost() -> int:
        client.get(tab(dossier))
        with CaptureQueriesContext(connection) as found:
            client.get(tab(dossier))
        return len(found)

    before = cost()
    for number in range(4):
        services.add_obligation(dossier, words=f"Encore {number}", due_on=None, by=people["cnil"], at=timezone.now())
    assert cost() == before
