"""A paper for a word processor: real headings, lists and tables, its language said, and the same bytes for the same source."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from docx import Document
from docx.oxml.ns import qn

from committee.documents.source import HEADING, POINTS, TABLE, Block, Source
from requests_app.exports.word import DOCX, repacked

__all__ = ["DOCX", "docx_of"]

#: The day that the properties carry, as every entry of the file does: what matters is dated in the text.
NO_DAY = datetime(1980, 1, 1, tzinfo=UTC)


def docx_of(source: Source) -> bytes:
    """The bytes of the file."""
    document = Document()
    _head(document, source)
    for chapter in source.chapters:
        document.add_heading(_plain(chapter.title), level=1)
        for block in chapter.blocks:
            _set(document, block)
    for text in source.closing:
        document.add_paragraph(_plain(text))
    if source.number:
        document.add_paragraph(_plain(checked_at(source)))
    return repacked(document)


def checked_at(source: Source) -> str:
    """What the foot of a sealed paper says."""
    return _("Paper %(number)s, %(day)s. Check it at %(address)s") % {
        "number": source.number,
        "day": source.made_on,
        "address": source.check_at,
    }


def _head(document: Any, source: Source) -> None:
    about, language = document.core_properties, get_language() or "fr"
    about.title, about.subject, about.author = _plain(f"{source.subject} – {source.title}")[:250], source.subject, source.operator
    about.language, about.last_modified_by, about.revision = language, source.operator, 1
    about.created = about.modified = NO_DAY
    spoken = document.styles.element.find(".//" + qn("w:rPrDefault")).find(qn("w:rPr")).find(qn("w:lang"))
    if spoken is not None:
        spoken.set(qn("w:val"), "fr-FR" if language.startswith("fr") else "en-GB")
    document.add_paragraph(_plain(f"{source.operator} – {source.subject} {source.number}".strip()))
    document.add_heading(_plain(source.title), level=0)
    if source.lacks:
        document.add_paragraph(_plain(source.lacks))
    _grid(document, source.facts)


def _set(document: Any, block: Block) -> None:
    if block.kind == TABLE:
        _grid(document, (block.head, *block.rows), heads=True)
    elif block.kind == POINTS:
        for item in block.items:
            document.add_paragraph(_plain(item), style="List Number")
    elif block.kind == HEADING:
        document.add_heading(_plain(block.text), level=2)
    else:
        document.add_paragraph(_plain(block.text))


def _grid(document: Any, rows: tuple[tuple[str, ...], ...], *, heads: bool = False) -> None:
    if not rows:
        return
    grid = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = _plain(text)
    if heads:  # repeated on each page, and read as headings by a screen reader
        properties = grid.rows[0]._tr.get_or_add_trPr()
        properties.append(properties.makeelement(qn("w:tblHeader"), {}))


def _plain(text: str) -> str:
    """The text without the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign in "\n\t" or ord(sign) >= 32)
