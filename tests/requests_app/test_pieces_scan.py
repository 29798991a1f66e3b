"""The virus scan with a real clamd: quarantine until the verdict, nobody opens what is infected, a scanner that is down loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.demo.pieces import small_pdf
from requests_app.models import Attachment, Dossier, PieceText
from requests_app.pieces import attach
from requests_app.required_pieces import PieceState, required_pieces
from requests_app.searchable import SOURCES
from tests.accounts.clients import sign_in
from tests.files import clamd
from tests.files.corpus import a_docx, an_odt
from tests.needs import needs
from tests.requests_app.factories import a_dossier, a_draft, cast, make
from workflow import outbox
from workflow.models import JournalLine, MessageState, OutboxMessage
from workflow.refusals import RuleBroken

pytestmark = [pytest.mark.django_db, needs("clamd")]


@pytest.fixture(scope="module")
def socket() -> Iterator[str]:
    with clamd.running() as path:
        yield path


@pytest.fixture
def people(client: Client, settings: Any, tmp_path: Path, socket: str) -> dict[str, Any]:
    settings.MEDIA_ROOT, settings.CLAMD_SOCKET = tmp_path, socket
    client.cookies["django_language"] = "en"
    return cast()


def pdf(text: str = "Protocole") -> SimpleUploadedFile:
    return SimpleUploadedFile("protocole.pdf", small_pdf([text]))


def sent(dossier: Dossier, people: dict[str, Any], upload: SimpleUploadedFile, kind: str = "protocol") -> Attachment:
    return attach(dossier, upload, kind, by=people["owner"], at=timezone.now())


def deliver(*, later: timedelta = timedelta(0)) -> None:
    outbox.deliver_waiting(lambda: timezone.now() + later + timedelta(seconds=1))


def address(piece: Attachment) -> str:
    return reverse("dossiers:piece", args=[piece.dossier.reference, piece.pk])


def test_a_piece_in_quarantine_is_shown_but_handed_over_to_nobody_until_it_is_clean(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
    piece = sent(dossier, people, pdf())
    sign_in(client, people["owner"])
    shown = client.get(reverse("dossiers:pieces", args=[dossier.reference])).content.decode()
    assert "In quarantine" in shown
    assert f'href="{address(piece)}"' not in shown
    assert client.get(address(piece)).status_code == 409
    deliver()
    piece.refresh_from_db()
    assert (piece.scan_state, piece.signature) == ("clean", "")
    assert client.get(address(piece)).status_code == 200


def test_an_infected_piece_is_destroyed_and_the_team_is_told(
    client: Client, people: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    dossier = a_draft(people, filled=False)
    piece = sent(dossier, people, pdf(clamd.MARK.decode()))
    stored = Path(piece.file.path)
    with django_capture_on_commit_callbacks(execute=True):
        deliver()
    piece.refresh_from_db()
    assert (piece.scan_state, piece.signature) == ("infected", clamd.SIGNATURE)
    assert not stored.exists()
    sign_in(client, people["owner"])
    assert client.get(address(piece)).status_code == 409
    assert clamd.SIGNATURE in client.get(reverse("dossiers:pieces", args=[dossier.reference])).content.decode()
    [letter] = [one for one in mail.outbox if clamd.SIGNATURE in one.body]
    assert letter.to == [people["owner"].email]
    assert dossier.reference in letter.subject
    assert not PieceText.objects.filter(piece=piece).exists()


def test_a_virus_in_a_filed_dossier_is_journalled_by_the_system(people: dict[str, Any]) -> None:
    dossier = a_dossier("submitted", people)
    piece = sent(dossier, people, pdf(clamd.MARK.decode()), "committees")
    deliver()
    line = JournalLine.objects.get(subject_id=dossier.pk, action="find_virus")
    assert line.facts == {"document": piece.pk, "sha256": piece.sha256}
    assert line.actor.is_system


def test_no_version_is_filed_while_a_piece_is_in_quarantine_or_infected(people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    sent(dossier, people, pdf(clamd.MARK.decode()), "committees")
    for state, word in (("waiting", "protocole.pdf"), ("infected", "protocole.pdf")):
        assert dossier.attachments.filter(scan_state=state).exists()
        with pytest.raises(RuleBroken) as refusal:
            make(dossier, "submit", people, timezone.now())
        assert any(word in str(one.sentence) for one in refusal.value.broken)
        deliver()


def test_a_quarantined_piece_does_not_settle_its_item(people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
    sent(dossier, people, pdf())
    assert {one.code: one.state for one in required_pieces(dossier)}["protocol"] == PieceState.WAITING
    deliver()
    assert {one.code: one.state for one in required_pieces(dossier)}["protocol"] == PieceState.GIVEN


def test_a_scanner_that_is_down_leaves_the_piece_in_quarantine_until_it_is_back(people: dict[str, Any], settings: Any) -> None:
    there = settings.CLAMD_SOCKET
    settings.CLAMD_SOCKET = "/tmp/nobody-listens-here"
    piece = sent(a_draft(people, filled=False), people, pdf())
    deliver()
    message = OutboxMessage.objects.get(kind="scan_file")
    assert (message.state, message.attempts, message.last_error) == (MessageState.QUEUED, 1, "CommunicationError")
    piece.refresh_from_db()
    assert piece.is_waiting
    settings.CLAMD_SOCKET = there
    deliver(later=timedelta(minutes=2))
    piece.refresh_from_db()
    assert piece.scan_state == "clean"


@pytest.mark.parametrize(
    ("upload", "word"),
    [
        (SimpleUploadedFile("a.pdf", small_pdf(["Une cohorte (rétrospective)"])), "cohorte (rétrospective)"),
        (SimpleUploadedFile("a.docx", a_docx()), "Intérêt public"),
        (SimpleUploadedFile("a.odt", an_odt()), "Protocole en ODT"),
    ],
    ids=["pdf", "docx", "odt"],
)
def test_a_clean_piece_is_read_for_the_search(people: dict[str, Any], upload: Any, word: str) -> None:
    upload.seek(0)
    dossier = a_draft(people, filled=False)
    piece = sent(dossier, people, upload)
    [source] = [one for one in SOURCES if one.kind == "piece"]
    assert source.read(piece.pk) is None
    deliver()
    found = source.read(piece.pk)
    assert found and found.dossier_id == dossier.pk and word in found.text
    assert list(source.keys()) == [piece.pk]
    assert source.address(dossier.reference, piece.pk).endswith(f"/contenu/#piece-{piece.pk}")


def test_pieces_sent_before_there_was_a_scanner_are_sent_to_it_by_a_command(people: dict[str, Any], settings: Any) -> None:
    there, settings.CLAMD_SOCKET = settings.CLAMD_SOCKET, ""
    piece = sent(a_draft(people, filled=False), people, pdf(clamd.MARK.decode()))
    assert piece.scan_state == "unscanned"
    settings.CLAMD_SOCKET = there
    call_command("scan_pieces", verbosity=0)
    piece.refresh_from_db()
    assert piece.is_waiting
    deliver()
    piece.refresh_from_db()
    assert piece.is_infected


def test_without_a_scanner_the_staff_reads_that_nothing_was_scanned(client: Client, people: dict[str, Any], settings: Any) -> None:
    settings.CLAMD_SOCKET = ""
    dossier = a_dossier("submitted", people)
    piece = sent(dossier, people, pdf(), "committees")
    address_of_content = reverse("dossiers:content", args=[dossier.reference])
    sign_in(client, people["officer"])
    assert client.get(address(piece)).status_code == 200
    assert "Not scanned" in client.get(address_of_content).content.decode()
    sign_in(client, people["owner"])
    assert "Not scanned" not in client.get(address_of_content).content.decode()
