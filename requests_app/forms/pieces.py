"""The form that adds a piece, or puts a new version in the place of one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.base import MoveForm
from requests_app.models import Attachment, Dossier
from requests_app.pieces import ACCEPTED, attach, replace
from requests_app.pieces_page import choices_for
from ui.forms import DocumentField


class PieceForm(MoveForm):
    """One file and what it is; with `replaces`, the piece in whose place it comes, and whose kind it keeps."""

    kind = forms.ChoiceField(label=_("What is it?"), error_messages={"required": _("Say what this piece is.")})
    file = DocumentField(
        label=_("File"),
        accepts=tuple(ACCEPTED.values()),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("This file is empty."),
            "missing": _("Choose a file."),
            "max_length": _("The name of this file is too long."),
        },
    )
    replaces = forms.ModelChoiceField(
        queryset=Attachment.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("The piece to replace was removed or replaced meanwhile: choose it again.")},
    )

    def __init__(self, *sent: Any, dossier: Dossier, asked: Any = None) -> None:
        super().__init__(*sent, initial=dict(asked.items()) if asked else None)
        self.dossier = dossier
        self.fields["kind"].choices = choices_for(dossier)  # type: ignore[attr-defined]
        self.fields["replaces"].queryset = Attachment.objects.filter(dossier=dossier, removed_at=None)  # type: ignore[attr-defined]
        self.old = self._replaced()
        if self.old:
            del self.fields["kind"]

    def _replaced(self) -> Attachment | None:
        """The piece that the page or what it sent names, if it is one of this dossier that is still there."""
        field: Any = self.fields["replaces"]
        named = self.data.get("replaces") if self.is_bound else self.initial.get("replaces")
        found: Attachment | None = field.queryset.filter(pk=named).first() if str(named or "").isdigit() else None
        return found

    def keep(self, *, by: Any, at: datetime) -> bool:
        """Keep the file, or say why not; a refused file has to be chosen again, the rest stays."""
        file, old = self.cleaned_data["file"], self.old
        if old:
            return self.attempt(lambda: replace(old, file, by=by, at=at))
        return self.attempt(lambda: attach(self.dossier, file, self.cleaned_data["kind"], by=by, at=at))

    @property
    def said(self) -> Any:
        """What the page says once it is done."""
        return _("The new version is there; the former one is kept below.") if self.old else _("The piece is added.")
