"""Pieces: accepted by their content, handed over to those who may see the dossier, never lost from the file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from requests_app.models import Attachment, Dossier
from requests_app.pieces import DOCX, ODT, PDF, attach, remove
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.requests_app.factories import a_dossier, a_draft, cast, make
from workflow.models import AccessRead, JournalLine
from workflow.refusals import WrongState

pytestmark = pytest.mark.django_db
A_PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _place(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    client.cookies["django_language"] = "en"


@pytest.fixture
def people() -> dict[str, Any]:
    return cast()


def archive(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return held.getvalue()


def at(dossier: Dossier) -> str:
    return reverse("dossiers:pieces", args=[dossier.reference])


def send(client: Client, dossier: Dossier, content: bytes = A_PDF, name: str = "protocole.pdf", kind: str = "protocol") -> HttpResponse:
    return client.post(at(dossier), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def the_piece(dossier: Dossier) -> Attachment:
    return Attachment.objects.get(dossier=dossier)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("protocole-martin.pdf", A_PDF, PDF),
        ("protocole-martin.docx", archive("word/document.xml"), DOCX),
        ("protocole-martin.odt", archive("mimetype", "content.xml"), ODT),
    ],
)
def test_a_document_is_kept_under_a_name_that_says_nothing(
    client: Client, people: dict[str, Any], name: str, content: bytes, content_type: str
) -> None:
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    assert send(client, dossier, content, name).status_code == 302
    piece = the_piece(dossier)
    assert (piece.name, piece.content_type, piece.size) == (name, content_type, len(content))
    assert "martin" not in piece.file.name
    assert not JournalLine.objects.exists()
    assert name in client.get(at(dossier)).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("image.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "This type of file is not accepted"),
        ("image.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "Send a PDF, a DOCX or an ODT."),
        ("macro.docx", archive("word/document.xml", "word/vbaProject.bin"), "macros"),
        ("photos.docx", archive("photo.jpg"), "This file is an archive"),
        ("broken.docx", b"PK\x03\x04 nothing", "damaged"),
        ("empty.pdf", b"", "This file is empty."),
    ],
)
def test_a_wrong_file_is_refused_with_a_reason_and_the_rest_stays(
    client: Client, people: dict[str, Any], name: str, content: bytes, sentence: str
) -> None:
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    page = send(client, dossier, content, name, kind="interests")
    assert page.status_code == 200
    assert sentence in page.context["form"].errors["file"][0]
    assert '<option value="interests" selected>' in page.content.decode()
    assert not Attachment.objects.exists()


def test_a_file_too_large_is_refused_with_both_sizes(client: Client, people: dict[str, Any], settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 20
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    page = send(client, dossier)
    assert "20" in page.context["form"].errors["file"][0]
    assert not Attachment.objects.exists()


def test_no_file_is_an_error_beside_the_field(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    assert client.post(at(dossier), {"kind": "protocol"}).context["form"].errors["file"] == ["Choose a file."]


def test_a_piece_is_handed_over_as_a_file_to_save(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    send(client, dossier, name="Protocole final.pdf")
    answer = client.get(reverse("dossiers:piece", args=[dossier.reference, the_piece(dossier).pk]))
    assert b"".join(answer.streaming_content) == A_PDF  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Protocole final.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert not AccessRead.objects.exists()


def test_an_officer_reads_a_filed_piece_and_the_reading_is_logged(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    send(client, dossier)
    address = reverse("dossiers:piece", args=[dossier.reference, the_piece(dossier).pk])
    sign_in(client, people["officer"])
    assert client.get(address).status_code == 404
    sign_in(client, people["owner"])
    client.post(reverse("dossiers:file", args=[dossier.reference]), {"delegation_attested": "on"})
    sign_in(client, people["officer"])
    assert client.get(address).status_code == 200
    assert AccessRead.objects.get().reader == people["officer"]


def test_a_stranger_finds_neither_the_piece_nor_the_list(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    send(client, dossier)
    address = reverse("dossiers:piece", args=[dossier.reference, the_piece(dossier).pk])
    sign_in(client, UserFactory())
    assert (client.get(address).status_code, client.get(at(dossier)).status_code) == (404, 404)
    assert Client().get(address).status_code == 302


def test_a_piece_answers_under_its_own_dossier_only(client: Client, people: dict[str, Any]) -> None:
    dossier, other = a_draft(people), a_draft(people)
    sign_in(client, people["owner"])
    send(client, dossier)
    assert client.get(reverse("dossiers:piece", args=[other.reference, the_piece(dossier).pk])).status_code == 404


def test_a_piece_of_a_draft_is_deleted_with_its_file_after_a_page_that_names_it(
    client: Client, people: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    send(client, dossier)
    piece = the_piece(dossier)
    stored = Path(piece.file.path)
    address = reverse("dossiers:piece_remove", args=[dossier.reference, piece.pk])
    assert piece.name in client.get(address).content.decode()
    assert stored.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address)
    assert not Attachment.objects.exists()
    assert not stored.exists()


def test_a_filed_piece_is_removed_from_the_dossier_but_kept_on_file(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier("incomplete", people)
    sign_in(client, people["owner"])
    send(client, dossier)
    piece = the_piece(dossier)
    lines = JournalLine.objects.count()
    client.post(reverse("dossiers:piece_remove", args=[dossier.reference, piece.pk]))
    piece.refresh_from_db()
    assert piece.removed_at is not None
    assert Path(piece.file.path).exists()
    assert JournalLine.objects.count() == lines + 1
    assert piece.name not in client.get(at(dossier)).content.decode()


def test_the_paper_of_an_act_is_not_the_applicants_to_remove(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier("opinion_given", people)
    sign_in(client, people["owner"])
    send(client, dossier, kind="decision")
    piece = the_piece(dossier)
    dossier.acts.filter(action="record_opinion").update(document=piece)
    address = reverse("dossiers:piece_remove", args=[dossier.reference, piece.pk])
    assert address not in client.get(at(dossier)).content.decode()
    assert client.post(address).status_code == 422
    piece.refresh_from_db()
    assert piece.removed_at is None


def test_nothing_is_added_to_a_dossier_at_its_end_nor_by_a_reader(client: Client, people: dict[str, Any]) -> None:
    ended, other, reader = a_dossier("withdrawn", people), a_draft(people), UserFactory()
    assign_perm("reader", reader, other)
    sign_in(client, people["owner"])
    send(client, ended)
    sign_in(client, reader)
    assert send(client, other).status_code == 403
    assert not Attachment.objects.exists()


def test_a_piece_may_follow_while_the_dossier_is_examined_and_is_journalled(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier("submitted", people)
    sign_in(client, people["owner"])
    send(client, dossier)
    assert JournalLine.objects.filter(action="attach", subject_id=dossier.pk).count() == 1


def test_nothing_of_a_deleted_draft_is_kept_its_files_least_of_all(
    client: Client, people: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    send(client, dossier)
    stored = Path(the_piece(dossier).file.path)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("dossiers:delete", args=[dossier.reference]))
    assert not Dossier.objects.filter(pk=dossier.pk).exists()
    assert not stored.exists()


def test_an_archive_that_cannot_be_read_is_refused_and_not_an_error_of_ours(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    sign_in(client, people["owner"])
    damaged = bytearray(archive("word/document.xml"))
    damaged[damaged.index(b"PK\x01\x02") + 6] = 0xFF  # a version of the format that nobody can read
    assert "damaged" in send(client, dossier, bytes(damaged), "a.docx").context["form"].errors["file"][0]


def test_a_piece_of_a_dossier_filed_a_moment_before_is_not_deleted(people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    piece = attach(dossier, SimpleUploadedFile("protocole.pdf", A_PDF), "protocol", by=people["owner"], at=timezone.now())
    read_before = Attachment.objects.select_related("dossier").get(pk=piece.pk)
    assert read_before.dossier.state == "draft"
    make(dossier, "submit", people, timezone.now())
    with pytest.raises(WrongState):
        remove(read_before, by=people["owner"], at=timezone.now())
    assert Path(piece.file.path).exists()
