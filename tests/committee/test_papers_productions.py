"""What takes long: made step by step in the background, with its progress; and the archive, in which each finds what they may see."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committee.documents import drawing
from committee.documents.opinions import exchanges
from committee.documents.source import from_data
from committee.models import Examination, Item, Member, Paper, Production, Question, RemarkFile, Session
from committee.services import papers, productions
from committee.services.consulting import file_remark
from committee.services.examining import recuse
from committee.states import Ending, Ground, PaperKind
from committee.tasks import tidy_papers
from files.printing import CannotPrint
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.committee.factories import a_committee, a_session, an_examination, on_agenda, seat
from tests.committee.test_remarks import consulted
from tests.needs import needs
from tests.requests_app.factories import a_draft, cast
from tests.requests_app.test_talk import a_pdf
from workflow import outbox
from workflow.models import OutboxMessage
from workflow.refusals import NotAllowed, WrongState

pytestmark = [pytest.mark.django_db, needs("pango")]


@pytest.fixture
def members() -> list[Member]:
    return a_committee(3)


def a_held_session(members: list[Member], dossiers: int) -> Session:
    """A session that was held, brought there by its moves; its dossiers were put off."""
    now = timezone.now()
    session = a_session(now - timedelta(hours=4))
    items = [on_agenda(session, an_examination()) for _place in range(dossiers)]
    seat(session, members)
    session.convene(by=session.planned_by, at=now - timedelta(hours=5))
    session.open_session(by=session.planned_by, at=now - timedelta(hours=4), chair=members[0])
    Item.objects.filter(pk__in=[item.pk for item in items]).update(
        ending=Ending.DEFERRED, ended_at=now, ending_reason="Une réponse manque."
    )
    OutboxMessage.objects.all().delete()
    return session


def steps() -> int:
    """Deliver the productions' messages one by one; the answer is how many there were."""
    count = 0
    while message := OutboxMessage.objects.filter(kind="committee_production", state="queued").first():
        assert outbox.deliver(message.pk, timezone.now())
        count += 1
    return count


# --- minutes -----------------------------------------------------------------------------------------
def test_closing_a_session_begins_its_minutes_and_each_dossier_is_a_step(members: list[Member]) -> None:
    session = a_held_session(members, 2)
    session.close_session(by=session.planned_by, at=timezone.now())
    production = Production.objects.get(session=session)
    assert (production.done, production.total, production.finished_at) == (0, 3, None)
    first = OutboxMessage.objects.get(kind="committee_production")
    outbox.deliver(first.pk, timezone.now())
    production.refresh_from_db()
    assert (production.done, production.total) == (1, 3)
    assert steps() == 2
    production.refresh_from_db()
    assert production.finished_at and production.paper.kind == PaperKind.MINUTES
    assert (production.done, production.total, production.parts) == (3, 3, [])
    assert [chapter["place"] for chapter in production.paper.source["chapters"]] == [None, 1, 2]


def test_the_minutes_of_thirty_dossiers_are_made_in_the_background_with_their_progress(members: list[Member], client: Client) -> None:
    session, people = a_held_session(members, 1), cast()
    for place in range(2, 31):
        examination = Examination.objects.create(dossier=a_draft(people, filled=False), number=1, received_at=session.starts_at)
        row = {"session": session, "examination": examination, "position": place, "added_at": session.planned_at}
        Item.objects.create(**row, added_by=session.planned_by, ending="deferred", ended_at=timezone.now(), ending_reason="Plus tard.")
    session.close_session(by=session.planned_by, at=timezone.now())
    assert not Paper.objects.filter(kind=PaperKind.MINUTES).exists()  # nothing was made while somebody waited
    production = Production.objects.get()
    for _dossier in range(12):
        outbox.deliver(OutboxMessage.objects.get(kind="committee_production", state="queued").pk, timezone.now())
    page = sign_in(client, session.planned_by).get(reverse("committee:production", args=[production.pk])).content.decode()
    assert 'max="31"' in page and 'value="12"' in page
    assert steps() == 19
    assert len(Paper.objects.get(kind=PaperKind.MINUTES).source["chapters"]) == 31


def test_minutes_that_were_approved_while_others_were_being_made_are_not_replaced(members: list[Member]) -> None:
    session = a_held_session(members, 1)
    session.close_session(by=session.planned_by, at=timezone.now())
    steps()
    productions.begin_minutes(session, by=session.planned_by, at=timezone.now())
    outbox.deliver(OutboxMessage.objects.get(kind="committee_production", state="queued").pk, timezone.now())
    began = timezone.now() - timedelta(hours=1)
    later = a_session(began)
    on_agenda(later, an_examination())
    seat(later, members)
    later.convene(by=session.planned_by, at=began)
    later.open_session(by=session.planned_by, at=began, chair=members[0])
    number = Paper.objects.get(kind=PaperKind.MINUTES).number
    session.approve_minutes(by=session.planned_by, at=timezone.now(), within=later, minutes=number)
    steps()
    again = Production.objects.order_by("pk").last()
    assert again is not None and (again.paper, bool(again.finished_at), bool(again.failed_because)) == (None, True, True)
    assert Paper.objects.filter(kind=PaperKind.MINUTES).count() == 1


def test_the_papers_of_a_session_say_how_far_its_minutes_are_and_offer_them_anew_only_once_they_stand(
    members: list[Member], client: Client
) -> None:
    session, other = a_held_session(members, 2), UserFactory(officer=True)
    session.close_session(by=session.planned_by, at=timezone.now())
    place, english = reverse("committee:papers", args=[session.reference]), {"accept-language": "en"}
    steps_done = []
    for reader in (session.planned_by, other):
        page = sign_in(client, reader).get(place, headers=english).content.decode()
        steps_done.append(("0 of 3 steps are done" in page, "Make the minutes" in page))
    assert steps_done == [(True, False), (True, False)]
    steps()
    page = client.get(place, headers=english).content.decode()
    assert ("steps are done" in page, "Make the minutes again" in page) == (False, True)


def test_minutes_made_in_steps_say_what_minutes_made_at_one_go_say(members: list[Member]) -> None:
    session = a_held_session(members, 2)
    session.close_session(by=session.planned_by, at=timezone.now())
    steps()
    stepwise = Paper.objects.get(kind=PaperKind.MINUTES)
    at_once = papers.make_minutes(session, by=session.planned_by, at=timezone.now())
    assert from_data(at_once.source).chapters == from_data(stepwise.source).chapters


def test_a_step_that_was_made_is_not_made_again(members: list[Member]) -> None:
    session = a_held_session(members, 2)
    session.close_session(by=session.planned_by, at=timezone.now())
    production = Production.objects.get()
    for _twice in range(2):
        productions.take_step(production, 0, at=timezone.now())
    production.refresh_from_db()
    assert production.done == 1


def test_minutes_are_made_again_once_the_session_is_held_by_those_who_may(members: list[Member]) -> None:
    session = a_held_session(members, 1)
    with pytest.raises(WrongState):
        productions.begin_minutes(session, by=session.planned_by, at=timezone.now())
    session.close_session(by=session.planned_by, at=timezone.now())
    with pytest.raises(NotAllowed):
        productions.begin_minutes(session, by=members[2].user, at=timezone.now())
    assert productions.begin_minutes(session, by=session.planned_by, at=timezone.now()) == Production.objects.get()
    steps()
    assert productions.begin_minutes(session, by=session.planned_by, at=timezone.now()).paper is None
    steps()
    assert Paper.objects.filter(kind=PaperKind.MINUTES).count() == 2


def test_what_cannot_be_made_says_why_and_can_be_asked_again(members: list[Member], monkeypatch: pytest.MonkeyPatch) -> None:
    session = a_held_session(members, 1)
    session.close_session(by=session.planned_by, at=timezone.now())

    def without_pango(*_said: Any) -> bytes:
        raise CannotPrint("Il manque Pango.")

    monkeypatch.setattr(drawing, "pdf_of", without_pango)
    steps()
    production = Production.objects.get()
    assert production.finished_at and production.failed_because == "Il manque Pango."
    assert not Paper.objects.exists()
    monkeypatch.undo()
    again = productions.begin_minutes(session, by=session.planned_by, at=timezone.now())
    steps()
    again.refresh_from_db()
    assert again.paper.number.endswith("-0001")  # what failed took no number


# --- the archive ---------------------------------------------------------------------------------------
def an_archive(session: Session, reader: Any) -> tuple[Production, zipfile.ZipFile]:
    production = productions.begin_archive(session, by=reader, at=timezone.now())
    steps()
    production.refresh_from_db()
    assert not production.failed_because
    with production.file.open("rb") as file:
        return production, zipfile.ZipFile(io.BytesIO(file.read()))


def ask(examination: Examination, officer: Any) -> None:
    said = {"asked_at": timezone.now(), "asked_by": officer, "answered_at": timezone.now(), "answered_by": officer}
    Question.objects.create(examination=examination, words="Pourquoi dix ans ?", answer="Pour le suivi.", **said)


def test_an_archive_holds_the_papers_the_dossiers_and_their_pieces_with_right_checksums(members: list[Member]) -> None:
    session = a_session()
    examination = on_agenda(session, an_examination()).examination
    ask(examination, session.planned_by)
    agenda = papers.make_agenda(session, by=session.planned_by, at=timezone.now())
    _production, zipped = an_archive(session, members[2].user)
    names = zipped.namelist()
    folder = f"01 {examination.dossier.reference}/"
    pieces = examination.dossier.attachments.filter(removed_at=None).count()
    assert f"{agenda.number}.pdf" in names
    assert len([name for name in names if name.startswith(folder + "pieces/")]) == pieces > 0
    assert len([name for name in names if name.startswith(folder) and "/pieces/" not in name]) == 2
    sums = dict(reversed(line.split("  ", 1)) for line in zipped.read("SHA256SUMS").decode().splitlines())
    assert set(sums) == set(names) - {"SHA256SUMS"}
    assert all(hashlib.sha256(zipped.read(name)).hexdigest() == digest for name, digest in sums.items())
    assert json.loads(zipped.read("manifest.json"))["left_out"] == []


@pytest.mark.usefixtures("own_media")
def test_an_archive_holds_the_files_of_the_remarks_but_those_in_quarantine_which_it_names(members: list[Member]) -> None:
    agent, consultation = consulted()
    session, now = a_session(), timezone.now()
    on_agenda(session, consultation.examination)
    files = [a_pdf("note.pdf"), a_pdf("tableau.pdf")]
    _note, table = file_remark(consultation, "Voir la note.", by=agent, at=now, uploads=files).files.order_by("pk")
    RemarkFile.objects.filter(pk=table.pk).update(scan_state="waiting")
    _production, zipped = an_archive(session, members[2].user)
    folder = f"01 {consultation.examination.dossier.reference}"
    assert [name for name in zipped.namelist() if "/remarques/" in name] == [f"{folder}/remarques/01 note.pdf"]
    assert zipped.read(f"{folder}/remarques/01 note.pdf") == a_pdf("note.pdf").read()
    (gone,) = json.loads(zipped.read("manifest.json"))["left_out"]
    assert gone.startswith(f"{folder}/remarques/02 tableau.pdf")
    said = exchanges(consultation.examination)
    assert said is not None
    assert "note.pdf, tableau.pdf" in str(said.chapters[0].blocks[1])


def test_an_archive_holds_nothing_of_a_dossier_from_which_its_reader_withdrew(members: list[Member]) -> None:
    session, member = a_session(), members[2]
    held, lost = [on_agenda(session, an_examination(title=title, acronym="")).examination for title in ("Diabète", "Asthme")]
    papers.make_agenda(session, by=session.planned_by, at=timezone.now())
    recuse(lost.dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="J’y travaille.")
    _production, zipped = an_archive(session, member.user)
    assert any(held.dossier.reference in name for name in zipped.namelist())
    assert not any(lost.dossier.reference in name for name in zipped.namelist())
    assert lost.dossier.reference not in zipped.read("manifest.json").decode()


def test_who_withdraws_while_the_archive_is_made_gets_nothing_of_that_dossier(members: list[Member]) -> None:
    session, member = a_session(), members[2]
    lost = on_agenda(session, an_examination()).examination
    production = productions.begin_archive(session, by=member.user, at=timezone.now())
    productions.take_step(production, 0, at=timezone.now())
    production.refresh_from_db()
    assert len(production.parts[0]["files"]) == 1
    recuse(lost.dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="J’y travaille.")
    _production, zipped = an_archive(session, member.user)
    assert set(zipped.namelist()) == {"manifest.json", "SHA256SUMS"}


def test_who_withdraws_once_the_archive_is_there_can_no_longer_download_it(members: list[Member], client: Client) -> None:
    session, member = a_session(), members[2]
    lost = on_agenda(session, an_examination()).examination
    production, _zipped = an_archive(session, member.user)
    sign_in(client, member.user)
    address = reverse("committee:production_file", args=[production.pk])
    assert client.get(address).status_code == 200
    recuse(lost.dossier, member, Ground.DECLARED, by=member.user, at=timezone.now(), words="J’y travaille.")
    assert client.get(address).status_code == 404


def test_an_archive_is_for_who_asked_for_it_only(members: list[Member], client: Client) -> None:
    session = a_session()
    production, _zipped = an_archive(session, members[2].user)
    sign_in(client, members[1].user)
    for name in ("committee:production", "committee:production_file"):
        assert client.get(reverse(name, args=[production.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        productions.begin_archive(session, by=UserFactory(), at=timezone.now())


def test_archives_and_their_parts_are_forgotten_after_some_days_and_what_hangs_is_ended(
    members: list[Member], django_capture_on_commit_callbacks
) -> None:
    session = a_session()
    on_agenda(session, an_examination())
    with django_capture_on_commit_callbacks(execute=True):
        old, _zipped = an_archive(session, members[2].user)
    kept, hanging = old.file.name, productions.begin_archive(session, by=members[1].user, at=timezone.now() - timedelta(days=2))
    Production.objects.filter(pk=old.pk).update(asked_at=timezone.now() - timedelta(days=settings.COMMITTEE_ARCHIVE_DAYS, hours=1))
    assert default_storage.exists(kept)
    with django_capture_on_commit_callbacks(execute=True):
        assert tidy_papers() == 1
    hanging.refresh_from_db()
    assert not default_storage.exists(kept)
    assert hanging.finished_at and hanging.failed_because
