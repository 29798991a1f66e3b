"""A source as files: the tagged PDF and the word-processor file, the same bytes for the same source."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from committee.documents.source import Source
from committee.documents.word import docx_of
from files.printing import pdf_of

PDF = "application/pdf"


@dataclass(frozen=True)
class Drawn:
    """Both files of a paper."""

    pdf: bytes
    docx: bytes

    @property
    def pdf_sha256(self) -> str:
        """The seal of the PDF."""
        return hashlib.sha256(self.pdf).hexdigest()

    @property
    def docx_sha256(self) -> str:
        """The seal of the word-processor file."""
        return hashlib.sha256(self.docx).hexdigest()


def pdf(source: Source) -> bytes:
    """The PDF of a source. Raises CannotPrint where pages cannot be set."""
    return pdf_of("committee/papers/paper.html", {"paper": source})


def drawn(source: Source) -> Drawn:
    """Both files of a source. Raises CannotPrint where pages cannot be set."""
    return Drawn(pdf(source), docx_of(source))
