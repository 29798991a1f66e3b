"""Adding the public key of a pseudonymisation service."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from extractions.deposits.services.keys import add_key
from requests_app.forms.base import MoveForm
from ui.forms import DayInput


class KeyForm(MoveForm):
    """The public key, and the days on which tables are encrypted to it."""

    label = forms.CharField(label=_("Name of the service"), max_length=120)
    recipient = forms.CharField(
        label=_("Public key"),
        max_length=200,
        help_text=_("It begins with age1. Never paste a private key here (AGE-SECRET-KEY…)."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput)
    valid_until = forms.DateField(label=_("Valid until"), widget=DayInput, required=False)

    def save(self, *, by: Any, at: datetime) -> bool:
        """Add the key, and say whether it was done; a private key is not shown again."""
        done = self.attempt(lambda: add_key(by=by, at=at, **self.cleaned_data))
        if not done and "SECRET" in self.data.get("recipient", "").upper():
            self.data = {**{name: self.data.get(name) for name in self.data}, "recipient": ""}
        return done
