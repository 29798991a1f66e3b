"""The types of file that are accepted, each known by its content."""

from __future__ import annotations

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
#: Type → the extension under which a file of that type is stored and handed over.
ACCEPTED = {PDF: ".pdf", DOCX: ".docx", ODT: ".odt"}
