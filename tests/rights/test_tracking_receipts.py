"""The receipt: it proves what was sent and when, says nothing of who sent it, and any change of it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from contracts.authorities import FOLDER
from contracts.pades import authority
from rights import codes
from rights.asking import documents
from rights.asking.uploads import MOST
from rights.tracking import stamping
from rights.tracking.models import Stamp
from rights.tracking.papers import statement_of, text_receipt
from rights.tracking.receipts import STAMP
from rights.tracking.services.stamps import stamp_at_hand, stamp_waiting
from tests.rights.factories import a_controller, a_key, a_request, an_envelope
from workflow.keys import folder_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def authority_of_the_house() -> None:
    """The demonstration's time-stamp authority, made once in the folder of the tests."""
    authority.make(folder_of(FOLDER))


@pytest.fixture
def taken():
    there, now = a_controller(name_fr="Banque nationale"), datetime.now(UTC) - timedelta(minutes=5)
    key, _private = a_key(there, now - timedelta(days=1))
    taken = a_request(there, a_controller("BNY"), at=now)
    an_envelope(taken.routings[0], key, at=now)
    return taken


def verdict(client: Client, receipt: str) -> str:
    return client.post(reverse("tracking:verify"), {"receipt": receipt}).text


def test_the_text_says_the_hash_of_what_was_sealed_and_is_signed_and_stamped(client, taken):
    answer = client.post(reverse("tracking:receipt"), {"code": taken.code, "form": "text"})
    told = answer.content.decode()
    assert taken.routings[0].envelope.sha256 in told and codes.in_groups(taken.code) in told
    assert 'filename="recepisse.txt"' in answer["Content-Disposition"]
    page = verdict(client, told)
    assert "fr-alert--success" in page and Stamp.objects.get(request=taken.request).at <= datetime.now(UTC)
    assert "fr-alert--success" in verdict(client, "\ufeff" + told.replace("\n", "  \r\n"))  # what a mail program does to it
    assert stamping.checked(bytes(Stamp.objects.get().token), statement_of(taken.request)) == Stamp.objects.get().at


def test_a_receipt_of_which_one_letter_changed_does_not_hold(client, taken):
    stamp_at_hand(taken.request, datetime.now(UTC))
    told = text_receipt(taken.request, taken.code)
    sha256 = taken.routings[0].envelope.sha256
    for changed in (told.replace(sha256, "0" * 64), told.replace("received 2", "received 1"), told.replace("BNX", "BNZ"), "", "rien"):
        assert changed != told and "fr-alert--success" not in verdict(client, changed)
    head, _mark, stamp = told.partition(STAMP)
    page = verdict(client, head + STAMP + stamp.replace("g", "h"))
    assert "fr-alert--success" in page and ("ne tient pas" in page or "does not hold" in page)


def test_the_text_that_the_form_gives_with_its_key_is_checked_as_well(client, taken):
    given = documents.receipt(replace(taken, routings=taken.routings[:1]), []) + "\nClé :\nGUICHET-1-AAAA.BBBB\n"
    assert "fr-alert--success" in verdict(client, given)


def test_the_pdf_is_an_archive_with_the_text_inside_and_the_code_in_no_address(client, taken):
    answer = client.post(reverse("tracking:receipt"), {"code": taken.code})
    assert answer["Content-Type"] == "application/pdf" and 'filename="recepisse.pdf"' in answer["Content-Disposition"]
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert pdf.open_metadata()["pdfaid:part"] == "3"
        inside = {name: found.get_file().read_bytes() for name, found in pdf.attachments.items()}
        assert "BNX" not in str(pdf.docinfo) and taken.code not in str(pdf.docinfo)
    assert sorted(inside) == ["recepisse.tsr", "recepisse.txt"]
    assert inside["recepisse.txt"].decode() == text_receipt(taken.request, taken.code)
    shown = client.post(reverse("tracking:verify"), {"file": SimpleUploadedFile("recepisse.pdf", answer.content)})
    assert shown.status_code == 422 and "recepisse.txt" in shown.text  # no forgery: the text inside is what is checked
    shown = client.post(reverse("tracking:verify"), {"file": SimpleUploadedFile("recepisse.txt", b"x" * (MOST + 1))})
    assert shown.status_code == 422 and ("too large to be a receipt" in shown.text or "trop lourd" in shown.text)


def test_the_worker_stamps_each_sealed_request_once(taken):
    now = datetime.now(UTC)
    assert [stamp_waiting(now), stamp_waiting(now)] == [1, 0]
    assert Stamp.objects.get().at == now


def test_without_an_authority_the_receipt_is_given_and_says_so(client, taken, settings, tmp_path, monkeypatch):
    monkeypatch.setattr("contracts.authorities.folder_of", lambda name: tmp_path / name)
    answer = client.post(reverse("tracking:receipt"), {"code": taken.code, "form": "text"})
    assert answer.status_code == 200 and "RFC3161" not in answer.content.decode() and stamp_waiting(datetime.now(UTC)) == 0
