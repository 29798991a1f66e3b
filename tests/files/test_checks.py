"""What a file really is: good documents pass, and each bad one meets the sentence that fits it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from files.checks import inspect
from files.kinds import DOCX, ODT, PDF
from files.names import display_name
from files.refused import SENTENCES, FileRefused, Reason
from tests.files.corpus import Case, a_docx, a_pdf, an_odt, corpus, docx_with, packed, pdf_with, with_relation


def checked(content: bytes, name: str = "a.pdf") -> Any:
    return inspect(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    ("content", "content_type", "extension"),
    [
        (a_pdf(), PDF, ".pdf"),
        (a_docx(), DOCX, ".docx"),
        (an_odt(), ODT, ".odt"),
        (with_relation("hyperlink", "https://exemple.example/"), DOCX, ".docx"),
        (docx_with({"word/embeddings/tableau.xlsx": packed({"xl/workbook.xml": b"<a/>"})}), DOCX, ".docx"),
        (a_pdf() + b"\r\n\x00\x00", PDF, ".pdf"),
    ],
    ids=["pdf", "docx", "odt", "a link to click on", "the data of a chart", "white space after the end"],
)
def test_a_good_document_is_known_by_its_content(content: bytes, content_type: str, extension: str) -> None:
    found = checked(content, "sans-extension")
    assert found.content_type == content_type
    assert found.name == f"sans-extension{extension}"
    assert found.storage_name.endswith(extension)
    assert found.size == len(content)


def test_a_pdf_may_carry_the_data_of_an_invoice() -> None:
    import pikepdf

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.attachments["facture.xml"] = pikepdf.AttachedFileSpec(pdf, b"<a/>", filename="facture.xml")

    assert checked(pdf_with(change)).content_type == PDF


@pytest.mark.parametrize("case", corpus(), ids=lambda case: case.name)
def test_a_bad_file_meets_the_refusal_that_fits_it(case: Case) -> None:
    with pytest.raises(FileRefused) as refusal:
        checked(case.content, case.name)
    assert refusal.value.reason == case.reason


def test_the_corpus_is_large_and_meets_every_refusal_but_those_of_size() -> None:
    assert len(corpus()) >= 40
    assert {case.reason for case in corpus()} == set(Reason) - {Reason.TOO_LARGE, Reason.PDF_TOO_COMPLEX}


def test_every_refusal_has_a_sentence_of_its_own_in_both_languages() -> None:
    for language in ("en", "fr"):
        with translation.override(language):
            said = [str(SENTENCES[reason]) for reason in Reason]
        assert len(set(said)) == len(said)


def test_a_file_over_the_limit_is_told_both_sizes(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    with translation.override("en"), pytest.raises(FileRefused) as refusal:
        checked(a_pdf())
    assert refusal.value.reason == Reason.TOO_LARGE
    assert "100" in str(refusal.value)


def test_a_pdf_that_takes_too_long_is_refused_and_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("files.pdf.MOST_SECONDS", -1.0)
    with pytest.raises(FileRefused) as refusal:
        checked(a_pdf())
    assert refusal.value.reason == Reason.PDF_TOO_COMPLEX


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Protocole final.pdf", "Protocole final.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\martin\\protocole.pdf", "protocole.pdf"),
        ("facture\u202efdp.exe", "facture fdp.exe.pdf"),
        ("a\x00b\r\nc.pdf", "a b c.pdf"),
        ("re\u0301sume\u0301.pdf", "résumé.pdf"),
        ("protocole.docx", "protocole.pdf"),
        ("mal\udce9.pdf", "mal_.pdf"),
        (".pdf", "pdf.pdf"),
        ("", "document.pdf"),
        ("..", "document.pdf"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("é" * 400 + ".pdf", "é" * 146 + ".pdf"),
    ],
)
def test_a_name_is_cleaned_for_those_who_read_it(sent: str, shown: str) -> None:
    assert display_name(sent, PDF) == shown
