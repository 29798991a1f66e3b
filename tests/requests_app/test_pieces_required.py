"""Which pieces a dossier must hold: dated data, by procedure and by what the project says, and no filing without them."""

from __future__ import annotations

import datetime
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from docx import Document

from files.checks import inspect
from files.kinds import DOCX
from requests_app import piece_templates
from requests_app.models import Attachment, PieceRule
from requests_app.pieces import remove
from requests_app.reference import load_piece_rules, piece_rules_of_file
from requests_app.required_pieces import PieceState, pieces_to_prepare, required_pieces
from requests_app.states import Procedure
from tests.accounts.clients import sign_in
from tests.accounts.factories import OrganisationFactory
from tests.requests_app.factories import a_draft, cast, make
from workflow.refusals import RuleBroken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_media")]
AUT = {"protocol", "summary", "interests", "cnil_form"}
HEADINGS = (
    "3.1 Données requises",
    "4.1 Respect des droits des personnes concernées",
    "4.2 Confidentialité et sécurité",
    "4.2.2 Support des données",
)


def required_of(dossier: Any) -> set[str]:
    return {one.code for one in required_pieces(dossier) if one.is_required}


@pytest.mark.parametrize(
    ("procedure", "codes"),
    [
        ("aut", AUT),
        ("du", AUT),
        ("mr004", {"protocol"}),
        ("mr007", {"protocol", "summary", "interests", "needs"}),
        ("mr008", {"protocol", "summary", "interests", "needs"}),
    ],
)
def test_each_procedure_has_its_list(procedure: str, codes: set[str]) -> None:
    assert required_of(a_draft(procedure=procedure, filled=False)) == codes


def test_the_laboratory_declares_its_interests_only_if_there_is_one() -> None:
    dossier = a_draft(laboratory=OrganisationFactory())
    assert required_of(dossier) == AUT | {"interests_laboratory"}


def test_the_information_letter_is_asked_for_only_if_people_are_informed_one_by_one() -> None:
    assert required_of(a_draft(information="individual")) == AUT | {"information"}
    assert required_of(a_draft(information="collective")) == AUT


def test_a_dossier_obeys_the_list_of_the_day_on_which_it_was_begun() -> None:
    before_the_methodology = a_draft(procedure="mr007", filled=False, at=timezone.now() - timedelta(days=365 * 6))
    assert "needs" not in required_of(before_the_methodology)


def test_every_missing_piece_keeps_a_dossier_from_being_filed_each_with_its_place() -> None:
    people = cast()
    dossier = a_draft(people)
    for piece in list(dossier.attachments.filter(kind__in=["summary", "cnil_form"])):
        remove(piece, by=people["owner"], at=timezone.now())
    with pytest.raises(RuleBroken) as refusal:
        make(dossier, "submit", people, timezone.now())
    page = reverse("dossiers:pieces", args=[dossier.reference])
    assert [one.where for one in refusal.value.broken] == [f"{page}#item-summary", f"{page}#item-cnil_form"]
    states = {one.code: one.state for one in required_pieces(dossier)}
    assert (states["summary"], states["protocol"], states["funders"]) == (PieceState.MISSING, PieceState.GIVEN, PieceState.ON_REQUEST)


def test_a_former_version_does_not_settle_an_item() -> None:
    dossier = a_draft()
    dossier.attachments.filter(kind="protocol").update(removed_at=timezone.now())
    assert {one.code: one.state for one in required_pieces(dossier)}["protocol"] == PieceState.MISSING


def test_the_list_costs_two_queries() -> None:
    dossier = a_draft(laboratory=OrganisationFactory(), information="individual")
    with CaptureQueriesContext(connection) as asked:
        required_pieces(dossier)
    assert len(asked) == 2


def test_what_to_prepare_is_known_before_there_is_a_dossier() -> None:
    assert {"protocol", "information", "needs"} <= {one.code for one in pieces_to_prepare("mr008")}
    with translation.override("fr"):
        hint = next(one.hint for one in pieces_to_prepare("aut") if one.code == "summary")
    assert hint.startswith("Deux pages")


def test_the_data_file_is_loaded_once_and_an_end_in_it_ends_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_piece_rules() == 0
    ended = piece_rules_of_file()
    for rule in ended:
        if (rule.procedure, rule.code) == ("aut", "funders"):
            rule.valid = (rule.valid[0], datetime.date(2027, 1, 1))
    monkeypatch.setattr("requests_app.reference.piece_rules_of_file", lambda: ended)
    assert load_piece_rules() == 0
    assert PieceRule.objects.get(procedure="aut", code="funders").valid.upper == datetime.date(2027, 1, 1)


def test_every_rule_of_the_file_is_whole() -> None:
    rules = piece_rules_of_file()
    assert {rule.procedure for rule in rules} == set(Procedure.values)
    for rule in rules:
        rule.full_clean(exclude=["valid"], validate_constraints=False)
        assert not rule.template or rule.template in piece_templates.TEMPLATES
        assert bool(rule.hint_fr) == bool(rule.hint_en)
        assert rule.law or rule.need == "on_request"


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"code": "protocol"}, "piece_rule_one_at_a_time"),
        ({"need": "conditional"}, "piece_rule_conditional_says_when"),
        ({"need": "perhaps"}, "piece_rule_need_is_known"),
        ({"code": "poem"}, "piece_rule_kind_is_known"),
    ],
)
def test_the_database_refuses_a_rule_that_cannot_be(changes: dict[str, Any], constraint: str) -> None:
    said = {"procedure": "aut", "code": "answer", "need": "required", "position": 1, "valid": (datetime.date(2026, 1, 1), None)}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        PieceRule.objects.create(**said | changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"size": 0}, "attachment_is_not_empty"),
        ({"scan_state": "fine"}, "attachment_scan_state_is_known"),
        ({"scan_state": "clean"}, "attachment_verdict_is_dated"),
        ({"replaced_by": "other"}, "attachment_replaced_has_left"),
    ],
)
def test_the_database_refuses_a_piece_that_cannot_be(changes: dict[str, Any], constraint: str) -> None:
    first, other = a_draft().attachments.all()[:2]
    told = {key: other if value == "other" else value for key, value in changes.items()}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Attachment.objects.filter(pk=first.pk).update(**told)


def test_a_piece_does_not_replace_itself() -> None:
    piece = a_draft().attachments.all()[0]
    with pytest.raises(IntegrityError, match="attachment_does_not_replace_itself"), transaction.atomic():
        Attachment.objects.filter(pk=piece.pk).update(replaced_by=piece, removed_at=timezone.now())


# --- the documents to start from ----------------------------------------------------------------
def test_the_protocol_has_the_headings_that_the_secretariat_looks_for() -> None:
    made = Document(io.BytesIO(piece_templates.document("protocol")))
    headings = [one.text for one in made.paragraphs if one.style is not None and one.style.name.startswith("Heading")]
    assert not [one for one in HEADINGS if one not in headings]


@pytest.mark.parametrize("code", piece_templates.TEMPLATES)
def test_a_template_is_a_document_that_we_would_accept_and_always_the_same(code: str) -> None:
    made = piece_templates.document(code, title="BACTHUB", reference="GU-2026-000001")
    assert made == piece_templates.document(code, title="BACTHUB", reference="GU-2026-000001")
    assert inspect(SimpleUploadedFile("a.docx", made)).content_type == DOCX
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {piece_templates.BORN}
    assert "BACTHUB" in "\n".join(one.text for one in Document(io.BytesIO(made)).paragraphs)


def test_anybody_may_download_a_template_and_a_team_gets_its_own_title_in_it(client: Client) -> None:
    empty = client.get(reverse("dossiers:piece_template", args=["protocol"]))
    assert (empty.status_code, empty.headers["Content-Type"]) == (200, DOCX)
    assert empty.headers["Content-Disposition"] == 'attachment; filename="modele-protocole.docx"'
    people = cast()
    dossier = a_draft(people)
    prefilled = reverse("dossiers:piece_template_of", args=[dossier.reference, "protocol"])
    sign_in(client, people["owner"])
    text = "\n".join(one.text for one in Document(io.BytesIO(client.get(prefilled).content)).paragraphs)
    assert dossier.reference in text and "EPISUIVI" in text
    sign_in(client, people["officer"])
    assert client.get(prefilled).status_code == 404
    assert client.get(reverse("dossiers:piece_template", args=["poem"])).status_code == 404
