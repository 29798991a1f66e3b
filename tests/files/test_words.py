"""Reading words for the search: within limits of pages, characters, time and memory, and a reader that dies harms nobody."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from config.demo.pieces import small_pdf
from files import reading, words
from files.kinds import DOCX, ODT, PDF
from tests.files.corpus import a_docx, an_odt


@pytest.mark.parametrize(
    ("content", "content_type", "word"),
    [
        (small_pdf(["Étude des réhospitalisations"]), PDF, "Étude des réhospitalisations"),
        (a_docx(), DOCX, "Contexte et objectifs"),
        (an_odt("<text:h>Titre</text:h><text:p>un<text:span>deux</text:span>trois</text:p>"), ODT, "Titre\nundeuxtrois"),
    ],
    ids=["pdf", "docx", "odt"],
)
def test_the_words_of_each_type_are_read(content: bytes, content_type: str, word: str) -> None:
    text, is_cut = reading.read(BytesIO(content), content_type)
    assert word in text
    assert not is_cut


@pytest.mark.parametrize(("limit", "value"), [("MOST_PAGES", 0), ("MOST_CHARACTERS", 5), ("MOST_SECONDS", -1.0)])
def test_what_passes_a_limit_is_left_out_and_that_is_said(monkeypatch: pytest.MonkeyPatch, limit: str, value: Any) -> None:
    monkeypatch.setattr(reading, limit, value)
    text, is_cut = reading.read(BytesIO(small_pdf(["Protocole de recherche"])), PDF)
    assert is_cut
    assert len(text) <= 30
    if limit == "MOST_CHARACTERS":
        assert text == "Proto"


def test_the_process_apart_hands_the_words_over() -> None:
    assert words.words_of(BytesIO(small_pdf(["Cohorte"])), PDF) == words.Words("Cohorte\n")


def test_a_file_that_cannot_be_read_has_no_words_and_no_error() -> None:
    assert words.words_of(BytesIO(b"%PDF-1.7 nothing"), PDF) == words.Words(is_cut=True)


def test_a_reader_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "SECONDS", 0.01)
    assert words.words_of(BytesIO(small_pdf(["Cohorte"])), PDF) == words.Words(is_cut=True)
