"""The pages of signatures: for who sends, for who signs, and for anybody who holds the document."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document

from contracts.models import Convention
from contracts.pades import bounded
from contracts.signing.models import SealedRevision
from contracts.signing.states import Mode, Stage
from requests_app.signatures import as_text
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.contracts.signing import Scene, a_scan, an_approved_convention, code_of, keys, sent, sign
from tests.fees.quoting import set_columns
from tests.needs import needs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media", "in_english", "english_pages")]


@pytest.fixture(autouse=True)
def _keys(settings: Any) -> None:
    settings.KEYS_DIR = keys()


def address(scene: Scene, name: str, *more: Any) -> str:
    """A page of the signatures of a convention."""
    return reverse(f"signing:{name}", args=[scene.convention.number, *more])


def english(user: Any) -> Client:
    """Somebody signed in, reading in the language of the code."""
    client = sign_in(Client(), user)
    client.cookies["django_language"] = "en"
    return client


def post_signature(scene: Scene, client: Client, person: Any, **more: str) -> Any:
    """The form of the signatory, sent as the page gives it."""
    told = {"read": as_text({"convention": scene.request.document_sha256}), "consent": "on", "code": code_of(person)} | more
    return client.post(address(scene, "sign"), told, follow=True)


def test_an_officer_sends_and_each_signs_on_their_page() -> None:
    scene = an_approved_convention()
    staff = english(scene.officer)
    assert "Send for signature" in staff.get(address(scene, "cockpit")).content.decode()
    told: dict[str, Any] = {"mode": "sequential", "level": "simple", "expires_on": (timezone.now() + timedelta(days=9)).date().isoformat()}
    for place, (party, person) in enumerate(zip(scene.parties, scene.signers, strict=True), 1):
        told |= {f"p{party.pk}_person": person.pk, f"p{party.pk}_method": "internal", f"p{party.pk}_group": place, f"p{party.pk}_name": ""}
    assert staff.post(address(scene, "send"), told | {"level": "qualified"}).status_code == 422
    assert staff.post(address(scene, "send"), told).status_code == 302
    page = staff.get(address(scene, "cockpit")).content.decode()
    assert f"{scene.signers[0].full_name} ({scene.parties[0].name})" in page and "for demonstration" in page
    first, second = english(scene.signers[0]), english(scene.signers[1])
    assert "Others sign before you" in second.get(address(scene, "sign")).content.decode()
    assert "Sign the convention" in first.get(address(scene, "sign")).content.decode()
    assert scene.signatory(0).stage == Stage.VIEWED
    assert post_signature(scene, first, scene.signers[0]).status_code == 200 and scene.signatory(0).stage == Stage.SIGNED
    post_signature(scene, second, scene.signers[1])
    assert Convention.objects.get(pk=scene.convention.pk).state == "signed"
    assert "The signed document (PDF)" in second.get(address(scene, "cockpit")).content.decode()


def test_a_signature_asks_for_the_second_factor_and_for_consent() -> None:
    scene = sent(an_approved_convention())
    client = sign_in(Client(), scene.signers[0], verified=False)
    client.cookies["django_language"] = "en"
    assert "Go on with my second factor" in client.get(address(scene, "sign")).content.decode()
    assert post_signature(scene, client, scene.signers[0], code="000000").status_code == 422
    verified = english(scene.signers[0])
    told = {"read": as_text({"convention": scene.request.document_sha256})}
    assert "not right" in post_signature(scene, verified, scene.signers[0], code="12").content.decode()
    assert "Tick this box" in verified.post(address(scene, "sign"), told).content.decode()
    assert scene.signatory(0).stage == Stage.VIEWED


def test_strangers_see_none_of_these_pages() -> None:
    scene = sent(an_approved_convention())
    stranger = english(UserFactory(device=True))
    for name in ("cockpit", "sign", "refuse", "delegate", "document", "evidence_json", "evidence_pdf", "cancel", "send"):
        assert stranger.get(address(scene, name)).status_code == 404, name
        assert Client().get(address(scene, name)).status_code == 302, name
    other_side = english(scene.signers[1])
    assert other_side.get(address(scene, "cancel")).status_code == 404
    assert other_side.post(address(scene, "remind", scene.signatory(0).pk)).status_code == 404
    assert other_side.get(address(scene, "add_scan", scene.signatory(0).pk)).status_code == 404


def test_a_signatory_refuses_with_a_reason() -> None:
    scene = sent(an_approved_convention())
    client = english(scene.signers[0])
    assert client.post(address(scene, "refuse"), {"because": ""}).status_code == 422
    assert client.post(address(scene, "refuse"), {"because": "Pas d’accord."}, follow=True).status_code == 200
    assert "Pas d’accord." in english(scene.officer).get(address(scene, "cockpit")).content.decode()


def test_who_has_signed_what_was_sent_again_reads_that_they_signed() -> None:
    scene = sent(an_approved_convention(bodies=1))
    assert english(scene.officer).post(address(scene, "cancel"), {"because": "Une date à revoir."}).status_code == 302
    scene.convention = Convention.objects.get(pk=scene.convention.pk)
    client = english(sent(scene).signers[0])
    assert post_signature(scene, client, scene.signers[0]).status_code == 200
    assert "You signed for" in client.get(address(scene, "sign")).content.decode()


def test_a_scan_is_recorded_by_one_and_checked_by_another() -> None:
    scene = sent(an_approved_convention(), Mode.PARALLEL, "wet_ink", "internal")
    one, other, place = english(scene.officer), english(scene.colleague), scene.signatory(0).pk
    told = {"signed_by": "Anne Exemple", "function": "directrice", "signed_on": timezone.localdate().isoformat(), "file": a_scan()}
    Document().save(word := BytesIO())
    text = told | {"file": SimpleUploadedFile("signature.docx", word.getvalue())}
    assert one.post(address(scene, "add_scan", place), text).status_code == 422
    assert one.post(address(scene, "add_scan", place), told).status_code == 302
    scan = scene.signatory(0).scans.get()
    assert "somebody else checks it" in one.get(address(scene, "scan", scan.pk)).content.decode()
    assert other.get(address(scene, "scan_file", scan.pk)).status_code == 200
    read = as_text({"convention": scene.request.document_sha256, "scan": scan.sha256})
    assert other.post(address(scene, "scan", scan.pk), {"read": read, "compared": "on"}).status_code == 302
    assert scene.signatory(0).stage == Stage.SIGNED


def test_the_evidence_is_taken_away_as_data() -> None:
    scene = sent(an_approved_convention())
    sign(scene, 0)
    told = json.loads(english(scene.officer).get(address(scene, "evidence_json")).content)
    assert told["format"] == "guichet-signature-evidence/1" and told["chain_holds"] and told["verdict"]["state"] == "whole"
    assert [one["number"] for one in told["revisions"]] == [0, 1] and len(told["signatories"]) == 2


@needs("pango")
def test_the_evidence_is_taken_away_to_be_read() -> None:
    scene = sent(an_approved_convention())
    answer = english(scene.officer).get(address(scene, "evidence_pdf"))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_the_page_of_signatures_asks_no_more_of_the_database_with_more_parties() -> None:
    few, many = sent(an_approved_convention(bodies=2)), sent(an_approved_convention(bodies=5), Mode.PARALLEL)
    counts = []
    for scene in (few, many):
        client = english(scene.officer)
        client.get(address(scene, "cockpit"))
        with CaptureQueriesContext(connection) as asked:
            client.get(address(scene, "cockpit"))
        counts.append(len(asked))
    assert counts[1] <= counts[0], counts


def test_anybody_checks_a_code_and_reads_no_word_of_the_text(client: Client) -> None:
    scene = an_approved_convention()
    page = reverse("signing:checked", args=[scene.convention.check_code])
    assert client.get(page).status_code == 404, "nobody outside knows of it before it is sent"
    sent(scene)
    sign(scene, 0)
    answer = client.get(page)
    text = answer.content.decode()
    assert scene.convention.number in text and all(party.name in text for party in scene.parties)
    assert scene.signers[0].full_name in text and "1 signature is still awaited" in text
    assert "Convention d’essai" not in text and "Première finalité" not in text and "Liste des données" not in text
    set_columns(scene.convention, state="in_force", signed_at=timezone.now(), effective_from=timezone.localdate())
    assert "is in force" in client.get(page).content.decode()
    typed = scene.convention.check_code.lower()
    assert client.get(reverse("signing:check"), {"code": f"{typed[:4]}-{typed[4:]}"}).url == page  # type: ignore[attr-defined]
    assert client.get(reverse("signing:check"), {"code": "AAAA"}).status_code == 422
    assert client.get(f"/conventions/verifier/{scene.convention.check_code}/").url == page  # type: ignore[attr-defined]


def test_anybody_checks_a_file_which_is_not_kept(client: Client, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = "/nonexistent"
    scene = sent(an_approved_convention())
    sign(scene, 0)
    last = sign(scene, 1).content()
    files = SealedRevision.objects.count()

    def ask(content: bytes) -> str:
        file = SimpleUploadedFile("convention.pdf", content, content_type="application/pdf")
        return str(client.post(reverse("signing:check"), {"file": file}).content.decode())

    with bounded.PLACES, bounded.PLACES:
        whole = ask(last)  # what is kept is read whoever else waits
    assert "This document is whole" in whole and scene.convention.number in whole
    altered = ask(last.replace(b"% Convention", b"% Conventiom", 1))
    assert "has been altered" in altered and "at least one byte was changed" in altered
    assert "is not a PDF" in ask(b"Bonjour")
    assert SealedRevision.objects.count() == files


def test_a_file_that_could_not_be_read_in_time_is_said_to_be_just_that(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "PLACES", BoundedSemaphore(0))
    monkeypatch.setattr(bounded, "MOST_WAIT_FOR_PLACE", 0.01)
    file = SimpleUploadedFile("convention.pdf", b"%PDF-1.7 of anybody", content_type="application/pdf")
    answer = client.post(reverse("signing:check"), {"file": file})
    said = answer.content.decode()
    assert answer.status_code == 503 and "could not be read in time" in said and "try again" in said
    assert "Nobody can vouch" not in said and "altered" not in said


def test_a_file_that_is_too_large_is_refused_without_being_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.signing.uploads.MOST_BYTES", 1000)
    file = SimpleUploadedFile("convention.pdf", b"%PDF-" + b"0" * 2000, content_type="application/pdf")
    answer = client.post(reverse("signing:check"), {"file": file})
    assert answer.status_code == 422 and "too large" in answer.content.decode()
    assert bounded.MOST_BYTES > 1000


def test_the_check_of_a_file_is_protected_from_other_sites() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("signing:check"), {}).status_code == 403


def test_whoever_checks_too_often_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.signing.checking_page.MOST_CHECKS", 2)
    page = reverse("signing:checked", args=["0" * 17])
    assert [client.get(page).status_code for _time in range(3)] == [404, 404, 429]


def test_the_command_says_what_the_page_says(tmp_path: Path) -> None:
    scene = sent(an_approved_convention())
    sign(scene, 0)
    last = sign(scene, 1).content()
    (tmp_path / "good.pdf").write_bytes(last)
    (tmp_path / "bad.pdf").write_bytes(last + b"\n% appended")
    out = StringIO()
    call_command("verify_convention", str(tmp_path / "good.pdf"), stdout=out)
    assert scene.convention.number in out.getvalue() and "whole" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("verify_convention", str(tmp_path / "bad.pdf"), stdout=out)


def test_make_keys_makes_the_demonstration_authority(settings: Any, tmp_path: Path) -> None:
    settings.KEYS_DIR, out = tmp_path, StringIO()
    call_command("make_keys", stdout=out)
    assert "conventions: root, seal, stamps" in out.getvalue() and (tmp_path / "conventions" / "seal.pem").exists()


def test_nothing_is_sent_while_nobody_stamps_the_time(settings: Any) -> None:
    settings.SIGNATURE_TIME_STAMPS = "http://127.0.0.1:9/"
    scene = an_approved_convention(bodies=1)
    told: dict[str, Any] = {"mode": "parallel", "level": "simple", "expires_on": (timezone.now() + timedelta(days=9)).date().isoformat()}
    told |= {
        f"p{scene.parties[0].pk}_{name}": value for name, value in (("person", scene.signers[0].pk), ("method", "internal"), ("group", 1))
    }
    answer = english(scene.officer).post(address(scene, "send"), told)
    assert answer.status_code == 503 and "does not answer" in answer.content.decode()
    assert Convention.objects.get(pk=scene.convention.pk).state == "approved" and not SealedRevision.objects.exists()
