"""The pages of the papers: a session's, the progress of what is being made, and the one on which anybody checks a paper."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from committee.models import Examination, Member, Paper, Production, Session
from committee.services import papers
from committee.services.examining import recuse
from committee.states import Ground, PaperKind
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_session, an_examination, on_agenda
from tests.needs import needs
from tests.requests_app.factories import a_dossier, cast
from workflow import silence
from workflow.models import AccessRead, OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english"), needs("pango")]
CHECK = "/cesrees/verifier/"


@pytest.fixture(autouse=True)
def _english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def members() -> list[Member]:
    return a_committee(3)


def page_of(session: Session) -> str:
    return reverse("committee:papers", args=[session.reference])


# --- the papers of a session -------------------------------------------------------------------------
def test_a_member_sees_the_papers_and_of_a_dossier_from_which_they_withdrew_its_place_only(members: list[Member], client: Client) -> None:
    session, member = a_session(), members[2]
    kept, lost = [on_agenda(session, an_examination(title=title, acronym="")).examination.dossier for title in ("Diabetes", "Asthma")]
    agenda = papers.make_agenda(session, by=session.planned_by, at=timezone.now())
    recuse(lost, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="I work there.")
    shown = sign_in(client, member.user).get(page_of(session)).content.decode()
    assert agenda.number in shown and kept.reference in shown and "Dossier no. 2" in shown
    assert "Asthma" not in shown and lost.reference not in shown
    assert "Make the agenda again" not in shown


def test_who_does_not_sit_finds_no_such_page(client: Client) -> None:
    session = a_session()
    assert client.get(page_of(session)).status_code == 302
    for person in (UserFactory(), UserFactory(cnil_liaison=True)):
        assert sign_in(client, person).get(page_of(session)).status_code == 404
        assert client.post(reverse("committee:make_archive", args=[session.reference])).status_code == 404
    assert not Production.objects.exists()


def test_the_secretariat_is_told_of_an_agenda_that_changed_and_has_it_made_again(client: Client) -> None:
    session = a_session()
    on_agenda(session, an_examination())
    papers.make_agenda(session, by=session.planned_by, at=timezone.now())
    sign_in(client, session.planned_by)
    assert "Make the agenda again" not in client.get(page_of(session)).content.decode()
    on_agenda(session, an_examination())
    assert "Make the agenda again" in client.get(page_of(session)).content.decode()
    assert client.post(reverse("committee:make_agenda", args=[session.reference])).status_code == 302
    assert OutboxMessage.objects.filter(kind="committee_agenda").count() == 1


def test_a_member_who_does_not_lead_makes_no_paper(members: list[Member], client: Client) -> None:
    session = a_session()
    sign_in(client, members[2].user)
    for name in ("make_agenda", "make_minutes"):
        assert client.post(reverse(f"committee:{name}", args=[session.reference])).status_code == 403
        assert client.get(reverse(f"committee:{name}", args=[session.reference])).status_code == 405


def test_the_page_of_the_papers_costs_no_more_for_more_dossiers(members: list[Member], client: Client) -> None:
    session = a_session()
    sign_in(client, members[2].user)
    counted = []
    for _place in range(3):
        examination = on_agenda(session, an_examination()).examination
        papers.make_attestation(examination, by=User.objects.system(), at=timezone.now())
        client.get(page_of(session))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(page_of(session)).status_code == 200
        counted.append(len(caught))
    assert counted[1] == counted[2]


def test_the_page_says_where_the_minutes_were_approved(members: list[Member], client: Client) -> None:
    session, later = a_session(), a_session()
    assert "were approved" not in sign_in(client, members[2].user).get(page_of(session)).content.decode()
    Session.objects.filter(pk=session.pk).update(approved_in=later)
    assert f"The minutes were approved at session {later.reference}." in client.get(page_of(session)).content.decode()


def test_downloading_a_paper_leaves_a_line_in_the_access_log(members: list[Member], client: Client) -> None:
    session = a_session()
    paper = papers.make_convocation(session, by=session.planned_by, at=timezone.now())
    answer = sign_in(client, members[2].user).get(reverse("committee:paper", args=[paper.number, "pdf"]))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{paper.number}.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert AccessRead.objects.filter(page="committee_paper", reader=members[2].user).count() == 1
    assert client.get(reverse("committee:paper", args=[paper.number, "txt"])).status_code == 404
    assert client.get(reverse("committee:paper", args=["CONV-1999-0001", "pdf"])).status_code == 404


# --- what is being made --------------------------------------------------------------------------------
def test_progress_shows_and_the_page_asks_again_only_while_there_is_something_to_wait_for(members: list[Member], client: Client) -> None:
    session = a_session()
    on_agenda(session, an_examination())
    sign_in(client, members[2].user)
    answer = client.post(reverse("committee:make_archive", args=[session.reference]))
    production = Production.objects.get(asked_by=members[2].user)
    assert answer.headers["Location"] == reverse("committee:production", args=[production.pk])
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "Steps done: 0 of 2" in shown and "hx-trigger" in shown and "See how far it is" in shown
    client.post(reverse("committee:make_archive", args=[session.reference]))
    assert Production.objects.count() == 1  # two clicks, one archive
    Production.objects.update(finished_at=timezone.now(), failed_because="There is no Pango.")
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "There is no Pango." in shown and "hx-trigger" not in shown


# --- checking a paper ------------------------------------------------------------------------------------
@pytest.fixture
def paper() -> Paper:
    examination = an_examination(cast(), title="Asthma of children")
    return papers.make_attestation(examination, by=User.objects.system(), at=timezone.now())


def test_anybody_checks_a_number_and_learns_nothing_personal(client: Client, paper: Paper) -> None:
    shown = client.get(CHECK, {"numero": f" {paper.number.lower()} "}).content.decode()
    assert paper.pdf_sha256 in shown and paper.docx_sha256 in shown and str(PaperKind.ATTESTATION.label) in shown
    dossier = paper.examination.dossier
    assert not [said for said in ("Asthma", dossier.reference, str(dossier.created_by)) if said in shown]


def test_the_page_says_whether_a_file_is_the_sealed_paper(client: Client, paper: Paper) -> None:
    whole = paper.pdf.read()

    def answer(content: bytes, number: str = paper.number) -> str:
        return client.post(CHECK, {"numero": number, "file": SimpleUploadedFile("avis.pdf", content)}).content.decode()

    assert "This file is the sealed paper" in answer(whole)
    assert "This file is the sealed paper" in answer(whole, "")
    assert "This file is the sealed paper" in answer(paper.docx.read(), "")
    assert "This file is not the sealed paper" in answer(whole + b" ")
    assert "This file is no paper of the committee" in answer(whole + b" ", "")


def test_a_file_that_was_too_large_to_be_received_is_not_called_a_forgery(client: Client, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    answer = client.post(CHECK, {"file": SimpleUploadedFile("avis.pdf", b"x" * 100)})
    assert answer.status_code == 422 and "larger than any paper" in answer.content.decode()


def test_what_is_no_number_is_said_kindly(client: Client, paper: Paper) -> None:
    assert "No paper bears the number ATT-1999-0001." in client.get(CHECK, {"numero": "ATT-1999-0001"}).content.decode()
    wrong = client.get(CHECK, {"numero": "<script>"})
    assert wrong.status_code == 422 and "A number looks like this" in wrong.content.decode()
    assert client.post(CHECK, {}).status_code == 422
    assert client.get(CHECK).status_code == 200


def test_long_minutes_are_not_set_as_a_pdf_while_somebody_waits(
    members: list[Member], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "SHORT", 1)
    session, member = a_session(), members[2]
    lost = on_agenda(session, an_examination(title="Asthma", acronym="")).examination.dossier
    paper = papers.make_minutes(session, by=session.planned_by, at=timezone.now())
    recuse(lost, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="I work there.")
    answer = sign_in(client, member.user).get(reverse("committee:paper", args=[paper.number, "pdf"]), follow=True)
    assert answer.redirect_chain == [(page_of(session), 302)]
    assert "it is in the archive" in answer.content.decode() and "Asthma" not in answer.content.decode()
    assert client.get(reverse("committee:paper", args=[paper.number, "docx"])).status_code == 200
    whole = sign_in(client, members[1].user).get(reverse("committee:paper", args=[paper.number, "pdf"]))
    assert hashlib.sha256(whole.content).hexdigest() == paper.pdf_sha256


def test_the_applicant_finds_the_paper_beside_the_opinion(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.OPINION_GIVEN, people)
    examination = Examination.objects.get(dossier=dossier)
    paper = papers.make_attestation(examination, by=User.objects.system(), at=timezone.now())
    shown = sign_in(client, people["owner"]).get(reverse("committee:opinion", args=[dossier.reference])).content.decode()
    assert reverse("committee:paper", args=[paper.number, "pdf"]) in shown


def test_a_tacit_opinion_is_said_to_be_one_and_what_does_not_follow_from_it(client: Client) -> None:
    people = cast()
    dossier = a_dossier(State.WITH_COMMITTEE, people, begun=timezone.now() - timedelta(days=90))
    silence.lapse_all(timezone.now())
    shown = sign_in(client, people["owner"]).get(reverse("committee:opinion", args=[dossier.reference])).content.decode()
    assert ("by law it is deemed favourable since" in shown, "Given on" in shown) == (True, False)


def test_the_tab_of_the_committee_lists_the_papers_that_the_reader_may_download(members: list[Member], client: Client) -> None:
    examination = an_examination()
    paper = papers.make_attestation(examination, by=User.objects.system(), at=timezone.now())
    tab = reverse("committee:dossier", args=[examination.dossier.reference])
    assert paper.number in sign_in(client, members[2].user).get(tab).content.decode()
