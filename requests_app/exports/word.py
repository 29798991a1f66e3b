"""The dossier as a word-processor file, with real headings and tables, and the same bytes for the same dossier."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn

from requests_app.exports.document import Paper

#: The day that every entry of the archive carries, so that the file depends on its content alone.
NO_DAY = (1980, 1, 1, 0, 0, 0)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx_of(paper: Paper, at: datetime) -> bytes:
    """The bytes of the file."""
    document = Document()
    _head(document, paper, at)
    for chapter in paper.chapters:
        document.add_heading(str(chapter.section.title), level=1)
        for line in chapter.lines:
            document.add_heading(line.label, level=2)
            document.add_paragraph(_plain(line.value) or _("not given"))
    document.add_heading(_("Annexes"), level=1)
    _annexes(document, paper)
    return repacked(document)


def _head(document: Any, paper: Paper, at: datetime) -> None:
    about = document.core_properties
    about.title, about.subject, about.author = _plain(f"{paper.reference} – {paper.title}")[:250], paper.subject, paper.operator
    about.language = get_language() or "fr"
    about.created = about.modified = at.replace(tzinfo=None, microsecond=0)
    about.last_modified_by, about.revision = paper.operator, 1
    _speak(document, get_language() or "fr")
    document.add_heading(_plain(paper.title), level=0)
    _table(document, None, paper.facts)


def _speak(document: Any, language: str) -> None:
    """Say the language of the text, for screen readers and spell checkers."""
    fonts = document.styles.element.find(".//" + qn("w:rPrDefault")).find(qn("w:rPr"))
    spoken = fonts.find(qn("w:lang"))
    if spoken is not None:
        spoken.set(qn("w:val"), "fr-FR" if language.startswith("fr") else "en-GB")


def _annexes(document: Any, paper: Paper) -> None:
    if not paper.annexes:
        document.add_paragraph(_("No piece was attached."))
        return
    rows = [(str(one.number), one.kind, _plain(one.name), one.added_on) for one in paper.annexes]
    _table(document, (_("No."), _("Kind"), _("Piece"), _("Added on")), rows)


def _table(document: Any, head: tuple[str, ...] | None, rows: list[Any]) -> None:
    shown = [head, *rows] if head else rows
    table = document.add_table(rows=0, cols=len(shown[0]), style="Table Grid")
    for row in shown:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _plain(text)


def _plain(text: str) -> str:
    """The text without the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32)


def repacked(document: Any) -> bytes:
    """The document's bytes, with the same day on every entry."""
    written, packed = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename, NO_DAY), source.read(entry), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
