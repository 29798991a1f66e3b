"""The public check: the code of the footer, or the file itself; a file is read in memory and forgotten."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.check_codes import read_code
from contracts.pades.bounded import MOST_BYTES
from contracts.signing.judging import Judged, judge
from files.uploads import Oversized
from ui.forms import DocumentField, DsfrForm


class CodeForm(DsfrForm):
    """The code that stands in the footer."""

    code = forms.CharField(
        label=_("Code of the convention"),
        help_text=_("It stands in the footer of each page, beside the QR code. Dashes and small letters do not matter."),
        max_length=40,
    )

    def clean_code(self) -> str:
        """The code in its one form; its check sign catches a mistyped one."""
        code = read_code(str(self.cleaned_data["code"]))
        if not code:
            raise forms.ValidationError(_("This is no code of a convention: one of its signs is mistyped or missing."))
        return code


class FileForm(DsfrForm):
    """The file that somebody was given."""

    file = DocumentField(
        label=_("The signed PDF"),
        help_text=_("It is read in memory and not kept."),
        accepts=(".pdf",),
        max_bytes=MOST_BYTES,
    )

    def clean_file(self) -> object:
        """A file that was received whole."""
        file = self.cleaned_data["file"]
        if isinstance(file, Oversized):
            raise forms.ValidationError(_("This file is too large to be checked here."))
        return file

    def judged(self, at: datetime) -> Judged:
        """What this site says of it. Raises CannotSign."""
        return judge(self.cleaned_data["file"].read(), at)
