"""A dossier as a file, and a file as a dossier: nothing internal leaves, nothing that comes in is silently dropped."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from docx import Document
from guardian.shortcuts import assign_perm
from jsonschema import Draft202012Validator

from catalogue.models import Database
from requests_app.choices import DataForm
from requests_app.exports.archive import Archive, entry_name
from requests_app.exports.ehds import ITEMS, application_of, as_json
from requests_app.exports.importing import import_dossier
from requests_app.exports.models import ImportReport
from requests_app.exports.portable import fields, portable, said_by, schema
from requests_app.exports.services import duplicate
from requests_app.models import Attachment, Dossier, DossierSource
from requests_app.states import State
from tests.accounts.clients import sign_in
from tests.accounts.factories import UserFactory
from tests.needs import needs
from tests.requests_app.factories import a_dossier, a_draft
from workflow.models import AccessRead
from workflow.refusals import NotAllowed, RuleBroken

NOW = timezone.now()


def whole(dossier: Dossier) -> Dossier:
    return Dossier.objects.for_page().get(pk=dossier.pk)


@pytest.fixture
def dossier(db: None, people: dict[str, Any]) -> Dossier:
    made = a_draft(people, aims="Quels traitements évitent l’hospitalisation ?", inclusion_from=date(2015, 1, 1))
    database = Database.objects.get(level="main")
    source = DossierSource.objects.get(content=made.content, database=database)
    source.year_from, source.year_to, source.identifiers = 2015, 2020, {"birth_month": "Pour calculer l’âge aux soins."}
    source.save()
    source.components.set(database.components.order_by("pk")[:2])
    return whole(made)


# --- JSON -----------------------------------------------------------------------------------------
def test_an_export_follows_its_published_schema(dossier: Dossier, client) -> None:
    told = json.loads(json.dumps(portable(dossier, NOW)))
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(told)
    assert set(told["content"]) == {field.name for field in fields()} | {"sources"}
    assert told["content"]["controller"]["name"] == dossier.content.controller.name
    assert client.get(reverse("exports:schema")).json() == json.loads(json.dumps(schema()))


def test_a_dossier_comes_back_from_its_export_as_it_was(dossier: Dossier) -> None:
    stranger = UserFactory()
    sent = json.dumps(portable(dossier, NOW)).encode()
    copy = whole(import_dossier(sent, by=stranger, at=NOW))
    said, before = said_by(copy.content), said_by(dossier.content)
    assert before.pop("forbidden_purposes_excluded") and not said.pop("forbidden_purposes_excluded")
    assert said == before
    assert copy.state == State.DRAFT and copy.created_by == stranger
    assert not ImportReport.objects.exists()


def changed(dossier: Dossier, **content: Any) -> bytes:
    told = json.loads(json.dumps(portable(dossier, NOW)))
    told["content"] |= content
    return json.dumps(told).encode()


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"shoe_size": 42}, "shoe_size"),
    ({"title": 12}, "title"),
    ({"title": "x" * 301}, "title"),
    ({"title": "a\0b"}, "title"),
    ({"starts_on": "yesterday"}, "starts_on"),
    ({"starts_on": "2030-01-01", "ends_on": "2029-01-01"}, "ends_on"),
    ({"inclusion_from": "2020-01-01", "inclusion_to": "2019-01-01"}, "inclusion_to"),
    ({"retention_years": 51}, "retention_years"),
    ({"retention_years": -1}, "retention_years"),
    ({"access_months": 32768}, "access_months"),
    ({"population_size": 10**12}, "population_size"),
    ({"purpose": "world_domination"}, "purpose"),
    ({"objectives": ["nonsense"]}, "objectives"),
    ({"controller": {"name": "Nobody knows it", "siren": None}}, "controller"),
    ({"controller": "AP-HP"}, "controller"),
    ({"hosting": "moon"}, "hosting"),
    ({"people": [{"name": "Jeanne"}, "Jean"]}, "people"),
    ({"sources": {"database": "mdo"}}, "sources"),
    ({"sources": [{"database": "nowhere"}]}, "sources"),
    ({"sources": [{"years": [2010, 2012]}]}, "sources"),
    ({"sources": [{"database": "base-principale", "components": ["nothing"]}]}, "sources.base-principale"),
    ({"sources": [{"database": "base-principale", "years": [2020, 2010]}]}, "sources.base-principale"),
    ({"sources": [{"database": "base-principale", "identifiers": {"name": "why not"}}]}, "sources.base-principale"),
    ({"answers": {"q1": "yes"}, "questionnaire": {"questionnaire": "unknown", "version": 1}}, "answers.q1"),
]


@pytest.mark.parametrize(("content", "place"), UNFIT, ids=[f"{place}-{number}" for number, (_content, place) in enumerate(UNFIT)])
def test_what_does_not_fit_is_reported_with_its_value_and_the_rest_is_taken(
    dossier: Dossier, client, content: dict[str, Any], place: str
) -> None:
    person = UserFactory()
    copy = import_dossier(changed(dossier, **content), by=person, at=NOW)
    report = ImportReport.objects.get(pk=copy.pk)
    assert {line["place"] for line in report.lines} == {place}
    assert all(line["why"] for line in report.lines)
    assert copy.content.lay_summary == dossier.content.lay_summary
    client.force_login(person)
    assert client.get(reverse("exports:report", args=[copy.reference])).status_code == 200


NOT_A_DOSSIER = [
    b"",
    b"hello",
    b"\xff\xfe",
    b"[]",
    b"{}",
    b'{"format": "other", "format_version": 1, "procedure": "aut", "content": {}}',
    b'{"format": "guichet-dossier", "format_version": 2, "procedure": "aut", "content": {}}',
    b'{"format": "guichet-dossier", "format_version": 1, "procedure": "aut", "content": []}',
    b'{"format": "guichet-dossier", "format_version": 1, "procedure": "riph", "content": {}}',
    b"[" * 100_000,
    b" " * (5 * 1024 * 1024 + 1),
]


@pytest.mark.django_db
@pytest.mark.parametrize("sent", NOT_A_DOSSIER, ids=lambda sent: repr(sent[:30]))
def test_a_file_that_is_no_dossier_is_refused_with_a_sentence(sent: bytes) -> None:
    with pytest.raises(RuleBroken):
        import_dossier(sent, by=UserFactory(), at=NOW)
    assert not Dossier.objects.exists()


def test_an_applicant_imports_reads_the_report_and_forgets_it(dossier: Dossier, client) -> None:
    person = UserFactory()
    client.force_login(person)
    sent = SimpleUploadedFile("dossier.json", changed(dossier, shoe_size=42), content_type="application/json")
    page = client.post(reverse("exports:import"), {"file": sent})
    copy = Dossier.objects.of_team(person).get()
    assert page.url == reverse("exports:report", args=[copy.reference])
    assert "42" in client.get(page.url).content.decode()
    assert page.url in client.get(copy.get_absolute_url()).content.decode()
    client.post(page.url)
    assert client.get(page.url).status_code == 404
    refused = client.post(reverse("exports:import"), {"file": SimpleUploadedFile("d.json", b"no")})
    assert refused.status_code == 200 and refused.context["form"].errors


# --- copies ---------------------------------------------------------------------------------------
def test_a_copy_says_the_same_and_changes_nothing_of_the_first(dossier: Dossier, people: dict[str, Any]) -> None:
    copy = whole(duplicate(dossier, by=people["owner"], at=NOW))
    assert copy.follows is None
    assert said_by(copy.content) | {"forbidden_purposes_excluded": True} == said_by(dossier.content)
    assert not copy.content.forbidden_purposes_excluded
    assert not copy.attachments.exists()


@pytest.mark.django_db
def test_a_copy_of_a_refused_dossier_follows_it(people: dict[str, Any]) -> None:
    refused = whole(a_dossier(State.REFUSED, people))
    assert duplicate(refused, by=people["owner"], at=NOW).follows == refused
    with pytest.raises(NotAllowed):
        duplicate(refused, by=people["officer"], at=NOW)


# --- archive --------------------------------------------------------------------------------------
@needs("pango")
def test_the_archive_holds_everything_and_its_sums_are_right(dossier: Dossier, people: dict[str, Any]) -> None:
    pieces = [one for one in dossier.attachments.all() if one.file.storage.exists(one.file.name)]
    with zipfile.ZipFile(io.BytesIO(b"".join(Archive(dossier, NOW).stream()))) as archive:
        assert archive.testzip() is None
        sums = dict(reversed(line.split("  ")) for line in archive.read("SHA256SUMS").decode().splitlines())
        names = set(archive.namelist())
        assert names == {*sums, "SHA256SUMS"}
        assert {f"{dossier.reference}.pdf", f"{dossier.reference}.json", "manifest.json"} <= names
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
        manifest = json.loads(archive.read("manifest.json"))
        assert len(manifest["left_out"]) + sum(name.startswith("pieces/") for name in names) == dossier.attachments.count()
        assert sum(name.startswith("pieces/") for name in names) == len(pieces)


@needs("pango")
def test_a_locked_piece_is_left_out_and_named(dossier: Dossier, people: dict[str, Any]) -> None:
    piece = dossier.attachments.first() or pytest.fail("the filled draft has pieces")
    Attachment.objects.filter(pk=piece.pk).update(scan_state="waiting")
    with zipfile.ZipFile(io.BytesIO(b"".join(Archive(dossier, NOW).stream()))) as archive:
        assert piece.name in {one["name"] for one in json.loads(archive.read("manifest.json"))["left_out"]}


def test_a_name_cannot_lead_out_of_the_archive() -> None:
    for name in ("../../etc/passwd", "/etc/passwd", "C:\\x", "a\0b", "....", "\u202egpj.exe"):
        told = entry_name(1, Attachment(name=name))
        assert told.startswith("pieces/01 ") and told.count("/") == 1 and "\\" not in told and ".." not in told.removeprefix("pieces/")[:5]


# --- documents ------------------------------------------------------------------------------------
@needs("pango")
def test_the_pdf_is_tagged_has_its_language_its_bookmarks_and_its_fonts(dossier: Dossier, client, people: dict[str, Any]) -> None:
    import pikepdf

    client.force_login(people["owner"])
    answer = client.get(reverse("exports:file", args=[dossier.reference, "pdf"]))
    assert answer.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        root = pdf.Root
        assert root.MarkInfo.Marked
        assert "/StructTreeRoot" in root
        assert str(root.Lang).startswith("fr")
        assert dossier.reference in str(pdf.docinfo["/Title"])
        with pdf.open_outline() as outline:
            titles = [item.title for chapter in outline.root for item in [chapter, *chapter.children]]
        assert len(titles) > 8 and any("Annexes" in title for title in titles)
        assert fonts_of(pdf) and all(fonts_of(pdf).values())
        assert all(page.StructParents is not None for page in pdf.pages)
        assert root.ViewerPreferences.DisplayDocTitle


def fonts_of(pdf: Any) -> dict[str, bool]:
    """Each font of the document, and whether it is embedded."""
    found = {}
    for page in pdf.pages:
        for name, font in page.Resources.Font.items():
            descriptor = font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.FontDescriptor
            found[f"{name} {font.BaseFont}"] = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


@needs("pango")
def test_what_an_applicant_writes_fetches_nothing(dossier: Dossier, client, people: dict[str, Any]) -> None:
    from files.printing import pdf_of
    from requests_app.exports.document import paper_of

    dossier.content.title = '<img src="file:///etc/passwd"> <link rel="attachment" href="http://127.0.0.1:1/">'
    made = pdf_of("exports/dossier_paper.html", {"paper": paper_of(dossier, NOW)})
    assert made.startswith(b"%PDF-1.7") and b"root:x" not in made


@needs("pango")
def test_the_same_dossier_gives_the_same_bytes(dossier: Dossier) -> None:
    from files.printing import pdf_of
    from requests_app.exports.document import paper_of
    from requests_app.exports.word import docx_of

    paper = paper_of(dossier, NOW)
    assert pdf_of("exports/dossier_paper.html", {"paper": paper}) == pdf_of("exports/dossier_paper.html", {"paper": paper})
    assert docx_of(paper, NOW) == docx_of(paper, NOW)


def test_the_word_file_has_headings_and_holds_what_was_said(dossier: Dossier, client, people: dict[str, Any]) -> None:
    dossier.content.title = "Titre avec un signe\x0b interdit"
    dossier.content.save()
    client.force_login(people["owner"])
    answer = client.get(reverse("exports:file", args=[dossier.reference, "docx"]))
    document = Document(io.BytesIO(answer.content))
    headings = [one.text for one in document.paragraphs if one.style.name.startswith(("Heading", "Title"))]
    assert any("Titre avec un signe" in one for one in headings)
    assert dossier.content.lay_summary in "\n".join(one.text for one in document.paragraphs)


# --- who ------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_an_officer_who_takes_a_dossier_away_is_noted_and_a_stranger_finds_nothing(client, people: dict[str, Any]) -> None:
    filed = a_dossier(State.SUBMITTED, people)
    address = reverse("exports:file", args=[filed.reference, "json"])
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    assert sign_in(client, people["officer"]).get(address).json()["reference"] == filed.reference
    assert AccessRead.objects.filter(reader=people["officer"], page="export", subject_id=filed.pk).count() == 1


# --- Europe ---------------------------------------------------------------------------------------
def test_each_lettered_item_is_told_and_what_lacks_is_named(dossier: Dossier, client, people: dict[str, Any]) -> None:
    told = as_json(dossier)["items"]
    assert list(told) == [*"abcdefghijk", "67(4)"]
    before = {one.item.letter: one.is_whole for one in application_of(dossier)}
    dossier.content.ethics, dossier.content.study_lead = "", ""
    after = {one.item.letter: one.is_whole for one in application_of(dossier)}
    assert not after["j"] and not after["a"] and before["b"] == after["b"]
    dossier.content.data_form = DataForm.ANONYMISED
    assert not as_json(dossier)["items"]["67(4)"]["applies"]
    client.force_login(people["owner"])
    assert client.get(reverse("exports:ehds", args=[dossier.reference])).status_code == 200


def test_every_field_that_europe_asks_for_is_one_of_the_dossier() -> None:
    known = {field.name for field in fields()} | {"sources"}
    assert not {name for item in ITEMS for name in (*item.fields, *item.needed)} - known
    assert all(set(item.needed) <= set(item.fields) for item in ITEMS)


# --- what the review found --------------------------------------------------------------------------
def test_who_only_reads_does_not_forget_the_report_of_an_import(dossier: Dossier, client) -> None:
    person, reader = UserFactory(), UserFactory()
    copy = import_dossier(changed(dossier, shoe_size=42), by=person, at=NOW)
    assign_perm("reader", reader, copy)
    client.force_login(reader)
    assert client.post(reverse("exports:report", args=[copy.reference])).status_code == 403
    assert ImportReport.objects.filter(pk=copy.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("odd", [b"NaN", b"Infinity", b'"\\ud800"'])
def test_what_no_database_keeps_is_refused_before_it_is_tried(odd: bytes) -> None:
    sent = b'{"format": "guichet-dossier", "format_version": 1, "procedure": "aut", "content": {"population_size": %s}}' % odd
    with pytest.raises(RuleBroken):
        import_dossier(sent, by=UserFactory(), at=NOW)
