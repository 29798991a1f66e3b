"""What is filled in with a move: nothing, or why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.base import MoveForm


class ConfirmForm(MoveForm):
    """Nothing to fill in: a move, and what may stand against it."""

    def make(self, version: Any, name: str, *, by: Any, at: datetime) -> bool:
        """Make the move."""
        return self.attempt(lambda: getattr(version, name)(by=by, at=at))


class ReasonForm(MoveForm):
    """Why a draft is sent back, or an approved text retired."""

    because = forms.CharField(label=_("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))

    def make(self, version: Any, name: str, *, by: Any, at: datetime) -> bool:
        """Make the move with the reason."""
        return self.attempt(lambda: getattr(version, name)(by=by, at=at, because=self.cleaned_data["because"]))


#: The form of each move.
FORMS: dict[str, type[ConfirmForm | ReasonForm]] = {
    "ask_review": ConfirmForm,
    "send_back": ReasonForm,
    "approve": ConfirmForm,
    "retire": ReasonForm,
    "drop": ConfirmForm,
}
