"""Pieces: accepted by their content, handed over to those who may see the dossier, never lost from the file."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.shortcuts import assign_perm

from files.kinds import DOCX, ODT, PDF
from files.refused import SENTENCES, Reason
from requests_app.models import Attachment, Dossier
from requests_app.pieces import attach, remove, replace
from requests_app.tasks import sweep_orphan_files
from requests_app.team.services import invite
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.files.corpus import a_docx, a_pdf, an_odt, corpus
from tests.requests_app.factories import a_dossier, a_draft, make
from workflow.models import AccessRead, JournalLine
from workflow.refusals import Refusal, WrongState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_pages", "own_media")]
A_PDF = a_pdf()


def at(dossier: Dossier) -> str:
    return reverse("dossiers:pieces", args=[dossier.reference])


def send(client: Client, dossier: Dossier, content: bytes = A_PDF, name: str = "protocole.pdf", kind: str = "protocol") -> HttpResponse:
    return client.post(at(dossier), {"kind": kind, "file": SimpleUploadedFile(name, content)})


def the_piece(dossier: Dossier) -> Attachment:
    return Attachment.objects.filter(dossier=dossier).latest("pk")


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("protocole-martin.pdf", A_PDF, PDF),
        ("protocole-martin.docx", a_docx(), DOCX),
        ("protocole-martin.odt", an_odt(), ODT),
    ],
)
def test_a_document_is_kept_under_a_name_that_says_nothing(
    client: Client, people: dict[str, Any], name: str, content: bytes, content_type: str
) -> None:
    dossier = a_draft(people, filled=False)
    sign_in(client, people["owner"])
    assert send(client, dossier, content, name).status_code == 302
    piece = the_piece(dossier)
    assert (piece.name, piece.content_type, piece.size) == (name, content_type, len(content))
    assert "martin" not in piece.file.name
    assert not JournalLine.objects.exists()
    assert name in client.get(at(dossier)).content.decode()


THROUGH_THE_PAGE = (
    "programme.docx",
    "photo.pdf",
    "macro.docx",
    "archive.pdf",
    "coupe.docx",
    "bombe.docx",
    "pdf-et-zip.pdf",
    "restreint.pdf",
)


@pytest.mark.parametrize("case", [case for case in corpus() if case.name in THROUGH_THE_PAGE], ids=lambda case: case.name)
def test_a_bad_file_is_refused_with_its_reason_and_the_rest_of_the_form_stays(client: Client, people: dict[str, Any], case: Any) -> None:
    dossier = a_draft(people, filled=False)
    sign_in(client, people["owner"])
    page = send(client, dossier, case.content, case.name, kind="interests")
    assert page.status_code == 200
    sentence = str(SENTENCES[case.reason])
    assert page.context["form"].errors["file"][0].startswith(sentence.partition("%")[0])
    assert '<option value="interests" selected>' in page.content.decode()
    assert not Attachment.objects.exists()


def test_an_empty_file_is_refused(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
    sign_in(client, people["owner"])
    assert send(client, dossier, b"", "vide.pdf").context["form"].errors["file"] == [str(SENTENCES[Reason.EMPTY])]


def test_a_file_too_large_is_refused_with_both_sizes(client: Client, people: dict[str, Any], settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 20
    dossier = a_draft(people, filled=False)
    sign_in(client, people["owner"])
    page = send(client, dossier)
    assert "20" in page.context["form"].errors["file"][0]
    assert not Attachment.objects.exists()


def test_no_file_is_an_error_beside_the_field(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
    sign_in(client, people["owner"])
    assert client.post(at(dossier), {"kind": "protocol"}).context["form"].errors["file"] == ["Choose a file."]


def test_a_piece_is_handed_over_as_a_file_to_save(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
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
    make(dossier, "submit", people, timezone.now())
    sign_in(client, people["officer"])
    assert client.get(address).status_code == 200
    assert AccessRead.objects.get().reader == people["officer"]


def test_a_stranger_finds_neither_the_piece_nor_the_list(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
    sign_in(client, people["owner"])
    send(client, dossier)
    address = reverse("dossiers:piece", args=[dossier.reference, the_piece(dossier).pk])
    sign_in(client, UserFactory())
    assert (client.get(address).status_code, client.get(at(dossier)).status_code) == (404, 404)
    assert Client().get(address).status_code == 302


def test_a_piece_answers_under_its_own_dossier_only(client: Client, people: dict[str, Any]) -> None:
    dossier, other = a_draft(people, filled=False), a_draft(people, filled=False)
    sign_in(client, people["owner"])
    send(client, dossier)
    assert client.get(reverse("dossiers:piece", args=[other.reference, the_piece(dossier).pk])).status_code == 404


def test_a_piece_of_a_draft_is_deleted_with_its_file_after_a_page_that_names_it(
    client: Client, people: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    dossier = a_draft(people, filled=False)
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
    assert client.get(at(dossier)).context["former"] == [piece]


def test_the_paper_of_an_act_is_not_the_applicants_to_remove(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier("opinion_given", people)
    sign_in(client, people["owner"])
    send(client, dossier, kind="other")
    piece = the_piece(dossier)
    dossier.acts.filter(action="record_opinion").update(document=piece)
    address = reverse("dossiers:piece_remove", args=[dossier.reference, piece.pk])
    assert address not in client.get(at(dossier)).content.decode()
    assert client.post(address).status_code == 422
    piece.refresh_from_db()
    assert piece.removed_at is None


def test_nothing_is_added_to_a_dossier_at_its_end_nor_by_a_reader(client: Client, people: dict[str, Any]) -> None:
    ended, other, reader = a_dossier("withdrawn", people, filled=False), a_draft(people, filled=False), UserFactory()
    assign_perm("reader", reader, other)
    sign_in(client, people["owner"])
    send(client, ended)
    sign_in(client, reader)
    assert send(client, other).status_code == 403
    assert not Attachment.objects.filter(dossier__in=[ended, other]).exists()


def test_a_piece_may_follow_while_the_dossier_is_examined_and_is_journalled(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier("submitted", people)
    sign_in(client, people["owner"])
    send(client, dossier)
    assert JournalLine.objects.filter(action="attach", subject_id=dossier.pk).count() == 1


def test_nothing_of_a_deleted_draft_is_kept_its_files_least_of_all(
    client: Client, people: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    dossier = a_draft(people, filled=False)
    sign_in(client, people["owner"])
    send(client, dossier)
    stored = Path(the_piece(dossier).file.path)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("dossiers:delete", args=[dossier.reference]))
    assert not Dossier.objects.filter(pk=dossier.pk).exists()
    assert not stored.exists()


def test_a_piece_of_a_dossier_filed_a_moment_before_is_not_deleted(people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    piece = attach(dossier, SimpleUploadedFile("protocole.pdf", A_PDF), "protocol", by=people["owner"], at=timezone.now())
    read_before = Attachment.objects.select_related("dossier").get(pk=piece.pk)
    assert read_before.dossier.state == "draft"
    make(dossier, "submit", people, timezone.now())
    with pytest.raises(WrongState):
        remove(read_before, by=people["owner"], at=timezone.now())
    assert Path(piece.file.path).exists()


def test_a_new_version_takes_the_place_of_a_piece_and_the_former_one_stays(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
    sign_in(client, people["owner"])
    send(client, dossier, name="v1.pdf", kind="summary")
    old = the_piece(dossier)
    page = client.get(at(dossier), {"replaces": old.pk}).content.decode()
    assert "A new version of “v1.pdf”" in page
    answer = client.post(at(dossier), {"replaces": old.pk, "file": SimpleUploadedFile("v2.docx", a_docx())})
    assert answer.status_code == 302
    new = the_piece(dossier)
    old.refresh_from_db()
    assert (old.replaced_by, new.kind, new.name) == (new, "summary", "v2.docx")
    assert Path(old.file.path).exists()
    shown = client.get(at(dossier)).content.decode()
    assert "1 former piece" in shown
    assert client.get(reverse("dossiers:piece", args=[dossier.reference, old.pk])).status_code == 200


def test_a_piece_is_replaced_once_by_two_people_who_do_it_together(people: dict[str, Any]) -> None:
    dossier = a_draft(people, filled=False)
    first = attach(dossier, SimpleUploadedFile("a.pdf", A_PDF), "protocol", by=people["owner"], at=timezone.now())
    seen_twice = Attachment.objects.select_related("dossier").get(pk=first.pk)
    replace(first, SimpleUploadedFile("b.pdf", A_PDF), by=people["owner"], at=timezone.now())
    with pytest.raises(WrongState):
        replace(seen_twice, SimpleUploadedFile("c.pdf", A_PDF), by=people["owner"], at=timezone.now())
    assert dossier.attachments.filter(removed_at=None).count() == 1
    assert len(list(Path(first.file.path).parent.iterdir())) == 2


def test_a_piece_under_examination_is_neither_replaced_nor_removed(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier("submitted", people)
    sign_in(client, people["owner"])
    old = the_piece(dossier)
    assert client.post(at(dossier), {"replaces": old.pk, "file": SimpleUploadedFile("v2.pdf", A_PDF)}).status_code == 409
    assert f"?replaces={old.pk}" not in client.get(at(dossier)).content.decode()
    old.refresh_from_db()
    assert old.removed_at is None


def test_the_piece_of_another_dossier_is_not_replaced_from_this_one(client: Client, people: dict[str, Any]) -> None:
    dossier, other = a_draft(people, filled=False), a_draft(people, filled=False)
    sign_in(client, people["owner"])
    send(client, other)
    theirs = the_piece(other)
    page = client.post(at(dossier), {"replaces": theirs.pk, "kind": "summary", "file": SimpleUploadedFile("v2.pdf", A_PDF)})
    assert "replaces" in page.context["form"].errors
    assert not dossier.attachments.exists()


def test_the_file_of_a_transaction_that_fails_is_not_left_behind(people: dict[str, Any], settings: Any) -> None:
    dossier = a_dossier("submitted", people)
    early = timezone.now() - timedelta(days=300)  # before the last event: the journal refuses the line, after the file was kept
    folder = Path(settings.MEDIA_ROOT) / "dossiers" / str(dossier.pk)
    before = set(folder.iterdir())
    with pytest.raises(Refusal):
        attach(dossier, SimpleUploadedFile("a.pdf", A_PDF), "protocol", by=people["owner"], at=early)
    assert set(folder.iterdir()) == before


def test_the_nightly_sweep_deletes_old_files_that_no_row_knows_and_no_other(people: dict[str, Any], settings: Any) -> None:
    piece = a_draft(people).attachments.first()
    assert piece is not None
    kept = Path(piece.file.path)
    lost, fresh = kept.with_name("lost.pdf"), kept.with_name("fresh.pdf")
    for one in (lost, fresh):
        one.write_bytes(A_PDF)
    two_days_ago = time.time() - 2 * 86_400
    for one in (lost, kept):
        os.utime(one, (two_days_ago, two_days_ago))
    assert sweep_orphan_files() == 1
    assert (lost.exists(), fresh.exists(), kept.exists()) == (False, True, True)


def test_the_page_costs_the_same_whatever_the_number_of_pieces(client: Client, people: dict[str, Any]) -> None:
    dossier = a_dossier("incomplete", people)
    sign_in(client, people["owner"])
    with CaptureQueriesContext(connection) as few:
        client.get(at(dossier))
    for _rank in range(8):
        attach(dossier, SimpleUploadedFile("a.pdf", A_PDF), "committees", by=people["owner"], at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        client.get(at(dossier))
    assert len(many) == len(few)


def test_a_piece_removed_before_filing_leaves_nothing_although_the_team_was_journalled(client: Client, people: dict[str, Any]) -> None:
    dossier = a_draft(people)
    invite(dossier, email="amie@exemple.fr", role="editor", by=people["owner"], at=timezone.now())
    sign_in(client, people["owner"])
    send(client, dossier, kind="other")
    piece = dossier.attachments.get(kind="other")
    client.post(reverse("dossiers:piece_remove", args=[dossier.reference, piece.pk]))
    assert not dossier.attachments.filter(pk=piece.pk).exists()
