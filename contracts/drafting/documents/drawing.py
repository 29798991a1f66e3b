"""The files of a version: DOCX, and PDF/A-3 with PDF/UA, tagged, its annexes inside; the same version always gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import qrcode
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from contracts.authorities import is_demonstration
from contracts.check_codes import address_of, shown_code
from contracts.models import Annex, ConventionVersion
from contracts.text.docx import docx_of
from contracts.text.html import html_of
from files.printing import Dress, Enclosed, accessible_archive_of
from ui.words import day_in_words
from workflow.periods import paris_day

TEMPLATE = "drafting/paper.html"
STYLE = Path(settings.BASE_DIR) / "static" / "css" / "convention-paper.css"
#: The side of the code at the foot of each page.
SIDE = "14mm"


def docx_of_version(version: ConventionVersion) -> bytes:
    """The text for a word processor."""
    return docx_of(version.document)


def pdf_of_version(version: ConventionVersion) -> bytes:
    """The text as it is signed, in its own language. Raises CannotPrint."""
    with translation.override(version.document.language):
        return accessible_archive_of(TEMPLATE, {"paper": paper_of(version)}, dress_of(version))


def paper_of(version: ConventionVersion) -> dict[str, Any]:
    """What the file shows."""
    convention, document = version.convention, version.document
    address = address_of(convention.check_code)
    told = {"number": convention.number, "version": version.number}
    return {
        "convention": convention,
        "document": document,
        "operator": settings.OPERATOR_NAME,
        "foot": _("%(number)s, version %(version)s") % told,
        "check": _("Check: %(address)s – code %(code)s") % {"address": address, "code": shown_code(convention.check_code)},
        "sha256": version.sha256,
        "written_on": day_in_words(paris_day(version.at)),
        "text": html_of(document, level=1),
        "is_demonstration": is_demonstration(),
        "annexes": [(annex.code, annex.name) for annex in _files_of(version)],
    }


def _files_of(version: ConventionVersion) -> list[Annex]:
    return list(version.annexes.exclude(file="").order_by("code", "pk"))


def dress_of(version: ConventionVersion) -> Dress:
    """What the file bears beside its words: the text as data, the annexes, the code that leads to its check."""
    words = _("The text as data: what this document is made from")
    source = Enclosed(version.content.encode(), f"{version.convention.number}-v{version.number}.json", words, version.at, "Source")
    inside = [_enclosed(annex, place, version) for place, annex in enumerate(_files_of(version), 1)]
    return Dress((source, *inside), (STYLE,), {"paper:qr": code_of(address_of(version.convention.check_code))})


def _enclosed(annex: Annex, place: int, version: ConventionVersion) -> Enclosed:
    with annex.file.open("rb") as file:
        content = file.read()
    told = _("Annex %(code)s – %(title)s") % {"code": annex.code, "title": annex.title}
    return Enclosed(content, f"{annex.code}-{place}-{annex.name}", told, version.at, "Supplement")


def code_of(address: str) -> bytes:
    """The address as a code that a telephone reads, in SVG: one mark for each run of dark squares, drawn on every page."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(address)
    code.make(fit=True)
    side = code.modules_count
    drawn = "".join(mark for line, row in enumerate(code.get_matrix()) for mark in _marks(row, line))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}" viewBox="0 0 {side} {side}">'
    return f'{head}<path d="{drawn}"/></svg>'.encode()


def _marks(row: list[bool], line: int) -> Iterator[str]:
    place = 0
    for dark, squares in groupby(row):
        length = len(list(squares))
        if dark:
            yield f"M{place} {line}h{length}v1h-{length}z"
        place += length
