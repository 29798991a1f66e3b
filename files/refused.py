"""Why a file is refused: one sentence for each reason, with what the person can do."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow.refusals import Broken, RuleBroken


class Reason(StrEnum):
    """What is wrong with a file, as a code that tests and logs can hold."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    PROGRAM = "program"
    ARCHIVE = "archive"
    OLD_OFFICE = "old_office"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    EMBEDDED = "embedded"
    NESTED = "nested"
    FETCHES = "fetches"
    COMMANDS = "commands"
    BOMB = "bomb"
    ENTITIES = "entities"
    PATHS = "paths"
    DISGUISED = "disguised"
    APPENDED = "appended"
    PDF_DAMAGED = "pdf_damaged"
    PDF_PROTECTED = "pdf_protected"
    PDF_SCRIPT = "pdf_script"
    PDF_LAUNCH = "pdf_launch"
    PDF_FORM = "pdf_form"
    PDF_EMBEDDED = "pdf_embedded"
    PDF_TOO_COMPLEX = "pdf_too_complex"


SENTENCES: dict[Reason, Any] = {
    Reason.EMPTY: gettext_lazy("This file is empty."),
    Reason.TOO_LARGE: gettext_lazy("This file weighs %(size)s; the limit is %(most)s."),
    Reason.WRONG_TYPE: gettext_lazy("This type of file is not accepted (%(found)s). Send a PDF, a DOCX or an ODT."),
    Reason.PROGRAM: gettext_lazy("This file is a program, whatever its name says. Send a PDF, a DOCX or an ODT."),
    Reason.ARCHIVE: gettext_lazy("This file is an archive. Send a PDF, a DOCX or an ODT, one by one."),
    Reason.OLD_OFFICE: gettext_lazy("This file is in the old format of Word or Excel. Save it as a DOCX or as a PDF."),
    Reason.DAMAGED: gettext_lazy("This file is damaged: it cannot be opened."),
    Reason.ENCRYPTED: gettext_lazy("This document is protected by a password. Save it without one."),
    Reason.MACROS: gettext_lazy("This document holds macros. Save it without them, or as a PDF."),
    Reason.EMBEDDED: gettext_lazy(
        "This document holds another file (%(name)s) that could be run. Remove it, or save the document as a PDF."
    ),
    Reason.NESTED: gettext_lazy("This document holds an archive (%(name)s). Remove it and send its content apart."),
    Reason.FETCHES: gettext_lazy(
        "This document fetches a template, an image or an object from elsewhere when it is opened. Break the link, or save it as a PDF."
    ),
    Reason.COMMANDS: gettext_lazy("This document holds a field that runs a command (DDE). Remove it, or save the document as a PDF."),
    Reason.BOMB: gettext_lazy("Once unpacked, this document would be far larger than it looks. Save it anew, or as a PDF."),
    Reason.ENTITIES: gettext_lazy("This document defines entities in its XML, which no word processor writes. Save it anew, or as a PDF."),
    Reason.PATHS: gettext_lazy("This document holds parts whose names lead out of it. Save it anew, or as a PDF."),
    Reason.DISGUISED: gettext_lazy("Something stands before the beginning of this document: it may be two files in one. Save it anew."),
    Reason.APPENDED: gettext_lazy("Something stands after the end of this document: it may be two files in one. Save it anew."),
    Reason.PDF_DAMAGED: gettext_lazy("This PDF is damaged: it cannot be opened. Make it anew."),
    Reason.PDF_PROTECTED: gettext_lazy("This PDF is protected by a password or by restrictions. Save it without protection."),
    Reason.PDF_SCRIPT: gettext_lazy("This PDF holds a script. Print it to a new PDF, then send that one."),
    Reason.PDF_LAUNCH: gettext_lazy("This PDF opens a program or another file. Print it to a new PDF, then send that one."),
    Reason.PDF_FORM: gettext_lazy(
        "This PDF is a dynamic form (XFA), which most readers cannot show. Print it to a new PDF, then send that one."
    ),
    Reason.PDF_EMBEDDED: gettext_lazy("This PDF holds an attached file (%(name)s) that could be run. Remove it, or send it apart."),
    Reason.PDF_TOO_COMPLEX: gettext_lazy("This PDF is too intricate to be checked. Print it to a new PDF, then send that one."),
}


class FileRefused(RuleBroken):
    """A file that is not accepted, and why; the sentence goes beside the field of the form."""

    def __init__(self, reason: Reason, told: Mapping[str, Any] | None = None) -> None:
        self.reason = reason
        sentence = SENTENCES[reason] % told if told else SENTENCES[reason]
        super().__init__(Broken(sentence, where="file"))


def unknown_type() -> str:
    """What is said of bytes that look like nothing known."""
    return _("unknown type")
