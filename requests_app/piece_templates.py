"""The documents that an applicant can start from: built from our own structure, the same bytes each time, prefilled when asked."""

from __future__ import annotations

import io
import tomllib
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

FILE = Path(__file__).parent / "data" / "piece_templates.toml"
#: A document has no age: the same structure gives the same bytes.
BORN = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Template:
    """The structure of a document: its title, what it is for, and its headings (number, title, what to write)."""

    file_name: str
    title: str
    about: str
    headings: tuple[tuple[str, str, str], ...]


def _read() -> dict[str, Template]:
    with FILE.open("rb") as file:
        tables = tomllib.load(file)
    return {code: Template(**row | {"headings": tuple(tuple(one) for one in row["headings"])}) for code, row in tables.items()}


TEMPLATES: dict[str, Template] = _read()


def document(code: str, *, title: str = "", reference: str = "") -> bytes:
    """The DOCX of a template, with the title and the reference of a project where it is known."""
    from docx import Document

    template, made = TEMPLATES[code], Document()
    _describe(made, template)
    made.add_heading(template.title, level=0)
    _line(made, "Projet", title or "titre et acronyme")
    _line(made, "Référence du dossier", reference or "donnée par le guichet")
    made.add_paragraph(template.about, style="Intense Quote")
    for number, heading, guidance in template.headings:
        made.add_heading(f"{number} {heading}" if "." in number else f"{number}. {heading}", level=1 + number.count("."))
        if guidance:
            made.add_paragraph().add_run(guidance).italic = True
            made.add_paragraph()
    held = io.BytesIO()
    made.save(held)
    return _settled(held)


def _line(made: Any, label: str, said: str) -> None:
    """A line “label: what is said”."""
    paragraph = made.add_paragraph()
    paragraph.add_run(f"{label}\u00a0: ").bold = True
    paragraph.add_run(said)


def _describe(made: Any, template: Template) -> None:
    """Title, language and dates of the document, so that software reads it aloud rightly."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    told = made.core_properties
    told.title, told.author, told.comments, told.language = template.title, settings.OPERATOR_NAME, "", "fr-FR"
    told.created = told.modified = datetime(*BORN)  # noqa: DTZ001 (python-docx writes what it is given)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    properties = made.styles["Normal"].element.get_or_add_rPr()
    properties.append(language)


def _settled(held: io.BytesIO) -> bytes:
    """The same archive with its parts in order and without the hour at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(held) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(made.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            packed.writestr(zipfile.ZipInfo(name, BORN), made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
