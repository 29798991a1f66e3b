"""An entry of the access list: what the desk notes of it, opening, closing, and the terms that the person accepts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from extractions.delivery.models import AccessEntry
from extractions.delivery.services import access
from requests_app.forms.base import MoveForm
from ui.forms import DayInput


class NoteForm(MoveForm):
    """The address, the training, the last day; and the terms where they were signed on paper."""

    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("That of the person's account here, if they have one: they accept the terms themselves."),
    )
    trained_on = forms.DateField(label=_("Trained on"), required=False, widget=DayInput)
    ends_on = forms.DateField(
        label=_("Access until"),
        required=False,
        widget=DayInput,
        help_text=_("Left empty, the dossier's months of access count from the opening."),
    )
    on_paper = forms.BooleanField(label=_("I have seen the terms in force signed by the person, on paper"), required=False)

    def __init__(self, data: Any = None, *, entry: AccessEntry, bound: bool) -> None:
        super().__init__(data, initial={"email": entry.email, "trained_on": entry.trained_on, "ends_on": entry.ends_on})
        self.entry = entry
        if bound:
            del self.fields["on_paper"]

    def save(self, *, by: Any, at: datetime) -> bool:
        """Note it, and say whether it was done."""
        return self.attempt(lambda: self._note(by, at))

    def _note(self, by: Any, at: datetime) -> None:
        given = self.cleaned_data
        access.note(self.entry, email=given["email"], trained_on=given["trained_on"], ends_on=given["ends_on"], by=by, at=at)
        if given.get("on_paper"):
            access.accept_terms(self.entry, by=by, at=at, on_paper=True)


class OpenForm(MoveForm):
    """On which day the account was opened."""

    day = forms.DateField(label=_("Opened on"), widget=DayInput)

    def save(self, entry: AccessEntry, *, by: Any, at: datetime) -> bool:
        """Note the opening, and say whether it was done."""
        return self.attempt(lambda: access.open_account(entry, self.cleaned_data["day"], by=by, at=at))


class CloseForm(MoveForm):
    """On which day the account was closed, and why."""

    day = forms.DateField(label=_("Closed on"), widget=DayInput)
    because = forms.CharField(label=_("Why"), max_length=300, help_text=_("A few words: end of the convention, left the project…"))

    def save(self, entry: AccessEntry, *, by: Any, at: datetime) -> bool:
        """Note the closing, and say whether it was done."""
        given = self.cleaned_data
        return self.attempt(lambda: access.close_account(entry, given["day"], given["because"], by=by, at=at))


class TermsForm(MoveForm):
    """The person accepts the terms of access."""

    agreed = forms.BooleanField(
        label=_("I have read these terms, and I accept them."), error_messages={"required": _("Tick this box to accept.")}
    )

    def save(self, entry: AccessEntry, *, by: Any, person: int, at: datetime) -> bool:
        """Note the acceptance, and say whether it was done."""
        return self.attempt(lambda: access.accept_terms(entry, by=by, at=at, person=person))
