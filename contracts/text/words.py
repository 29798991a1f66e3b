"""The words of a file, normalised: two files of one text say the same words in the same order."""

from __future__ import annotations

import html
import io
import re
import unicodedata
from collections.abc import Iterator

import docx
from docx.oxml.ns import qn
from pypdf import PdfReader

_TAG = re.compile(r"<[^>]*>")
#: Signs that hyphenate or space a line in one file and not in the other.
_SHY = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


def normalised(text: str) -> list[str]:
    """The words of a text: composed, every blank alike."""
    return unicodedata.normalize("NFC", text.translate(_SHY)).split()


def words_of_html(markup: str) -> list[str]:
    """The words that a reader of the markup sees."""
    return normalised(html.unescape(_TAG.sub(" ", markup)))


def words_of_docx(content: bytes) -> list[str]:
    """The words of the body of a word-processor file, in order, those of its tables too."""
    body = docx.Document(io.BytesIO(content)).element.body
    return normalised(" ".join(_texts(body)))


def _texts(body: object) -> Iterator[str]:
    for paragraph in body.iter(qn("w:p")):  # type: ignore[attr-defined]
        yield "".join(one.text or "" for one in paragraph.iter(qn("w:t")))


def words_of_pdf(content: bytes) -> list[str]:
    """The words of a PDF, page by page: what stands in margins is among them, and the marks of lists."""
    return normalised("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))


def letters(words: list[str]) -> str:
    """The words without the blanks between them: what a line end has cut in a PDF is whole again."""
    return "".join(words)
