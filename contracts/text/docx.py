"""A document for a word processor: real headings, lists and tables, a bookmark around each article, the same bytes for the same text."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from contracts.text.document import Document
from contracts.text.parts import Part, parts_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: The day that the properties and every entry of the file carry: what matters is dated in the text.
NO_DAY = datetime(1980, 1, 1, tzinfo=UTC)
SPOKEN = {"fr": "fr-FR", "en": "en-GB"}


def docx_of(document: Document) -> bytes:
    """The bytes of the file."""
    drawing = _Drawing(document)
    for part in parts_of(document):
        drawing.set(part)
    return _repacked(drawing.file)


class _Drawing:
    """The file while it is written: the bookmarks are numbered, each numbered list begins at 1."""

    def __init__(self, document: Document) -> None:
        self.file = docx.Document()
        self.bookmarks: list[str] = []
        self._tell(document)
        self._lay_out()

    def _tell(self, document: Document) -> None:
        about = self.file.core_properties
        about.title, about.subject, about.author = document.title[:250], document.number, ""
        about.comments, about.last_modified_by, about.revision = "", "", 1
        about.language = document.language
        about.created = about.modified = NO_DAY
        spoken = self.file.styles.element.find(".//" + qn("w:rPrDefault")).find(qn("w:rPr")).find(qn("w:lang"))
        if spoken is not None:
            spoken.set(qn("w:val"), SPOKEN[document.language])

    def _lay_out(self) -> None:
        """The paper of the country, A4, with the margins of the PDF."""
        [section] = self.file.sections
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(22)

    def set(self, part: Part) -> None:
        """Write one part at the end of the file."""
        getattr(self, f"_{part.kind.value}")(part)

    def _title(self, part: Part) -> None:
        self.file.add_heading(part.text, level=0)

    def _heading(self, part: Part) -> None:
        paragraph = self.file.add_heading(level=max(part.level - 1, 1))
        if part.anchor:
            paragraph._p.append(self._bookmark("w:bookmarkStart", part.anchor))
        self._spoken(paragraph.add_run(part.text), part)

    def _end(self, part: Part) -> None:
        body = self.file.element.body
        body.insert(len(body) - 1, self._bookmark("w:bookmarkEnd", part.anchor))  # the last element sets the page

    def _paragraph(self, part: Part) -> None:
        self._spoken(self.file.add_paragraph().add_run(part.text), part)

    def _list(self, part: Part) -> None:
        for item in part.items:
            self._spoken(self.file.add_paragraph(style="List Bullet").add_run(item), part)

    def _numbered(self, part: Part) -> None:
        number = self._new_numbering()
        for item in part.items:
            paragraph = self.file.add_paragraph(style="List Number")
            paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number
            self._spoken(paragraph.add_run(item), part)

    def _table(self, part: Part) -> None:
        grid = self.file.add_table(rows=0, cols=len(part.head), style="Table Grid")
        for row in (part.head, *part.rows):
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
        for cell in grid.rows[0].cells:
            for run in cell.paragraphs[0].runs:
                run.bold = True
        properties = grid.rows[0]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:tblHeader"))  # repeated on each page, and read as headings by a screen reader

    def _spoken(self, run: Any, part: Part) -> None:
        if part.language:
            spoken = OxmlElement("w:lang")
            spoken.set(qn("w:val"), SPOKEN[part.language])
            run._r.get_or_add_rPr().append(spoken)

    def _bookmark(self, tag: str, name: str) -> Any:
        if name not in self.bookmarks:
            self.bookmarks.append(name)
        mark = OxmlElement(tag)
        mark.set(qn("w:id"), str(self.bookmarks.index(name)))
        if tag == "w:bookmarkStart":
            mark.set(qn("w:name"), name)
        return mark

    def _new_numbering(self) -> int:
        numbering = self.file.part.numbering_part.element
        style = self.file.styles["List Number"].element
        used = style.find(f".//{qn('w:numId')}").get(qn("w:val"))
        [abstract] = [one.abstractNumId.val for one in numbering.num_lst if str(one.numId) == used]
        number = numbering.add_num(abstract)
        number.add_lvlOverride(0).add_startOverride(1)
        return int(number.numId)


def _repacked(file: Any) -> bytes:
    """The file's bytes, with the same day on every entry."""
    written, packed = io.BytesIO(), io.BytesIO()
    file.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename, NO_DAY.timetuple()[:6]), source.read(entry), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
