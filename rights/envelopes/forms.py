"""Registering, comparing and revoking a key."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from requests_app.forms.base import MoveForm
from rights import policies
from rights.envelopes.choices import Revoked
from rights.envelopes.models import ControllerKey
from rights.envelopes.services.keys import register_key, revoke_key, verify_key
from ui.forms import DayInput
from workflow.periods import PARIS, paris_day


class KeyForm(MoveForm):
    """The public half of a key, and the day from which requests are sealed to it."""

    organisation = forms.ModelChoiceField(label=_("Controller"), queryset=Organisation.objects.none(), empty_label=None)
    public = forms.CharField(
        label=_("Public key"),
        max_length=20000,
        help_text=_("The file that ends in .pub.pem, as a whole. Never paste the private half here."),
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )
    valid_from = forms.DateField(
        label=_("In use from"),
        help_text=_("The key before it stays good for what was begun under it: keep its private half until nothing waits for it."),
        widget=DayInput,
    )

    def __init__(self, *args: Any, user: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, initial={"valid_from": paris_day(now)}, **kwargs)
        theirs = Organisation.objects.filter(pk__in=policies.controllers_of(user)).order_by("name")
        self.fields["organisation"].queryset = theirs  # type: ignore[attr-defined]

    def clean_public(self) -> str:
        """A private half that somebody pasted by mistake is not shown again."""
        public: str = self.cleaned_data["public"]
        if "PRIVATE" in public.upper():
            self.data = {**{name: self.data.get(name) for name in self.data}, "public": ""}
        return public

    def save(self, *, by: Any, at: datetime) -> bool:
        """Register the key, and say whether it was done."""
        told = self.cleaned_data
        begin = datetime.combine(told["valid_from"], time.min, tzinfo=PARIS)
        one = {"organisation": told["organisation"], "public": told["public"], "valid_from": begin}
        return self.attempt(lambda: register_key(**one, by=by, at=at))


class ReadOutForm(MoveForm):
    """The fingerprint of a key as the controller reads it out, whatever the key is for."""

    read_out = forms.CharField(
        label=_("What the controller reads out"),
        max_length=100,
        help_text=_("At least the first four groups of the fingerprint, by telephone or in person. It is not shown here on purpose."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CompareForm(ReadOutForm):
    """The fingerprint of a key to which requests are sealed."""

    def save(self, key: ControllerKey, *, by: Any, at: datetime) -> bool:
        """Compare, and say whether it is the key of the controller."""
        return self.attempt(lambda: verify_key(key, read_out=self.cleaned_data["read_out"], by=by, at=at))


class RevokeForm(MoveForm):
    """Why nothing is sealed to a key any more."""

    reason = forms.ChoiceField(label=_("Why is the key revoked?"), choices=Revoked.choices, widget=forms.RadioSelect)

    def save(self, key: ControllerKey, *, by: Any, at: datetime) -> bool:
        """Revoke the key, and say whether it was done."""
        return self.attempt(lambda: revoke_key(key, reason=self.cleaned_data["reason"], by=by, at=at))
