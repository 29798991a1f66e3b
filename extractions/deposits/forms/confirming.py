"""The fresh code that comes before a deposit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_otp import match_token

from extractions.linkage.reading import Encoding
from requests_app.forms.base import MoveForm

ENCODINGS = [(Encoding.UTF_8.value, _("UTF-8 (usual)")), (Encoding.WINDOWS_1252.value, _("Windows-1252 (older spreadsheets)"))]


class ConfirmForm(MoveForm):
    """A code of this very moment, and how the file is encoded."""

    encoding = forms.ChoiceField(label=_("Encoding of the file"), choices=ENCODINGS, initial=Encoding.UTF_8.value, widget=forms.RadioSelect)
    code = forms.CharField(
        label=_("Code of your authentication application"),
        help_text=_("The six figures that it shows now; not those with which you signed in."),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        self.user = user

    def clean_code(self) -> str:
        """That of the sign-in is not enough, and no code serves twice."""
        if match_token(self.user, self.cleaned_data["code"].replace(" ", "")) is None:
            raise forms.ValidationError(_("This code is not right, or it was used already: wait for the next one."))
        return ""
