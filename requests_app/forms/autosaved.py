"""What every form that is saved while somebody writes has in common: which revision they read, and what they leave to another's version."""

from __future__ import annotations

from django import forms

from requests_app.forms.base import MoveForm


class AutosavedForm(MoveForm):
    """A text saved as it is written: a save on top of a revision that was not read is a conflict, settled field by field."""

    marks_optional = False

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    page = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields that a person sees, in their order."""
        return [bound for bound in self if not bound.is_hidden]

    def leaves_theirs(self, name: str) -> bool:
        """Did the person choose, after a conflict, to leave what somebody else wrote in this field?"""
        return self.data.get(f"take_{name}") == "theirs"

    @property
    def read_at(self) -> int:
        """The revision that the person has seen: that of the page, or the one of the conflict that they have settled."""
        settled = str(self.data.get("settled_revision", ""))
        return int(settled) if settled.isdecimal() and len(settled) < 10 else self.cleaned_data.get("revision") or 0

    @property
    def open_page(self) -> str:
        """The mark of the open page that saves: it never conflicts with its own last save."""
        return self.cleaned_data.get("page") or ""
