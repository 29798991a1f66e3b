"""Proposing a version of a need, agreeing to one, and noting an agreed one on a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from extractions.models import Ticket
from extractions.needs.models import NeedDraft, NeedVersion
from extractions.needs.services import proposing
from extractions.rules import LONGEST
from requests_app.forms.base import MoveForm


class ProposeForm(MoveForm):
    """The draft as it was read, a note, and the amendment because of which an agreed need changes."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    note = forms.CharField(label=_("Note to the other side"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, *, draft: NeedDraft, seen: str, reasons: list[Any]) -> None:
        super().__init__(data, initial={"seen": seen, "because": reasons[0].pk if reasons else None})
        self.draft = draft
        if reasons:
            choices = [(one.pk, f"{one.name} – {one.get_kind_display()}") for one in reasons]
            self.fields["because"] = forms.TypedChoiceField(
                label=_("Because of which amendment"), choices=choices, coerce=int, widget=forms.RadioSelect
            )

    def save(self, *, by: Any, at: datetime) -> bool:
        """Propose, and say whether it was done."""
        given = self.cleaned_data
        return self.attempt(lambda: self._propose(given, by, at))

    def _propose(self, given: dict[str, Any], by: Any, at: datetime) -> None:
        self.made = proposing.propose(self.draft, given["seen"], given["note"], given.get("because"), by=by, at=at)


class AgreeForm(MoveForm):
    """The version as it was read, and a box to tick."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    agreed = forms.BooleanField(
        label=_("I have read this version, and agree to it for my side."),
        error_messages={"required": _("Tick this box, or do not agree.")},
    )

    def __init__(self, data: Any = None, *, version: NeedVersion) -> None:
        super().__init__(data, initial={"seen": version.sha256})
        self.version, self.settled = version, False

    def save(self, *, by: Any, at: datetime) -> bool:
        """Agree, and say whether it was done."""
        return self.attempt(lambda: self._agree(by, at))

    def _agree(self, by: Any, at: datetime) -> None:
        self.settled = proposing.agree(self.version, self.cleaned_data["seen"], by=by, at=at)


class NoteForm(MoveForm):
    """The agreed version, noted on a ticket that came back to its need."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, data: Any = None, *, ticket: Ticket, version: NeedVersion) -> None:
        super().__init__(data, initial={"seen": version.sha256})
        self.ticket = ticket

    def save(self, *, by: Any, at: datetime) -> bool:
        """Note it, and say whether it was done."""
        return self.attempt(lambda: proposing.note_agreed(self.ticket, self.cleaned_data["seen"], by=by, at=at))
