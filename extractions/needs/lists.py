"""A list of codes as a file that somebody sends, and as a file that they fetch: text, told by its content and not by its name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from extractions.needs.codes import LONGEST_TEXT, Code
from fees.contents import harmless
from files.checks import ARCHIVES, OLE, PROGRAMS

_OTHER = (b"%PDF-", b"PK\x03\x04", OLE, *PROGRAMS, *ARCHIVES)


class NotAList(ValueError):
    """A file that is not a text of codes; its sentence says why."""


def text_of(upload: UploadedFile[Any]) -> str:
    """The text of a file that was sent. Raises NotAList."""
    if not upload.size:
        raise NotAList(_("This file is empty."))
    if upload.size > LONGEST_TEXT:
        raise NotAList(_("This file is too large for a list of codes."))
    content = upload.read()
    if content.startswith(_OTHER):
        raise NotAList(_("This is not a text file: save the list as CSV or as text."))
    for encoding in ("utf-16", "utf-8-sig", "cp1252"):
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise NotAList(_("This is not a text file: save the list as CSV or as text."))


def csv_of(codes: Iterable[Code]) -> str:
    """A list as CSV with its two columns; no cell is taken for a formula by a spreadsheet."""
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")
    sheet.writerow(["code", "label"])
    sheet.writerows([one.code, harmless(one.label)] for one in codes)
    return "\ufeff" + out.getvalue()
