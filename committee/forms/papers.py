"""Checking a paper: its number, or the file itself."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from committee.models import Paper
from committee.services.papers import digest_of, find_paper
from files.uploads import Oversized

NUMBER = re.compile(r"[A-Z]{2,6}-\d{4}-\d{4,}")


class CheckForm(forms.Form):
    """What somebody who was given a paper can tell of it. The file is read, compared and forgotten."""

    numero = forms.CharField(
        label=_("Number of the paper"),
        help_text=_("It stands at the top and at the foot of the paper. For example: AVIS-2026-0001"),
        max_length=40,
        required=False,
    )
    file = forms.FileField(
        label=_("The file, as a PDF or for a word processor"),
        help_text=_("It is compared with the sealed paper, and not kept."),
        required=False,
    )
    #: The SHA-256 of the file that was given, and the paper of which number and file speak.
    sha256: str = ""
    paper: Paper | None = None

    def clean_numero(self) -> str:
        """The number as it is written on papers."""
        number = str(self.cleaned_data["numero"]).strip().upper()
        if number and not NUMBER.fullmatch(number):
            raise forms.ValidationError(_("A number looks like this: AVIS-2026-0001."))
        return number

    def clean_file(self) -> Any:
        """A file that was received whole: of one that is too large nothing is kept, so that it cannot be compared."""
        file = self.cleaned_data["file"]
        if isinstance(file, Oversized):
            raise forms.ValidationError(_("This file is larger than any paper of the committee."))
        return file

    def clean(self) -> dict[str, Any]:
        """Look for the paper, by its number or else by what the file is."""
        said = super().clean() or {}
        file, number = said.get("file"), said.get("numero", "")
        if not self.errors and not file and not number:
            raise forms.ValidationError(_("Give the number of the paper, or the file."))
        self.sha256 = digest_of(file) if file else ""
        self.paper = find_paper(number, self.sha256)
        return said

    @property
    def is_this_paper(self) -> bool:
        """Is the file the sealed paper, to the last byte?"""
        return bool(self.paper and self.sha256 and self.sha256 in (self.paper.pdf_sha256, self.paper.docx_sha256))
