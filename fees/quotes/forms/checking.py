"""Checking a quote: its number with its fingerprint, or with the very file; the answer is yes or no, and nothing else."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fees.quotes.models import Quote
from files.uploads import Oversized

NUMBER = re.compile(r"DEV-\d{4}-\d{5,}")
FINGERPRINT = re.compile(r"[0-9a-f]{64}")


class CheckForm(forms.Form):
    """What somebody who was given a quote can tell of it. A file is read, compared and forgotten."""

    numero = forms.CharField(
        label=_("Number of the quote"), help_text=_("It stands at the top of the quote. For example: DEV-2026-00042"), max_length=20
    )
    empreinte = forms.CharField(
        label=_("Fingerprint (SHA-256)"), help_text=_("The 64 signs at the foot of the quote."), max_length=80, required=False
    )
    file = forms.FileField(
        label=_("Or the file: the PDF, or the data that it holds (JSON)"), help_text=_("It is compared and not kept."), required=False
    )

    def clean_numero(self) -> str:
        """The number as it is written on quotes."""
        number = str(self.cleaned_data["numero"]).strip().upper()
        if not NUMBER.fullmatch(number):
            raise forms.ValidationError(_("A number looks like this: DEV-2026-00042."))
        return number

    def clean_empreinte(self) -> str:
        """The fingerprint without blanks."""
        text = "".join(str(self.cleaned_data["empreinte"]).split()).lower()
        if text and not FINGERPRINT.fullmatch(text):
            raise forms.ValidationError(_("A fingerprint has 64 signs: digits, and letters from a to f."))
        return text

    def clean_file(self) -> Any:
        """A file that was received whole."""
        file = self.cleaned_data["file"]
        if isinstance(file, Oversized):
            raise forms.ValidationError(_("This file is larger than any quote."))
        return file

    def clean(self) -> dict[str, Any]:
        """A number alone tells nothing: the fingerprint or the file is needed."""
        given = super().clean() or {}
        if not self.errors and not given.get("empreinte") and not given.get("file"):
            raise forms.ValidationError(_("Give the fingerprint, or the file."))
        return given

    @property
    def digest(self) -> str:
        """The fingerprint that was given, else that of the file."""
        if self.cleaned_data["empreinte"]:
            return str(self.cleaned_data["empreinte"])
        found = hashlib.sha256()
        for chunk in self.cleaned_data["file"].chunks():
            found.update(chunk)
        return found.hexdigest()

    @property
    def is_genuine(self) -> bool:
        """Is this the fingerprint of what was issued under this number, as data or as a file?"""
        quote = Quote.objects.filter(number=self.cleaned_data["numero"]).exclude(issued_at=None).without_text().first()
        if quote is None:
            return False
        return quote.snapshot_sha256 == self.digest or quote.papers.filter(sha256=self.digest).exists()
